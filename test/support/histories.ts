import fc from 'fast-check'
import { actorOf } from '../../src/access/actions.ts'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import { publicId, type TypeName } from '../../src/ids.ts'
import { addMember } from '../../src/organizations/members.ts'
import { createOrganization } from '../../src/organizations/service.ts'
import { type Person, signedIn, Team, uuidOf } from './team.ts'
import type { World } from './world.ts'

const operations = [
  'ask',
  'ask',
  'ask',
  'withdraw',
  'withdraw',
  'withdraw',
  'approve',
  'deny',
  'lift',
  'install',
  'uninstall',
  'authorize',
  'grant',
  'revoke',
  'disable',
  'enable',
  'distribute',
  'narrow',
  'remove',
  'promote',
  'wait',
  'delete',
] as const

/** One step: what, by whom, where and on what. A user without the right is refused, and that is fine. */
export interface Step {
  readonly operation: (typeof operations)[number]
  readonly person: number
  readonly organization: number
  readonly app: number
  /** Which of those that there are. */
  readonly nth: number
  readonly scopes: string[]
}

const scopes = ['openid', 'documents:read', 'documents:write']

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    operation: fc.constantFrom(...operations),
    person: fc.nat(5),
    organization: fc.nat(1),
    app: fc.nat(3),
    nth: fc.nat(20),
    scopes: fc.subarray(scopes, { minLength: 1 }),
  }),
  { minLength: 20, maxLength: 40 },
)

/** The same histories in every run, so that a failure can be looked at; it says which one it was. */
export const runs = (numRuns: number) => ({ numRuns, seed: 20_261_122, endOnFailure: true })

/**
 * A small world of its own: two organizations with the same people in different roles, and four apps,
 * of which one is installed and granted and another denied.
 */
export class Small {
  readonly organizations: string[] = []
  readonly apps: string[] = []
  readonly people: Person[]
  readonly #world: World

  private constructor(world: World, people: Person[]) {
    this.#world = world
    this.people = people
  }

  static async create(world: World, people: Person[]): Promise<Small> {
    const small = new Small(world, people)
    const { server } = world
    const [first, second, third, fourth] = people as [Person, Person, Person, Person]
    for (const [owner, admin, member] of [
      [first, second, third],
      [fourth, third, second],
    ] as const) {
      const viewer = await viewerOf(server.core, owner.id)
      const { value: organizationId } = await createOrganization(server.core, viewer, {
        name: 'Small',
        edition: 'TEAM',
      })
      await addMember(server.core, actorOf(viewer), { organizationId, userId: admin.id, role: 'ADMIN' })
      await addMember(server.core, actorOf(viewer), { organizationId, userId: member.id, role: 'MEMBER' })
      small.organizations.push(publicId('Organization', organizationId))
      const team = new Team(server, publicId('Organization', organizationId), { superAdmin: owner, admin, member })
      small.apps.push(await team.app({ type: 'WEB' }))
      small.apps.push(await team.app({ type: small.apps.length > 1 ? 'SERVICE' : 'PUBLIC', distribution: 'INTERNAL' }))
    }
    for (const [index, organizationId] of small.organizations.entries()) {
      const [owner, member] = index === 0 ? [first, third] : [fourth, second]
      const team = new Team(server, organizationId, { superAdmin: owner, admin: owner, member })
      await team.install(small.apps[0] as string)
      for (const by of [owner, member]) await team.grant(small.apps[0] as string, { by })
      await team.denial(small.apps[2] as string)
    }
    return small
  }

