import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { publicId, type TypeName } from '../../src/ids.ts'
import { fourPeople, runs, Small, signedInAgain, steps } from '../support/histories.ts'
import type { Data } from '../support/server.ts'
import { type Person, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld({ config: { limits: { ...limits, organizationsPerUser: 1000 } } })
let people: Person[]

beforeAll(async () => {
  people = await fourPeople(world)
})

const page = '(first: 100) { pageInfo { hasNextPage } edges { node'

/** All ids that lists show to the person, and the apps that these are about, too. */
async function listed(person: Person, organizations: string[]): Promise<Set<string>> {
  const ids = new Set<string>()
  const add = (connection: Data) => {
    if (!connection) return
    expect(connection.pageInfo.hasNextPage).toBe(false)
    for (const { node } of connection.edges) {
      ids.add(node.id)
      if (node.app) ids.add(node.app.id)
      add(node.secrets)
    }
  }
  const own = `{ viewer { grants${page} { id app { id } } } } installRequests${page} { id app { id } } } } } }`
  const { viewer } = await world.query(person, own)
  add(viewer.grants)
  add(viewer.installRequests)
  for (const id of organizations) {
    const forEverybody = `query ($id: ID!) { organization(id: $id) { id viewerRole members${page} { id } } } } }`
    const { organization } = await world.query(person, forEverybody, { id })
    if (!organization) continue
    ids.add(id)
    add(organization.members)
    const forAdmins = `query ($id: ID!) { organization(id: $id) { apps${page} { id secrets${page.replace('100', '10')} { id } } } } } }
      installations${page} { id app { id } } } } installRequests${page} { id app { id } } } }
      denials${page} { id app { id } } } } grants${page} { id app { id } } } } } }`
    if (organization.viewerRole === 'MEMBER') {
      const { errors } = await world.server.request(forAdmins, { id }, person.token)
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(5).fill('FORBIDDEN'))
      continue
    }
    const lists = (await world.query(person, forAdmins, { id })).organization
    for (const list of Object.values(lists)) add(list)
  }
  return ids
}

/** Everything there is in the organizations. */
async function everything(organizations: string[]): Promise<Map<string, TypeName>> {
  const { prisma } = world.server
  const where = { organizationId: { in: organizations.map(uuidOf) } }
  const rows: [TypeName, { id: string }[]][] = [
    ['Organization', organizations.map((id) => ({ id: uuidOf(id) }))],
    ['Membership', await prisma.membership.findMany({ where })],
    ['App', await prisma.app.findMany({ where })],
    ['AppSecret', await prisma.appSecret.findMany({ where: { app: where } })],
    ['Installation', await prisma.installation.findMany({ where })],
    ['InstallRequest', await prisma.installRequest.findMany({ where })],
    ['Denial', await prisma.denial.findMany({ where })],
    ['Grant', await prisma.grant.findMany({ where })],
  ]
  return new Map(rows.flatMap(([type, list]) => list.map(({ id }) => [publicId(type, id), type] as const)))
}

test('in any world, exactly what the lists show to somebody is what they can fetch by its id', async () => {
  const compared = new Map<TypeName, number>()
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const here = await signedInAgain(world, people)
      const small = await Small.create(world, here)
      for (const organization of [0, 1]) await secretFor(small, organization)
      for (const step of history) await small.take(step)

      const all = await everything(small.organizations)
      for (const person of here) {
        const shown = await listed(person, small.organizations)
        const document = `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`
        const { nodes } = await world.query(person, document, { ids: [...all.keys()] })
        for (const [index, [id, type]] of [...all].entries()) {
          const expected = shown.has(id) || (type === 'App' && (await cardIsOpen(person, id)))
          expect([type, id, nodes[index] !== null]).toEqual([type, id, expected])
          compared.set(type, (compared.get(type) ?? 0) + (expected ? 1 : 0))
        }
      }
    }),
    runs(4),
  )
  const types = ['Organization', 'Membership', 'App', 'AppSecret', 'Installation', 'InstallRequest', 'Denial', 'Grant']
  expect(
    [...compared.entries()]
      .filter(([, seen]) => seen > 0)
      .map(([type]) => type)
      .sort(),
  ).toEqual(types.sort())
})

/** No list shows the apps that one may see without managing or using them: EXTERNAL ones, and those of one's organizations. */
async function cardIsOpen(person: Person, id: string): Promise<boolean> {
  const app = await world.server.prisma.app.findUniqueOrThrow({
    where: { id: uuidOf(id) },
    include: { organization: { include: { memberships: true } } },
  })
  return app.distribution === 'EXTERNAL' || app.organization.memberships.some(({ userId }) => userId === person.id)
}

/** A secret of the first app of the organization. */
async function secretFor(small: Small, organization: number): Promise<void> {
  const owner = small.people[organization === 0 ? 0 : 3] as Person
  await world.does(owner, 'createAppSecret', { appId: small.apps[organization * 2] })
}
