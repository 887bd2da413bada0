import { randomBytes } from 'node:crypto'
import type { PrismaClient } from '../../src/database/generated/client/client.ts'
import { newId } from '../../src/ids.ts'
import type { TestServer } from '../support/server.ts'
import { idOf, Team, uuidOf } from '../support/team.ts'

/** So many of everything: more than the largest page that is asked for. */
const MANY = 24

const at = new Date('2026-01-01T00:00:00Z')
const later = new Date('2099-01-01T00:00:00Z')
const scopes = ['openid', 'documents:read']
const each = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index))

/** A team in which every list is long; `publicIds` of every type of node, for `nodes`. */
export interface Scene {
  readonly team: Team
  /** An app of the team, with many secrets, keys and installations. */
  readonly appId: string
  /** A case with many requests. */
  readonly caseId: string
  readonly publicIds: Readonly<Record<string, readonly string[]>>
}

/**
 * Written row by row rather than by the services: only how it is read matters here.
 *
 * @param changes of each event.
 */
export async function buildScene(server: TestServer, changes: object[] = []): Promise<Scene> {
  const { prisma } = server
  const team = await Team.create(server)
  const { superAdmin, admin } = team
  const other = await Team.create(server)
  const organizationId = uuidOf(team.id)

  const users = each((index) => ({
    id: newId(),
    name: `Member ${index}`,
    email: `m${index}@example.org`,
    createdAt: at,
  }))
  await prisma.user.createMany({ data: users })
  const members = users.map(({ id: userId }) => row({ organizationId, userId, role: 'MEMBER' as const }))
  await prisma.membership.createMany({ data: members })

  const app = (publisher: string, index: number) =>
    row({
      organizationId: publisher,
      name: `App ${index}`,
      type: 'WEB' as const,
      distribution: 'EXTERNAL' as const,
      scopes,
      updatedAt: at,
    })
  const foreign = each((index) => app(uuidOf(other.id), index))
  const own = each((index) => app(organizationId, index))
  await prisma.app.createMany({ data: [...foreign, ...own] })
  const appId = own[0]?.id as string

  const organizations = each((index) => row({ name: `Tenant ${index}`, edition: 'TEAM' as const }))
  await prisma.$transaction(async (tx) => {
    await tx.organization.createMany({ data: organizations })
    await tx.stream.createMany({ data: organizations.map(({ id }) => ({ id, kind: 'ORGANIZATION' as const })) })
    await tx.membership.createMany({
      data: organizations.flatMap(({ id: organizationId }) => [
        row({ organizationId, userId: other.superAdmin.id, role: 'SUPER_ADMIN' as const }),
        row({ organizationId, userId: superAdmin.id, role: 'ADMIN' as const }),
      ]),
    })
  })

  const installed = { state: 'INSTALLED' as const, approvedScopes: scopes, installedAt: at, installedById: admin.id }
  const installations = foreign.map(({ id }) => row({ appId: id, organizationId, ...installed }))
  await prisma.installation.createMany({ data: installations })
  await prisma.installation.createMany({
    data: organizations.map(({ id }) => row({ appId, organizationId: id, ...installed })),
  })

  const requests = foreign.flatMap((target, index) =>
    [superAdmin.id, users[index]?.id as string].map((requesterId) =>
      row({
        appId: target.id,
        organizationId,
        requesterId,
        scopes,
        status: 'DENIED' as const,
        decidedAt: at,
        decidedById: admin.id,
      }),
    ),
  )
  await prisma.installRequest.createMany({ data: requests })
  const asks = (targets: readonly { readonly id: string }[], requester: { readonly id: string }) =>
    targets.map(({ id }) => row({ appId: id, organizationId, requesterId: requester.id, scopes: ['documents:write'] }))
  await prisma.installRequest.createMany({ data: asks(foreign, superAdmin) })
  await prisma.installRequest.createMany({ data: users.flatMap((user) => asks(foreign.slice(0, 1), user)) })
  const cases = await prisma.installCase.findMany({ where: { organizationId }, orderBy: { id: 'asc' } })
  const denials = foreign.map(({ id }) =>
    row({ appId: id, organizationId, scopes, deniedUntil: later, deniedById: admin.id }),
  )
  await prisma.denial.createMany({ data: denials })

  const grants = foreign.flatMap((target, index) =>
    [superAdmin.id, users[index]?.id as string].map((userId) =>
      row({ appId: target.id, organizationId, userId, scopes, tokenObtainedAt: at }),
    ),
  )
  await prisma.grant.createMany({ data: grants })
  await createTokens(prisma, grants)

  const invitation = (email: string, to: string) =>
    row({ organizationId: to, email, role: 'MEMBER' as const, expiresAt: later, invitedById: admin.id })
  const invitations = each((index) => invitation(`i${index}@example.org`, organizationId))
  const ownInvitations = organizations.map(({ id }) => invitation(superAdmin.email, id))
  await prisma.invitation.createMany({ data: [...invitations, ...ownInvitations] })
  const sessions = each(() => row({ userId: superAdmin.id, lastUsedAt: at, expiresAt: later }))
  await prisma.session.createMany({ data: sessions })

  const secrets = each((index) => row({ appId, hint: `${1000 + index}`, createdById: admin.id }))
  await prisma.appSecret.createMany({ data: secrets })
  const keys = each((index) => row({ appId, kid: `kid ${index}`, algorithm: 'ES256', jwk: {}, createdById: admin.id }))
  await prisma.appKey.createMany({ data: keys })

  const head = (await prisma.stream.findUniqueOrThrow({ where: { id: organizationId } })).head
  const events = foreign.map((target, index) => ({
    id: newId(),
    streamId: organizationId,
    sequence: head + BigInt(index) + 1n,
    type: 'INSTALL_DENIED' as const,
    at,
    actorKind: 'USER' as const,
    actorId: admin.id,
    actorName: admin.name,
    appId: target.id,
    userId: users[index]?.id,
    installRequestId: requests[2 * index]?.id,
    installationId: installations[index]?.id,
    grantId: grants[2 * index]?.id,
    changes,
  }))
  await prisma.event.createMany({ data: events })
  await prisma.stream.update({ where: { id: organizationId }, data: { head: head + BigInt(MANY) } })

  const rows = {
    Organization: organizations,
    Membership: members,
    User: users,
    // In turn, so that any two of them are one of each.
    App: foreign.slice(0, MANY / 2).flatMap((app, index) => [app, own[index] as typeof app]),
    AppSecret: secrets,
    AppKey: keys,
    Installation: installations,
    InstallRequest: requests,
    InstallCase: cases,
    Denial: denials,
    Grant: grants,
    Event: events,
    Invitation: invitations,
    Session: sessions,
  }
  const publicIds = Object.entries(rows).map(([type, all]) => [
    type,
    all.map((one) => idOf(type as keyof typeof rows, one)),
  ])
  return {
    team,
    appId: idOf('App', { id: appId }),
    caseId: idOf('InstallCase', cases[0] as { id: string }),
    publicIds: Object.fromEntries(publicIds),
  }
}

const row = <T extends object>(data: T) => ({ id: newId(), createdAt: at, ...data })

async function createTokens(prisma: PrismaClient, grants: readonly { readonly id: string }[]): Promise<void> {
  const families = grants.map(({ id }) => row({ grantId: id }))
  await prisma.family.createMany({ data: families })
  await prisma.token.createMany({
    data: families.map(({ id }) => ({
      hash: randomBytes(32).toString('base64url'),
      familyId: id,
      kind: 'ACCESS' as const,
      createdAt: at,
      expiresAt: later,
    })),
  })
}