  /** Does the step over the API. Anything but a success or a typed error throws. */
  async take(step: Step): Promise<void> {
    const { server, clock } = this.#world
    const organizationId = this.organizations[step.organization] as string
    // Every other time it is somebody who may.
    const owner = this.people[step.organization === 0 ? 0 : 3] as Person
    const by = this.people[step.person] ?? owner
    const appId = this.apps[step.app] as string
    const place = { organizationId, appId }
    const run = (name: string, input: object) => {
      const Name = `${name[0]?.toUpperCase()}${name.slice(1)}`
      return server.graphql(
        `mutation ($input: ${Name}Input!) { ${name}(input: $input) { __typename } }`,
        { input },
        { as: by.token },
      )
    }
    const { installRequest, denial, installation, grant, membership } = server.prisma
    const pick = async (type: TypeName, rows: Promise<{ id: string }[]>): Promise<string> => {
      const found = await rows
      return publicId(type, found[step.nth % found.length]?.id ?? uuidOf(organizationId))
    }
    const here = { where: { organizationId: uuidOf(organizationId) }, orderBy: { id: 'desc' as const } }
    switch (step.operation) {
      case 'ask':
        return void (await run('requestInstall', { ...place, scopes: step.scopes }))
      case 'withdraw': {
        // Mostly their own.
        const where = { ...here.where, status: 'PENDING' as const, ...(step.nth % 4 && { requesterId: by.id }) }
        const pending = installRequest.findMany({ ...here, where })
        return void (await run('withdrawInstallRequest', { installRequestId: await pick('InstallRequest', pending) }))
      }
      case 'approve':
        return void (await run('approveInstallRequest', {
          installRequestId: await pick('InstallRequest', installRequest.findMany(here)),
          ...(step.nth % 2 === 0 && { scopes: step.scopes }),
        }))
      case 'deny': {
        const deniedUntil = new Date(clock.now().getTime() + 30_000)
        const installRequestId = await pick('InstallRequest', installRequest.findMany(here))
        return void (await run('denyInstallRequest', { installRequestId, deniedUntil }))
      }
      case 'lift':
        return void (await run('liftDenial', { denialId: await pick('Denial', denial.findMany(here)) }))
      case 'install':
        return void (await run('installApp', { ...place, scopes: step.scopes }))
      case 'uninstall':
        return void (await run('uninstallApp', {
          installationId: await pick('Installation', installation.findMany(here)),
        }))
      case 'authorize':
        return void (await run('authorizeApp', { ...place, scopes: step.scopes }))
      case 'grant': {
        // In place of the consent page: a user who could come to it has agreed.
        const team = new Team(server, organizationId, { superAdmin: by, admin: by, member: by })
        const [member, app, installed] = await Promise.all([
          membership.count({ where: { ...here.where, userId: by.id } }),
          server.prisma.app.count({ where: { id: uuidOf(appId), type: { not: 'SERVICE' } } }),
          installation.count({ where: { ...here.where, appId: uuidOf(appId), state: 'INSTALLED' } }),
        ])
        if (member && app && installed) await team.grant(appId)
        return
      }
      case 'revoke':
        return void (await run('revokeGrant', { grantId: await pick('Grant', grant.findMany(here)) }))
      case 'disable':
        return void (await run('disableApp', { appId }))
      case 'enable':
        return void (await run('enableApp', { appId }))
      case 'distribute':
        return void (await run('updateApp', { appId, distribution: step.nth % 2 ? 'EXTERNAL' : 'INTERNAL' }))
      case 'narrow':
        return void (await run('updateApp', { appId, scopes: step.scopes }))
      case 'remove': {
        const membershipId = await pick(
          'Membership',
          membership.findMany({ ...here, where: { ...here.where, role: 'MEMBER' } }),
        )
        return void (await run('removeMember', { membershipId }))
      }
      case 'promote': {
        const membershipId = await pick('Membership', membership.findMany(here))
        const role = (['MEMBER', 'ADMIN', 'SUPER_ADMIN'] as const)[step.nth % 3]
        return void (await run('updateMemberRole', { membershipId, role }))
      }
      case 'wait':
        return clock.advance(20_000)
      case 'delete': {
        // Seldom enough for something to happen before.
        if (step.nth > 10) return
        const app = await server.prisma.app.findUnique({ where: { id: uuidOf(appId) } })
        return void (await run('deleteApp', { appId, confirmation: app?.name ?? '' }))
      }
    }
  }
}

/** The people of all small worlds; nobody among them is anybody elsewhere. */
export const fourPeople = ({ server }: World): Promise<Person[]> =>
  Promise.all([signedIn(server), signedIn(server), signedIn(server), signedIn(server)])

/** Signed in anew: the clock of a history runs. */
export const signedInAgain = ({ server }: World, people: Person[]): Promise<Person[]> =>
  Promise.all(people.map(async (person) => ({ ...person, token: await server.signIn(person) })))
