import { actorOf } from '../access/actions.ts'
import type { Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import type { User } from '../database/generated/client/client.ts'
import { violatedConstraint } from '../database/violations.ts'
import { EmailTaken, InvalidInput, NotFound } from '../errors.ts'
import { type Actor, type ChangeContext, change } from '../history/change.ts'
import { newId } from '../ids.ts'
import { email, line, parse } from '../input.ts'
import { isSameName } from '../text.ts'
import { claimAccount } from './claims.ts'
import { assertOtherSuperAdmin, endMembership } from './members.ts'
import { insertOrganization, removeOrganization } from './service.ts'

const system: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }

export interface NewUser {
  readonly name: string
  /** For a local account. */
  readonly email?: string | null
  /** Whether it is known that the user gets the mail that goes there; true where nothing is said. */
  readonly emailVerified?: boolean
  /** An argon2id hash in PHC format, for a local account. */
  readonly passwordHash?: string
  /** The account at an external issuer, for one of those. */
  readonly identity?: { readonly issuer: string; readonly subject: string }
}

/**
 * A new person, with the personal organization that everybody has.
 *
 * @throws {InvalidInput | EmailTaken}
 */
export async function createUser(core: Core, input: NewUser): Promise<User> {
  return (await change(core, system, (context) => insertUser(context, input)).catch(orEmailTaken)).value
}

/** Of two accounts that are made at once with one address, the database lets one through. */
export function orEmailTaken(error: unknown): never {
  throw violatedConstraint(error) === 'User_email_key' ? new EmailTaken() : error
}

/** The same within a change that makes more than that. */
export async function insertUser(context: ChangeContext, input: NewUser): Promise<User> {
  const { tx, at } = context
  const name = parse(line(100), input.name, 'name')
  const address = input.email == null ? null : parse(email, input.email, 'email')
  if (address !== null && (await tx.user.count({ where: { email: address } })) > 0) throw new EmailTaken()
  const id = newId()
  const user = await tx.user.create({
    data: {
      id,
      name,
      email: address,
      emailVerifiedAt: address !== null && (input.emailVerified ?? true) ? at : null,
      createdAt: at,
      ...(input.passwordHash && { password: { create: { hash: input.passwordHash, updatedAt: at } } }),
      ...(input.identity && { identities: { create: { ...input.identity, createdAt: at } } }),
    },
  })
  await tx.stream.create({ data: { id, kind: 'USER' } })
  await insertOrganization(context, { name, edition: 'PERSONAL' }, id)
  return user
}

/**
 * Deletes the viewer's account with its personal organization and apps, and ends every membership.
 *
 * @param confirmation must be the account's name.
 * @throws {InvalidInput}
 * @throws {LastSuperAdmin} where an organization would be left without one.
 */
export async function deleteAccount(core: Core, viewer: Viewer, confirmation: string): Promise<void> {
  if (!isSameName(confirmation, viewer.name)) {
    throw InvalidInput.at('confirmation', { code: 'WRONG_CONFIRMATION', message: 'must be your name' })
  }
  await change(core, actorOf(viewer), async (context) => {
    const { tx } = context
    const personal = await claimAccount(tx, viewer.userId)
    const memberships = await tx.membership.findMany({
      where: { userId: viewer.userId, organizationId: { not: personal.id } },
      include: { organization: { select: { id: true, name: true } }, user: { select: { id: true, name: true } } },
      orderBy: { organizationId: 'asc' },
    })
    for (const membership of memberships) {
      if (membership.role === 'SUPER_ADMIN') await assertOtherSuperAdmin(tx, membership)
      await endMembership(context, membership)
    }
    await removeOrganization(context, personal)
    const { count } = await tx.user.deleteMany({ where: { id: viewer.userId } })
    if (count === 0) throw new NotFound()
    context.endStream(viewer.userId)
  })
}
