import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { buildSchema, type GraphQLEnumType } from 'graphql'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryEvent } from '../../client-demo/history/documents.ts'
import { cell, toCsv, toNdjson } from '../../client-demo/history/export.ts'
import { kindOf } from '../../client-demo/history/filter.ts'
import { sentenceTexts } from '../../client-demo/history/sentence-texts.ts'
import { historyTexts } from '../../client-demo/history/texts.ts'
import { newId } from '../../src/ids.ts'
import { Team, uuidOf } from '../support/team.ts'
import { ConsoleInBrowser, withoutBrowser } from './browser.ts'

test('every type of event has a sentence, a name and a place in the filter, in both languages', async () => {
  const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'))
  const types = (schema.getType('EventType') as GraphQLEnumType).getValues().map(({ name }) => name)
  for (const language of ['en', 'zh'] as const) {
    expect(Object.keys(sentenceTexts[language].sentences).toSorted()).toEqual(types.toSorted())
    expect(Object.keys(historyTexts[language].types).toSorted()).toEqual(types.toSorted())
  }
  expect(types.filter((type) => kindOf(type) === undefined)).toEqual([])
})

test('a cell of CSV is neither a formula nor the end of its row', () => {
  expect(cell('=HYPERLINK("https://evil.example")')).toBe(`"'=HYPERLINK(""https://evil.example"")"`)
  expect(cell('  +1,\n2')).toBe(`"'  +1,\n2"`)
  expect(cell('Mei, Chen')).toBe('"Mei, Chen"')
  expect(cell(-7)).toBe('-7')
  expect(cell(null)).toBe('')
})

