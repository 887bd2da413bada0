import { createHash, randomBytes } from 'node:crypto'
import { actions, actorOf, assertMay, atLeast, may, organizationsWhere } from '../access/actions.ts'
import { countInvitation } from '../access/attempts.ts'
import { assertNow, changeAs } from '../access/change-as.ts'
import type { Caller, Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../database/client.ts'
import type { Invitation, Membership, Organization, Prisma, Role, User } from '../database/generated/client/client.ts'
import { emailAddress } from '../email.ts'
import {
  AlreadyMember,
  EditionHasNoMembers,
  Forbidden,
  InvitationInvalid,
  NotFound,
  Unauthenticated,
} from '../errors.ts'
import { type Actor, type ChangeContext, type Changed, change } from '../history/change.ts'
import { newId } from '../ids.ts'
import { email, parse } from '../input.ts'
import { sendMail } from '../mail.ts'
import { holdUser } from './claims.ts'
import { join } from './members.ts'
import { lockOrganization } from './service.ts'
import { insertUser, orEmailTaken } from './users.ts'

/** The address that invitations to the viewer go to: only one of which it is known that they get its mail; no app's. */
export const ownAddress = (viewer: Caller): string | null => (!viewer.app && viewer.emailVerified ? viewer.email : null)

/** The invitations that the viewer may see: to organizations they administer, and those to themselves. */
export const visibleInvitations = (viewer: Caller): Prisma.InvitationWhereInput => ({
  OR: [
    { organizationId: { in: organizationsWhere(viewer, 'invitations:see') } },
    ...(ownAddress(viewer) === null ? [] : [{ email: ownAddress(viewer) as string }]),
  ],
})

/** Those that wait to be accepted. */
export const openInvitations = (now: Date): Prisma.InvitationWhereInput => ({
  status: 'PENDING',
  expiresAt: { gt: now },
})

const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** A made invitation, with the one thing of it that cannot be had again. */
export interface NewInvitation {
  readonly invitation: Invitation
  readonly organization: Organization
  readonly token: string
}

/** How an invitation reaches whom it is for. */
export interface Sent {
  /** Whether a mail server took it. */
  readonly mailed: boolean
  /** The link to hand over, where the server sends no mail at all. */
  readonly link: string | null
}

/**
 * Mails the link of a new invitation. Where mail is sent, the link goes nowhere else: that somebody
 * has it then proves that they get the mail.
 */
export async function sendInvitation(
  core: Core,
  inviter: Viewer,
  { invitation, organization, token }: NewInvitation,
): Promise<Sent> {
  const link = `${core.config.publicUrl}/invitations/${token}`
  if (!core.config.mail) return { mailed: false, link }
  const mailed = await sendMail(core, {
    to: invitation.email,
    subject: `${inviter.name} invites you to ${organization.name} · 邀请您加入 ${organization.name}`,
    text: [
      `${inviter.name} invites you to ${organization.name} on Gatehouse. The link works once, until ${invitation.expiresAt.toUTCString()}:`,
      link,
      `${inviter.name} 邀请您加入 Gatehouse 上的 ${organization.name}。此链接仅可使用一次。`,
    ].join('\n\n'),
  })
  const mailedAt = core.clock.now()
  if (mailed) await core.prisma.invitation.update({ where: { id: invitation.id }, data: { mailedAt } })
  return { mailed, link: null }
}

/**
 * Holds a place for the owner of the address. The work, and the time it takes, are the same whether the
 * address has an account or not. Inviting again replaces the link, the role and the time.
 *
 * @returns the invitation and the token of its link.
 * @throws {NotFound | Forbidden | InvalidInput | EditionHasNoMembers | TooManyAttempts}
 */
export async function inviteMember(
  core: Core,
  viewer: Viewer,
  input: { readonly organizationId: string; readonly email: string; readonly role: Role },
): Promise<Changed<NewInvitation>> {
  const { organizationId, role } = input
  assertMay(viewer, 'members:invite', organizationId)
  if (role !== 'MEMBER' && !may(viewer, 'members:changeRole', organizationId)) {
    throw new Forbidden('Admins may invite members only; it takes a super admin to invite an admin.')
  }
  const address = parse(email, input.email, 'email')
  const token = randomBytes(32).toString('base64url')
  const invite = () =>
    changeAs(core, viewer, ['members:invite', organizationId], async (context) => {
      const { tx, at, record } = context
      const organization = await lockOrganization(tx, organizationId)
      if (organization.edition === 'PERSONAL') throw new EditionHasNoMembers()
      await assertNow(context, viewer, actionFor(role), organizationId)
      const replaced = await tx.invitation.findFirst({ where: { organizationId, email: address, status: 'PENDING' } })
      if (replaced) await revoke(context, viewer, replaced)
      const invitation = await tx.invitation.create({
        data: {
          id: newId(),
          organizationId,
          email: address,
          role,
          createdAt: at,
          expiresAt: new Date(at.getTime() + core.config.durations.invitation),
          invitedById: viewer.userId,
          token: { create: { hash: hashToken(token) } },
        },
      })
      record({
        type: 'MEMBER_INVITED',
        streams: [organizationId],
        organization,
        changes: [
          { field: 'email', before: null, after: address },
          { field: 'role', before: null, after: role },
        ],
      })
      return { invitation, organization, token }
    })
  return countInvitation(core, viewer.userId, invite)
}

/** What it takes to give a role: nobody invites above what they may appoint. */
const actionFor = (role: Role) => (role === 'MEMBER' ? 'members:invite' : 'members:changeRole')

/** @throws {Forbidden | InvitationInvalid} */
async function revoke(context: ChangeContext, viewer: Viewer, { id, role, organizationId }: Invitation): Promise<void> {
  const { tx } = context
  await assertNow(context, viewer, actionFor(role), organizationId)
  const revoked = await tx.invitation.updateMany({ where: { id, status: 'PENDING' }, data: { status: 'REVOKED' } })
  if (revoked.count === 0) throw new InvitationInvalid()
  await tx.invitationToken.deleteMany({ where: { invitationId: id } })
}

/**
 * The invitation that a link leads to, for the page behind it.
 *
 * @throws {InvitationInvalid} where it is expired, used, replaced or was never made.
 */
export async function findInvitation(
  { prisma, clock }: Core,
  token: string,
): Promise<Invitation & { readonly organization: Organization; readonly invitedBy: User | null }> {
  const invitation = await prisma.invitation.findFirst({
    where: { token: { hash: hashToken(token) }, ...openInvitations(clock.now()) },
    include: { organization: true, invitedBy: true },
  })
  if (!invitation) throw new InvitationInvalid()
  return invitation
}

/**
 * Makes the viewer a member of the organization that they are invited to.
 *
 * @param which the token of the link, or the id of an invitation to the viewer's own address.
 * @throws {InvitationInvalid} where it is expired, used, replaced, somebody else's or was never made.
 * @throws {AlreadyMember}
 */
export async function acceptInvitation(
  core: Core,
  viewer: Viewer,
  which: { readonly token: string } | { readonly invitationId: string },
): Promise<Changed<Membership>> {
  return change(core, actorOf(viewer), async (context) => {
    // Before the organization, as everywhere.
    if (!(await holdUser(context.tx, viewer.userId))) throw new Unauthenticated()
    const invitation = await claim(context, acceptableBy(viewer, which))
    return admit(context, invitation, { id: viewer.userId, name: viewer.name })
  })
}

/**
 * The invitation that is meant, where it is the viewer's: a link is for the address that it was mailed to, and
 * an account without an address may use any.
 */
function acceptableBy(
  viewer: Viewer,
  which: { token: string } | { invitationId: string },
): Prisma.InvitationWhereInput {
  if ('invitationId' in which) return { id: which.invitationId, email: addressedTo(ownAddress(viewer)) }
  const link = { token: { hash: hashToken(which.token) } }
  return viewer.email === null ? link : { ...link, email: addressedTo(emailAddress(viewer.email)) }
}

/** Nothing is addressed to nobody. */
const addressedTo = (address: string | null | undefined) => ({ in: address == null ? [] : [address] })

/**
 * Makes an account for the holder of the link, with the address that the link was sent to, and makes it a member.
 *
 * @throws {InvitationInvalid | InvalidInput}
 * @throws {EmailTaken} where the address has an account: they are to sign in with that.
 */
export async function acceptInvitationAsNewUser(
  core: Core,
  token: string,
  account: { readonly name: string; readonly passwordHash: string },
): Promise<User> {
  const system: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }
  const { value } = await change(core, system, async (context) => {
    const invitation = await claim(context, { token: { hash: hashToken(token) } })
    const emailVerified = invitation.mailedAt !== null
    const user = await insertUser(context, { ...account, email: invitation.email, emailVerified })
    await admit(context, invitation, user)
    return user
  }).catch(orEmailTaken)
  return value
}

