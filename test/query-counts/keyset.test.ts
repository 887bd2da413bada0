import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'
import { connectionCase } from './documents.ts'
import { buildScene, type Scene } from './scene.ts'

// A page deep in a list is found by comparing ids, so it costs what the first one does, and it is
// found also where the row that the cursor was made from is gone.

/** The connections of rows that can be deleted, with their tables. */
const tables = {
  'Organization.apps': 'App',
  'Organization.installations': 'Installation',
  'Organization.installRequests': 'InstallRequest',
  'Organization.installCases': 'InstallCase',
  'InstallCase.requests': 'InstallRequest',
  'Organization.denials': 'Denial',
  'Organization.grants': 'Grant',
  'Organization.members': 'Membership',
  'App.secrets': 'AppSecret',
  'App.keys': 'AppKey',
  'App.installations': 'Installation',
  'Viewer.organizations': 'Membership',
  'Viewer.grants': 'Grant',
  'Viewer.installRequests': 'InstallRequest',
  'Organization.invitations': 'Invitation',
  'Viewer.invitations': 'Invitation',
  'Viewer.sessions': 'Session',
} as const
const names = Object.keys(tables) as (keyof typeof tables)[]

/** More than any of the lists is long. */
const ALL = 100

let server: TestServer
let scene: Scene
let statements: string[] = []

beforeAll(async () => {
  server = await startTestServer({ onQuery: (sql) => statements.push(sql) })
  scene = await buildScene(server)
})

afterAll(() => server[Symbol.asyncDispose]())

interface Page {
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean }
  readonly edges: readonly { readonly cursor: string }[]
}

async function page(name: keyof typeof tables, args: object): Promise<Page> {
  const { document, variables, path } = connectionCase(scene, name, 0)
  const data = await server.graphql(
    document,
    { ...variables(0), first: undefined, ...args },
    { as: scene.team.superAdmin.token },
  )
  return data[path[0] as string].list
}

const cursorsOf = ({ edges }: Page): string[] => edges.map(({ cursor }) => cursor)
const uuidOf = (cursor: string): string => Buffer.from(cursor, 'base64').toString().replace('GPC:S:', '')

describe.each(names)('%s', (name) => {
  test('gives each item once, newest first, from either end', async () => {
    const { totalCount, edges } = await page(name, { first: ALL })
    const all = edges.map(({ cursor }) => cursor)
    expect(all.length).toBe(totalCount)
    expect(all.map(uuidOf)).toEqual(all.map(uuidOf).sort().reverse())

    const forward: string[] = []
    for (let more = true; more; ) {
      const next = await page(name, { first: 7, after: forward.at(-1) })
      forward.push(...cursorsOf(next))
      more = next.pageInfo.hasNextPage
      expect(next.pageInfo.hasPreviousPage).toBe(forward.length > 7)
    }
    expect(forward).toEqual(all)

    const backward: string[] = []
    for (let more = true; more; ) {
      const previous = await page(name, { last: 7, before: backward[0] })
      backward.unshift(...cursorsOf(previous))
      more = previous.pageInfo.hasPreviousPage
      expect(previous.pageInfo.hasNextPage).toBe(backward.length > 7)
    }
    expect(backward).toEqual(all)
  })

  test('finds a page by the id of its cursor, without looking at what precedes it', async () => {
    const first = await page(name, { first: 20 })
    statements = []
    await page(name, { first: 2, after: first.edges.at(-1)?.cursor })
    const read = statements.filter((sql) => sql.includes(`FROM "${tables[name]}"`) && sql.includes('ORDER BY'))
    expect(read.length).toBeGreaterThan(0)
    for (const sql of read) {
      expect(sql).toMatch(/"id" < \$\d+/)
      expect(sql).not.toContain('OFFSET')
    }
  })

  test('goes on after and before an item that was deleted meanwhile', async () => {
    const all = cursorsOf(await page(name, { first: ALL }))
    const [gone, next] = [all[9] as string, all[10]]
    await server.prisma.$executeRawUnsafe(`DELETE FROM "${tables[name]}" WHERE "id" = '${uuidOf(gone)}'`)
    expect(cursorsOf(await page(name, { first: 1, after: gone }))).toEqual([next])
    expect(cursorsOf(await page(name, { last: 1, before: gone }))).toEqual([all[8]])
  })
})
