import type { Viewer } from '../../access/viewer.ts'
import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import { violatedConstraint } from '../../database/violations.ts'
import { LastWayToSignIn, NotFound } from '../../errors.ts'
import { line } from '../../input.ts'
import { createUser } from '../../organizations/users.ts'
import { legible, nameForm } from '../../text.ts'
import { assertFreshSignIn, endOtherSessions } from '../own-sessions.ts'
import { type Issuer, issuersOf } from './issuer.ts'

/** An account at an external issuer: the subject is unique and permanent there, and only there. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** @returns the id of the user whose identity this is; null where it is nobody's. */
export async function findOwner(core: Core, { issuer, subject }: Identity): Promise<string | null> {
  const identity = await core.prisma.externalIdentity.findUnique({
    where: { issuer_subject: { issuer, subject } },
    select: { userId: true },
  })
  return identity?.userId ?? null
}

/**
 * A new account for an identity that has none. Of several at once one makes it, and all get that one.
 * It has no e-mail address: that of the issuer is unverified here, and might be somebody else's.
 *
 * @param name what the issuer says, which may be anything; the subject takes its place where it is no name.
 * @returns the user's id.
 */
export async function provision(core: Core, identity: Identity, name: unknown): Promise<string> {
  try {
    return (await createUser(core, { name: usable(name) ?? usable(identity.subject) ?? 'Unnamed', identity })).id
  } catch (error) {
    const owner = isTaken(error) && (await findOwner(core, identity))
    if (owner) return owner
    throw error
  }
}

/**
 * Lets the user sign in with this identity, too.
 *
 * @returns why not: it is somebody else's, or they have another one at the same issuer.
 */
export async function connect(
  core: Core,
  userId: string,
  issuer: Issuer,
  identity: Identity,
): Promise<'taken' | 'another' | undefined> {
  try {
    return await core.prisma.$transaction(async (tx) => {
      const there = (await lockIdentities(tx, userId)).find((own) => issuer.is(own.issuer))
      if (there) return isSame(there, identity) ? undefined : 'another'
      await tx.externalIdentity.create({ data: { ...identity, userId, createdAt: core.clock.now() } })
      core.log.info({ userId, issuer: identity.issuer }, 'an external identity was connected')
      return undefined
    })
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

/**
 * Lets the viewer not sign in with this identity any more, and ends all their other sessions: some may have
 * begun by it.
 *
 * @returns how many sessions ended.
 * @throws {SignInTooOld}
 * @throws {NotFound} where it is not theirs.
 * @throws {LastWayToSignIn}
 */
export async function disconnect(core: Core, viewer: Viewer, identity: Identity): Promise<number> {
  const { userId } = viewer
  await assertFreshSignIn(core, viewer)
  return core.prisma.$transaction(async (tx) => {
    const own = await lockIdentities(tx, userId)
    const rest = own.filter((other) => !isSame(other, identity))
    if (rest.length === own.length) throw new NotFound()
    const hasPassword = (await tx.passwordCredential.count({ where: { userId } })) > 0
    if (!hasPassword && !rest.some((other) => offeredIssuer(core, other))) throw new LastWayToSignIn()
    await tx.externalIdentity.delete({ where: { issuer_subject: identity } })
    core.log.info({ userId, issuer: identity.issuer }, 'an external identity was disconnected')
    return endOtherSessions(core, viewer, { tx })
  })
}

/** The issuer that an identity is of; undefined where the configuration has it no more. */
export const offeredIssuer = (core: Core, { issuer }: Pick<Identity, 'issuer'>): Issuer | undefined =>
  issuersOf(core).find((one) => one.is(issuer))

/** What the user can sign in with. Of two changes at the same time the second sees what the first has left. */
async function lockIdentities(tx: Tx, userId: string): Promise<Identity[]> {
  await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${userId}::uuid FOR UPDATE`
  return tx.externalIdentity.findMany({ where: { userId }, select: { issuer: true, subject: true } })
}

const isSame = (one: Identity, other: Identity): boolean => one.issuer === other.issuer && one.subject === other.subject

/** Whether the claim can be kept: 1 to 255 characters (OpenID Connect Core 1.0 section 2), none of them for control. */
export const isSubject = (claim: unknown): claim is string =>
  typeof claim === 'string' && /^\P{Cc}{1,255}$/u.test(claim) && claim.isWellFormed()

const isTaken = (error: unknown): boolean => violatedConstraint(error) === 'ExternalIdentity_pkey'

const MAX_NAME = 100

function usable(name: unknown): string | undefined {
  if (typeof name !== 'string' || !name.isWellFormed()) return undefined
  // Cut in characters, not through one.
  const cut = nameForm(legible(name.slice(0, 10 * MAX_NAME)).replaceAll(/\s+/g, ' '))
    .slice(0, MAX_NAME)
    .replace(/[\uD800-\uDBFF]$/, '')
  const parsed = line(MAX_NAME).safeParse(cut)
  return parsed.success ? parsed.data : undefined
}
