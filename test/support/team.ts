import { createHash, randomBytes } from 'node:crypto'
import { actorOf } from '../../src/access/actions.ts'
import { addAppKey } from '../../src/apps/keys.ts'
import { createAppSecret } from '../../src/apps/secrets.ts'
import { createApp, type NewApp } from '../../src/apps/service.ts'
import type { Edition, Role } from '../../src/database/generated/client/enums.ts'
import { grantWithTokens, viewerOf } from '../../src/demo/stand-ins.ts'
import { newId, publicId, readPublicId, type TypeName } from '../../src/ids.ts'
import { denyInstallRequest, installApp } from '../../src/install-requests/decisions.ts'
import { requestInstall } from '../../src/install-requests/service.ts'
import { authorizeApp } from '../../src/installations/service.ts'
import { inviteMember } from '../../src/organizations/invitations.ts'
import { addMember } from '../../src/organizations/members.ts'
import { createOrganization } from '../../src/organizations/service.ts'
import type { TestServer, TestUser } from './server.ts'

export interface Person extends TestUser {
  readonly token: string
}

/** `org_…` → the UUID that services take. */
export const uuidOf = (publicId: string): string => readPublicId(publicId)?.id ?? publicId

/**
 * An organization with a person of each role, and what services do in their name. All ids that it
 * returns are the public ones.
 */
export class Team {
  readonly server: TestServer
  readonly id: string
  readonly superAdmin: Person
  readonly admin: Person
  readonly member: Person

  constructor(server: TestServer, id: string, people: { superAdmin: Person; admin: Person; member: Person }) {
    this.server = server
    this.id = id
    this.superAdmin = people.superAdmin
    this.admin = people.admin
    this.member = people.member
  }

  static async create(server: TestServer, edition: Edition = 'TEAM'): Promise<Team> {
    const superAdmin = await signedIn(server)
    const viewer = await viewerOf(server.core, superAdmin.id)
    const { value } = await createOrganization(server.core, viewer, { name: `Team ${++teams}`, edition })
    const id = publicId('Organization', value)
    const [admin, member] = await Promise.all([newMember(server, id, 'ADMIN'), newMember(server, id, 'MEMBER')])
    return new Team(server, id, { superAdmin, admin, member })
  }

  join(role: Role): Promise<Person> {
    return newMember(this.server, this.id, role)
  }

  /** Makes somebody a member who is there already. */
  async admit({ id: userId, name }: TestUser, role: Role): Promise<void> {
    const member = { organizationId: uuidOf(this.id), userId, role }
    await addMember(this.server.core, { kind: 'USER', id: userId, name }, member)
  }

  /** `mem_…` of a person here. */
  async membershipOf({ id: userId }: TestUser): Promise<string> {
    const where = { organizationId_userId: { organizationId: uuidOf(this.id), userId } }
    return publicId('Membership', (await this.server.prisma.membership.findUniqueOrThrow({ where })).id)
  }

