import type { Core } from '../../core.ts'
import { violatedConstraint } from '../../database/violations.ts'
import { line } from '../../input.ts'
import { createUser } from '../../organizations/users.ts'
import { legible, nameForm } from '../../text.ts'

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

/** Lets the user sign in with this identity, too. @returns false where it is somebody else's. */
export async function connect(core: Core, userId: string, identity: Identity): Promise<boolean> {
  try {
    await core.prisma.externalIdentity.create({ data: { ...identity, userId, createdAt: core.clock.now() } })
    return true
  } catch (error) {
    if (!isTaken(error)) throw error
    return (await findOwner(core, identity)) === userId
  }
}

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
