import { createHash, randomBytes } from 'node:crypto'
import type { SessionCredential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { InvalidCredentials } from '../errors.ts'
import { newId } from '../ids.ts'

/** How often at most a session's last use is written, in milliseconds. */
const TOUCH_INTERVAL = 60_000

/** What a session begins with. */
export interface SessionStart {
  /** Where it is opened, for its user to tell it from others. */
  readonly address?: string
  readonly userAgent?: string
  /** The hash that a password was checked against: where it is another by now, no session begins. */
  readonly passwordHash?: string
}

/** Longer ones are cut, in characters. */
const USER_AGENT_LENGTH = 300

/**
 * Starts a browser session. It ends by itself after `durations.sessionIdle` without a request, and
 * after `durations.sessionLifetime` in any case.
 *
 * @returns the cookie's value: 256 random bits of which only the hash is stored.
 * @throws {InvalidCredentials} where the password was changed after it was checked.
 */
export async function startBrowserSession(core: Core, userId: string, start: SessionStart = {}): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await createSession(core, userId, core.config.durations.sessionLifetime, hashOf(secret), start)
  return secret
}

/**
 * Starts the session that the JWT of one `signIn` stands on, as long as that JWT.
 *
 * @throws {InvalidCredentials} where the password was changed after it was checked.
 */
export const startTokenSession = (core: Core, userId: string, start: SessionStart = {}): Promise<SessionCredential> =>
  createSession(core, userId, core.config.durations.signInToken, null, start)

async function createSession(
  { prisma, clock }: Core,
  userId: string,
  lifetime: number,
  secretHash: string | null,
  { address, userAgent, passwordHash }: SessionStart,
): Promise<SessionCredential> {
  const now = clock.now()
  const expiresAt = new Date(now.getTime() + lifetime)
  const id = newId()
  const origin = { address, userAgent: userAgent?.slice(0, USER_AGENT_LENGTH) }
  const data = { id, userId, secretHash, createdAt: now, lastUsedAt: now, expiresAt, ...origin }
  if (passwordHash === undefined) await prisma.session.create({ data })
  else {
    await prisma.$transaction(async (tx) => {
      // A change of the password waits for this lock, and then ends the session; or this waits for the change.
      const unchanged = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM "PasswordCredential" WHERE "userId" = ${userId}::uuid AND "hash" = ${passwordHash} FOR SHARE`
      if (unchanged.length === 0) throw new InvalidCredentials()
      await tx.session.create({ data })
    })
  }
  return { sessionId: id, expiresAt }
}

/** The session that the cookie's value belongs to; null where it has ended. Counts as a use of it. */
export async function findBrowserSession(core: Core, secret: string): Promise<SessionCredential | null> {
  const now = core.clock.now()
  const session = await core.prisma.session.findUnique({
    where: {
      secretHash: hashOf(secret),
      expiresAt: { gt: now },
      lastUsedAt: { gt: new Date(now.getTime() - core.config.durations.sessionIdle) },
    },
    select: { id: true, expiresAt: true, lastUsedAt: true },
  })
  if (!session) return null
  await touchSession(core, session)
  return { sessionId: session.id, expiresAt: session.expiresAt }
}

/** Notes that the session is in use; not each time, because nothing depends on the minute. */
export async function touchSession(
  { prisma, clock }: Core,
  { id, lastUsedAt }: { readonly id: string; readonly lastUsedAt: Date },
): Promise<void> {
  const now = clock.now()
  if (now.getTime() - lastUsedAt.getTime() < TOUCH_INTERVAL) return
  await prisma.session.updateMany({ where: { id, lastUsedAt: { lt: now } }, data: { lastUsedAt: now } })
}

/** Ends a session, and with it every credential that stands on it. Twice does no harm. */
export async function endSession(core: Core, sessionId: string): Promise<void> {
  await core.prisma.session.deleteMany({ where: { id: sessionId } })
}

/** Ends the browser session of a cookie, if it has one. */
export async function endBrowserSession(core: Core, secret: string): Promise<void> {
  await core.prisma.session.deleteMany({ where: { secretHash: hashOf(secret) } })
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