/** Uses the invitation up, in one statement: of two who come at once, one gets it. */
async function claim({ tx, at }: ChangeContext, where: Prisma.InvitationWhereInput): Promise<Invitation> {
  const invitation = await tx.invitation.findFirst({ where: { ...where, ...openInvitations(at) } })
  // Kept by an earlier version in another form, it may have been mailed elsewhere than it says.
  if (!invitation || emailAddress(invitation.email) !== invitation.email) throw new InvitationInvalid()
  const { organizationId, invitedById, role } = invitation
  await lockOrganization(tx, organizationId).catch(() => {
    throw new InvitationInvalid()
  })
  // An invitation gives no role that its inviter may no longer give.
  const inviter = invitedById && (await tx.membership.findFirst({ where: { organizationId, userId: invitedById } }))
  if (!inviter || !atLeast(inviter.role, actions[actionFor(role)].least)) throw new InvitationInvalid()
  const claimed = await tx.invitation.updateMany({
    where: { id: invitation.id, ...openInvitations(at) },
    data: { status: 'ACCEPTED' },
  })
  if (claimed.count === 0) throw new InvitationInvalid()
  await tx.invitationToken.deleteMany({ where: { invitationId: invitation.id } })
  return invitation
}

async function admit(
  context: ChangeContext,
  { organizationId, role }: Invitation,
  user: { readonly id: string; readonly name: string },
): Promise<Membership> {
  if (await isMember(context.tx, organizationId, user.id)) throw new AlreadyMember()
  return join({ ...context, actor: { kind: 'USER', ...user } }, { organizationId, user, role })
}

const isMember = async (tx: Tx, organizationId: string, userId: string): Promise<boolean> =>
  (await tx.membership.count({ where: { organizationId, userId } })) > 0

/**
 * Takes an invitation back: its link no longer works.
 *
 * @throws {NotFound | Forbidden | InvitationInvalid}
 */
export async function revokeInvitation(core: Core, viewer: Viewer, id: string): Promise<Changed<Invitation>> {
  return change(core, actorOf(viewer), async (context) => {
    const invitation = await context.tx.invitation.findFirst({ where: { id, AND: visibleInvitations(viewer) } })
    if (!invitation) throw new NotFound()
    await lockOrganization(context.tx, invitation.organizationId)
    await revoke(context, viewer, invitation)
    return invitation
  })
}