  /** An app that the team publishes. */
  async app({ type = 'WEB', ...rest }: Partial<NewApp> = {}): Promise<string> {
    const redirectUris = type === 'WEB' || type === 'PUBLIC' ? ['https://app.example/callback'] : []
    const { value } = await createApp(this.server.core, await this.#viewer(this.admin), {
      organizationId: uuidOf(this.id),
      name: `App ${++apps}`,
      distribution: 'EXTERNAL',
      redirectUris,
      scopes: ['openid', 'documents:read', 'documents:write'],
      type,
      ...rest,
    })
    return publicId('App', value)
  }

  async secret(appId: string): Promise<string> {
    const { value } = await createAppSecret(this.server.core, await this.#viewer(this.admin), uuidOf(appId))
    return publicId('AppSecret', value.secretId)
  }

  async key(appId: string, key: string): Promise<string> {
    const { value } = await addAppKey(this.server.core, await this.#viewer(this.admin), uuidOf(appId), key)
    return publicId('AppKey', value)
  }

  async request(appId: string, { by = this.member, scopes }: { by?: Person; scopes?: string[] } = {}): Promise<string> {
    const place = { organizationId: uuidOf(this.id), appId: uuidOf(appId) }
    const { value } = await requestInstall(this.server.core, await this.#viewer(by), { ...place, scopes })
    return publicId('InstallRequest', value)
  }

  async install(appId: string, scopes?: string[]): Promise<string> {
    const place = { organizationId: uuidOf(this.id), appId: uuidOf(appId) }
    const { value } = await installApp(this.server.core, await this.#viewer(this.admin), { ...place, scopes })
    return publicId('Installation', value)
  }

  /** `gra_…` of what a service app may do here as itself. */
  async authorize(appId: string, scopes?: string[]): Promise<string> {
    const place = { organizationId: uuidOf(this.id), appId: uuidOf(appId) }
    const { value } = await authorizeApp(this.server.core, await this.#viewer(this.admin), { ...place, scopes })
    return publicId('Grant', value)
  }

  /** `gra_…` with one live access and one live refresh token. */
  async grant(appId: string, { by = this.member }: { by?: Person } = {}): Promise<string> {
    const place = { organizationId: uuidOf(this.id), appId: uuidOf(appId) }
    return publicId('Grant', await grantWithTokens(this.server.core, await this.#viewer(by), place, ['openid']))
  }

  /** `den_…`, by asking and denying. */
  async denial(appId: string): Promise<string> {
    const requestId = uuidOf(await this.request(appId))
    await denyInstallRequest(this.server.core, await this.#viewer(this.admin), requestId, { reason: 'No.' })
    const where = { appId_organizationId: { appId: uuidOf(appId), organizationId: uuidOf(this.id) } }
    return publicId('Denial', (await this.server.prisma.denial.findUniqueOrThrow({ where })).id)
  }

  /** `inv_…`. */
  async invitation(email: string): Promise<string> {
    const viewer = await this.#viewer(this.admin)
    const { value } = await inviteMember(this.server.core, viewer, {
      organizationId: uuidOf(this.id),
      email,
      role: 'MEMBER',
    })
    return publicId('Invitation', value.invitation.id)
  }

  /** The types of the events in the team's history, from the first on. */
  async history(): Promise<string[]> {
    const where = { streamId: uuidOf(this.id) }
    const events = await this.server.prisma.event.findMany({ where, orderBy: { sequence: 'asc' } })
    return events.map(({ type }) => type)
  }

  #viewer({ id }: TestUser) {
    return viewerOf(this.server.core, id)
  }
}

/** `org_…` of the person's personal organization. */
export async function personalOrganizationOf(
  { prisma }: TestServer,
  { id: personalUserId }: TestUser,
): Promise<string> {
  return publicId('Organization', (await prisma.organization.findUniqueOrThrow({ where: { personalUserId } })).id)
}

/**
 * Another family of a grant, with one live token.
 *
 * @param credentials the ids of what began it and what last refreshed it, `sec_…` or `key_…`.
 * @returns the hash of the token.
 */
export async function addToken(
  { core, prisma }: TestServer,
  grantId: string,
  credentials: {
    beganWithSecret?: string
    refreshedWithSecret?: string
    beganWithKey?: string
    lifetime?: number
  } = {},
): Promise<string> {
  const { beganWithSecret, refreshedWithSecret, beganWithKey, lifetime = 3_600_000 } = credentials
  const createdAt = core.clock.now()
  const hash = createHash('sha256').update(randomBytes(32)).digest('base64url')
  const expiresAt = new Date(createdAt.getTime() + lifetime)
  await prisma.family.create({
    data: {
      id: newId(),
      grantId: uuidOf(grantId),
      createdAt,
      beganWithSecretId: beganWithSecret && uuidOf(beganWithSecret),
      refreshedWithSecretId: refreshedWithSecret && uuidOf(refreshedWithSecret),
      beganWithKeyId: beganWithKey && uuidOf(beganWithKey),
      tokens: { create: [{ hash, kind: 'ACCESS', scopes: ['openid'], createdAt, expiresAt }] },
    },
  })
  return hash
}

/** For each of the tokens: whether it lives, or the type and stream (`org_…`) of the event that ended it. */
export async function fateOf({ prisma }: TestServer, hashes: readonly string[]): Promise<string[]> {
  const live = await prisma.token.findMany({ where: { hash: { in: [...hashes] } } })
  const dead = await prisma.tombstone.findMany({ where: { hash: { in: [...hashes] } } })
  const events = await prisma.event.findMany({ where: { id: { in: dead.flatMap(({ eventId }) => eventId ?? []) } } })
  return hashes.map((hash) => {
    if (live.some((token) => token.hash === hash)) return 'live'
    const event = events.find(({ id }) => id === dead.find((tombstone) => tombstone.hash === hash)?.eventId)
    return event ? `${event.type} ${publicId('Organization', event.streamId)}` : 'gone'
  })
}

/** The hashes of all tokens of a grant. */
export async function tokensOf({ prisma }: TestServer, grantId: string): Promise<string[]> {
  const where = { family: { grantId: uuidOf(grantId) } }
  return (await prisma.token.findMany({ where, orderBy: { hash: 'asc' } })).map(({ hash }) => hash)
}

/** A person who can sign in, and has. */
export async function signedIn(server: TestServer): Promise<Person> {
  const user = await server.createUser()
  return { ...user, token: await server.signIn(user) }
}

async function newMember(server: TestServer, id: string, role: Role): Promise<Person> {
  const person = await signedIn(server)
  const organizationId = uuidOf(id)
  await addMember(server.core, actorOf(await viewerOf(server.core, person.id)), {
    organizationId,
    userId: person.id,
    role,
  })
  return person
}

/** `usr_…`, `org_…` and so on of a row. */
export const idOf = (type: TypeName, row: { readonly id: string }): string => publicId(type, row.id)

let teams = 0
let apps = 0
