import { beforeAll, describe, expect, test } from 'vitest'
import { Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let publisher: Team
let team: Team
/** Their clientIds in the order of the list: newest first. */
let service: string
let pending: string
let device: string
let installed: string

beforeAll(async () => {
  publisher = await Team.create(world.server)
  team = await Team.create(world.server)
  installed = await publisher.app({ name: 'Mail 100% safe' })
  device = await publisher.app({ name: 'Mail on TV', type: 'DEVICE' })
  pending = await publisher.app({ name: 'Calendar_plus', type: 'PUBLIC' })
  service = await publisher.app({ name: 'Mail \\ Robot', type: 'SERVICE' })
  await team.install(installed)
  await team.install(device)
  await team.request(pending)
  await team.authorize(service)
})

const connection = `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id standing app { clientId type } } }`

interface Page {
  totalCount: number
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
  edges: { cursor: string; node: { id: string; standing: string; app: { clientId: string } } }[]
}

const list = async (args: string, of = team): Promise<Page> => {
  const document = `query ($id: ID!) { organization(id: $id) { installations${args} { ${connection} } } }`
  return (await world.query(of.admin, document, { id: of.id })).organization.installations
}
const clientIds = ({ edges }: Page) => edges.map(({ node }) => node.app.clientId)

describe('the installations list', () => {
  test('shows service apps that were authorized, OBO apps that are installed and pending ones, each with its standing', async () => {
    const { totalCount, edges } = await list('')
    expect(totalCount).toBe(4)
    expect(edges.map(({ node }) => [node.app.clientId, node.standing])).toEqual([
      [service, 'APP_AUTH_INSTALLED'],
      [pending, 'OBO_NOT_INSTALLED'],
      [device, 'OBO_INSTALLED'],
      [installed, 'OBO_INSTALLED'],
    ])
  })

  test.each([
    ['(standing: APP_AUTH_INSTALLED)', () => [service]],
    ['(standing: OBO_INSTALLED)', () => [device, installed]],
    ['(standing: OBO_NOT_INSTALLED)', () => [pending]],
    ['(type: DEVICE)', () => [device]],
    ['(type: SERVICE)', () => [service]],
    ['(search: "mail")', () => [service, device, installed]],
    ['(search: "plus")', () => [pending]],
    ['(search: "100%")', () => [installed]],
    ['(search: "%")', () => [installed]],
    ['(search: "_")', () => [pending]],
    ['(search: "\\\\")', () => [service]],
    ['(search: "")', () => [service, pending, device, installed]],
    ['(search: "mail", standing: OBO_INSTALLED, type: WEB)', () => [installed]],
    ['(standing: OBO_NOT_INSTALLED, type: SERVICE)', () => []],
  ])('filtered by %s shows exactly those', async (args, expected) => {
    const page = await list(args)
    expect(clientIds(page)).toEqual(expected())
    expect(page.totalCount).toBe(expected().length)
  })

  test('filtered by an app shows the one installation of it, or none', async () => {
    expect(clientIds(await list(`(appId: "${device}")`))).toEqual([device])
    expect(clientIds(await list(`(appId: "${await publisher.app()}")`))).toEqual([])
  })

  test.each(['\u0000', '\ud800'])('a search for %j, which no name can have, is INVALID_INPUT', async (text) => {
    for (const list of ['installations', 'apps']) {
      const document = `query ($id: ID!, $text: String!) { organization(id: $id) { ${list}(search: $text) { totalCount } } }`
      expect(await world.queryError(team.admin, document, { id: team.id, text })).toBe('INVALID_INPUT')
    }
  })

  test('the publisher’s own list of apps is searched in the same way', async () => {
    const search = async (text: string) => {
      const document = `query ($id: ID!, $text: String!) { organization(id: $id) { apps(search: $text) { totalCount edges { node { clientId } } } } }`
      const { apps } = (await world.query(publisher.admin, document, { id: publisher.id, text })).organization
      const found = apps.edges.map(({ node }: { node: { clientId: string } }) => node.clientId)
      expect(apps.totalCount).toBe(found.length)
      return found
    }
    expect(await search('MAIL')).toEqual([service, device, installed])
    expect(await search('%')).toEqual([installed])
    expect(await search('_')).toEqual([pending])
    expect(await search('\\')).toEqual([service])
  })
})

describe('paging through the list', () => {
  /** All pages one after the other; `during` may change the world before each page after the first. */
  async function walk(of: Team, size: number, backward: boolean, during = async (_page: Page) => {}) {
    const seen: string[] = []
    let cursor = ''
    for (;;) {
      const args = backward
        ? `(last: ${size}${cursor && `, before: "${cursor}"`})`
        : `(first: ${size}${cursor && `, after: "${cursor}"`})`
      const page = await list(args, of)
      if (backward) seen.unshift(...clientIds(page))
      else seen.push(...clientIds(page))
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo
      expect([startCursor, endCursor]).toEqual([page.edges[0]?.cursor, page.edges.at(-1)?.cursor])
      if (!(backward ? hasPreviousPage : hasNextPage)) return seen
      expect(page.edges).toHaveLength(size)
      cursor = backward ? startCursor : endCursor
      await during(page)
    }
  }

  /** A team with seven installed apps, newest first. */
  async function teamOfSeven() {
    const of = await Team.create(world.server)
    const apps: string[] = []
    for (let index = 0; index < 7; index++) {
      const appId = await publisher.app()
      await of.install(appId)
      apps.unshift(appId)
    }
    return { of, apps }
  }

  test('neither loses nor repeats anything, in either direction, whatever the size of the pages', async () => {
    const { of, apps } = await teamOfSeven()
    for (const size of [1, 2, 3, 7, 8]) {
      expect(await walk(of, size, false)).toEqual(apps)
      expect(await walk(of, size, true)).toEqual(apps)
    }
  })

  test.each([false, true])('nor when the row of the cursor was deleted meanwhile (backward: %s)', async (backward) => {
    const { of, apps } = await teamOfSeven()
    const deleteCursorsRow = async ({ edges }: Page) => {
      const edge = backward ? edges[0] : edges.at(-1)
      await world.does(of.admin, 'uninstallApp', { installationId: edge?.node.id })
    }
    expect(await walk(of, 2, backward, deleteCursorsRow)).toEqual(apps)
    expect((await list('', of)).totalCount).toBe(4)
  })

  test('a page is of 1 to 100 items and goes in one direction', async () => {
    const cursor = Buffer.from('GPC:S:1').toString('base64')
    const wrong = ['(first: 0)', '(first: 101)', '(last: 0)', '(first: 1, last: 1)', `(after: "${cursor}")`]
    for (const args of wrong) {
      const document = `query ($id: ID!) { organization(id: $id) { installations${args} { totalCount } } }`
      expect([args, await world.queryError(team.admin, document, { id: team.id })]).toEqual([args, 'INVALID_INPUT'])
    }
  })
})

describe('of each other organization that installed its app', () => {
  test('a publisher sees the name and the standing, nothing more', async () => {
    const document = `query ($id: ID!) { node(id: $id) { ... on App { installations { totalCount edges { node { __typename organizationName standing } } } } } }`
    const name = (await world.query(team.admin, 'query ($id: ID!) { organization(id: $id) { name } }', { id: team.id }))
      .organization.name
    const see = async (clientId: string) =>
      (await world.query(publisher.admin, document, { id: clientId })).node.installations
    const row = (standing: string) => ({ node: { __typename: 'AppInstallation', organizationName: name, standing } })
    expect(await see(installed)).toEqual({ totalCount: 1, edges: [row('OBO_INSTALLED')] })
    expect(await see(pending)).toEqual({ totalCount: 1, edges: [row('OBO_NOT_INSTALLED')] })
    expect(await see(service)).toEqual({ totalCount: 1, edges: [row('APP_AUTH_INSTALLED')] })

    const fields = '{ __type(name: "AppInstallation") { fields { name } } }'
    expect((await world.query(publisher.admin, fields)).__type.fields).toEqual([
      { name: 'organizationName' },
      { name: 'standing' },
    ])
    const { id } = await world.server.prisma.installation.findFirstOrThrow({ where: { appId: uuidOf(installed) } })
    expect(id).toMatch(/-/)
    const node = 'query ($id: ID!) { node(id: $id) { id } }'
    const { edges } = await list('(last: 1)')
    expect(await world.query(publisher.admin, node, { id: edges[0]?.node.id })).toEqual({ node: null })
    expect(
      await world.query(publisher.admin, 'query ($id: ID!) { organization(id: $id) { id } }', { id: team.id }),
    ).toEqual({
      organization: null,
    })
  })
})
