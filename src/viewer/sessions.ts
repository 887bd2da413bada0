import { createHash, randomBytes } from 'node:crypto'
import type { Core } from '../core.ts'
import { newId } from '../ids.ts'
import type { Credential } from './viewer.ts'

/** How often at most a session's last use is written, in milliseconds. */
const TOUCH_INTERVAL = 60_000

/**
 * Starts a browser session. It ends by itself after `durations.sessionIdle` without a request, and
 * after `durations.sessionLifetime` in any case.
 *
 * @returns the cookie's value: 256 random bits of which only the hash is stored.
 */
export async function startBrowserSession(core: Core, userId: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await createSession(core, userId, core.config.durations.sessionLifetime, hashOf(secret))
  return secret
}

/** Starts the session that the JWT of one `signIn` stands on, as long as that JWT. */
export const startTokenSession = (core: Core, userId: string): Promise<Credential> =>
  createSession(core, userId, core.config.durations.signInToken, null)

async function createSession(
  core: Core,
  userId: string,
  lifetime: number,
  secretHash: string | null,
): Promise<Credential> {
  const now = core.clock.now()
  const expiresAt = new Date(now.getTime() + lifetime)
  const id = newId()
  await core.prisma.session.create({ data: { id, userId, secretHash, createdAt: now, lastUsedAt: now, expiresAt } })
  return { sessionId: id, expiresAt }
}

/** The session that the cookie's value belongs to; null where it has ended. Counts as a use of it. */
export async function findBrowserSession(core: Core, secret: string): Promise<Credential | null> {
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
  if (now.getTime() - session.lastUsedAt.getTime() >= TOUCH_INTERVAL) {
    await core.prisma.session.updateMany({
      where: { id: session.id, lastUsedAt: { lt: now } },
      data: { lastUsedAt: now },
    })
  }
  return { sessionId: session.id, expiresAt: session.expiresAt }
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