/** What a spreadsheet reads from a file (RFC 4180). */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
  let row: string[] = []
  for (let match = cells.exec(text); match; match = cells.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

const odd = {
  ...{ id: 'evt_1', cursor: 'c1', sequence: 7, type: 'INSTALL_DENIED', at: '2026-11-22T08:30:00Z' },
  ...{ appId: 'app_1', appName: '航海日志', userId: 'usr_2', userName: '陈梅, "Mei"' },
  ...{ organizationId: 'org_1', organizationName: '@SUM(1+1)*cmd', installRequestId: null, installationId: null },
  ...{ grantId: null, actor: { kind: 'USER', id: 'usr_1', name: '=cmd|/c calc!A1' } },
  changes: [{ field: 'reason', before: null, after: 'Not\r\nnow,\n\u2028never' }],
} as unknown as HistoryEvent

test('what people can write comes through CSV and NDJSON as it was, and as text', () => {
  const csv = toCsv([odd], 'zh')
  expect(csv.startsWith('\uFEFF')).toBe(true)
  const [head = [], row = [], ...others] = readCsv(csv.slice(1))
  expect(others).toEqual([])
  expect(row).toHaveLength(head.length)
  const cells = Object.fromEntries(head.map((name, index) => [name, row[index]]))
  expect(cells).toMatchObject({
    sequence: '7',
    app_name: '航海日志',
    user_name: '陈梅, "Mei"',
    actor_name: "'=cmd|/c calc!A1",
    organization_name: "'@SUM(1+1)*cmd",
    changes: JSON.stringify(odd.changes),
  })
  expect(cells.sentence).toMatch(/^'=cmd/)
  expect(
    toNdjson([odd, odd])
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([odd, odd])
})

test.each(['=1', '+1', '-1', '@A1', '\t=1', '\r=1', '\n1', ' =1', '＝1', '＋1', '－1', '＠1', '|x', '%x'])(
  'a cell that begins as %j does is a text to a spreadsheet',
  (value) => {
    expect(cell(value)).toBe(`"'${value}"`)
  },
)

describe.skipIf(withoutBrowser())('the page of the history', () => {
  let console: ConsoleInBrowser
  let team: Team

  beforeAll(async () => {
    // A port of its own, at which the server comes back after a restart.
    console = await ConsoleInBrowser.start({ env: { PORT: String(await freePort()) } })
    team = await Team.create(console.server)
  })
  afterEach(() => console?.closePages())
  afterAll(() => console?.[Symbol.asyncDispose]())

  const open = (search = '') => console.open(team.admin, `/console/${team.id}/history${search}`)
  const eventsOf = (page: Page) => page.getByRole('list', { name: 'Events, newest first' }).locator('p')

  test('puts an event that was made elsewhere on top, live', async () => {
    const page = await open()
    await eventsOf(page).first().waitFor()
    await team.app({ name: 'Sextant' })
    await page.getByText(`${team.admin.name} created Sextant`).waitFor()
    expect(await eventsOf(page).first().textContent()).toBe(`${team.admin.name} created Sextant`)
    await page.getByRole('link', { name: 'Sextant' }).waitFor()
  })

  test('shows at once what comes while it is filtered, and nothing else', async () => {
    const page = await open('?type=APP_CREATED')
    await page.getByText('created Sextant').waitFor()
    await team.invitation('guest@example.com')
    await team.app({ name: 'Quadrant' })
    await page.getByText('created Quadrant').waitFor()
    expect(await page.getByText('guest@example.com').count()).toBe(0)
  })

  test('finds the app to filter by as one types', async () => {
    const page = await open()
    await page.getByRole('combobox', { name: 'App', exact: true }).fill('quad')
    await page.getByRole('option', { name: 'Quadrant' }).click()
    await expect.poll(() => eventsOf(page).allTextContents()).toEqual([`${team.admin.name} created Quadrant`])
    await page.reload()
    await expect.poll(() => page.getByRole('combobox', { name: 'App', exact: true }).inputValue()).toBe('Quadrant')
  })

  test('exports what the filters select', async () => {
    await team.app({ name: '=1+1, "so"' })
    const page = await open('?type=APP_CREATED')
    await eventsOf(page).getByText('=1+1').waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV' }).click()
    const lines = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^\uFEFF"sequence","at","type","sentence",/)
    const { length: created } = (await team.history()).filter((type) => type === 'APP_CREATED')
    expect(lines).toHaveLength(1 + created)
    expect(lines[1]).toContain(`,"'=1+1, ""so""",`)
  })

  test('exports thousands of events, all that the filters select, and says how far it is until one cancels', async () => {
    const busy = await Team.create(console.server)
    const appId = await busy.app({ name: 'Log' })
    const streamId = uuidOf(busy.id)
    const { head } = await console.server.prisma.stream.findUniqueOrThrow({ where: { id: streamId } })
    const data = Array.from({ length: 2_500 }, (_, index) => ({
      ...{ id: newId(), streamId, sequence: head + BigInt(index + 1), at: new Date(), changes: [] },
      ...{
        type: index % 2 ? ('APP_UPDATED' as const) : ('APP_DISABLED' as const),
        appId: uuidOf(appId),
        appName: 'Log',
      },
      ...{ actorKind: 'SYSTEM' as const, actorName: 'Gatehouse' },
    }))
    await console.server.prisma.event.createMany({ data })
    await console.server.prisma.stream.update({ where: { id: streamId }, data: { head: head + 2_500n } })
    const page = await console.open(busy.admin, `/console/${busy.id}/history?type=APP_UPDATED&app=${appId}`)
    await eventsOf(page).first().waitFor()

    const take = async () => {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem', { name: 'NDJSON' }).click()
    }
    const download = page.waitForEvent('download')
    await take()
    const events = (await readFile(await (await download).path(), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as HistoryEvent)
    const last = Number(head) + 2_500
    expect(events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 1_250 }, (_, index) => last - 2 * index),
    )
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['APP_UPDATED']))

    // The tenth page never comes.
    let asked = 0
    await page.route('**/graphql', (route, request) => {
      if (request.postDataJSON().operationName !== 'HistoryEvents' || ++asked < 10) return route.continue()
    })
    await take()
    await page.getByRole('button', { name: '900 events … cancel' }).click()
    await page.getByRole('button', { name: 'Export' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('goes on where it was after the server has stopped and started', async () => {
    const page = await open()
    await eventsOf(page).first().waitFor()
    const before = await eventsOf(page).count()
    const away = console.server.restart()
    await page.getByText('Reconnecting').waitFor()
    await away
    for (const name of ['Compass', 'Barometer']) await team.app({ name })
    await page.getByText('created Barometer').waitFor({ timeout: 15_000 })
    await page.getByText('created Compass').waitFor()
    expect(await eventsOf(page).count()).toBe(before + 2)
    // What browsers say about a server that is away is no defect.
    console.complaints.splice(0)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
