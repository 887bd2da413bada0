import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { buildSchema, type GraphQLEnumType } from 'graphql'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cell } from '../../client-demo/history/export.ts'
import { kindOf } from '../../client-demo/history/filter.ts'
import { sentenceTexts } from '../../client-demo/history/sentence-texts.ts'
import { historyTexts } from '../../client-demo/history/texts.ts'
import { Team } from '../support/team.ts'
import { ConsoleInBrowser, withoutBrowser } from './browser.ts'

/** In milliseconds: “at once”, with an allowance for a busy machine. */
const SOON = 3_000

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

describe.skipIf(withoutBrowser())('the page of the history', () => {
  let console: ConsoleInBrowser
  let team: Team

  beforeAll(async () => {
    // A port of its own, at which the server comes back after a restart.
    console = await ConsoleInBrowser.start({ env: { PORT: String(await freePort()) } })
    team = await Team.create(console.server)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const open = (search = '') => console.open(team.admin, `/console/${team.id}/history${search}`)
  const eventsOf = (page: Page) => page.getByRole('list', { name: 'Events, newest first' }).locator('p')

  test('puts an event that was made elsewhere on top, live', async () => {
    const page = await open()
    await eventsOf(page).first().waitFor()
    await team.app({ name: 'Sextant' })
    await page.getByText(`${team.admin.name} created Sextant`).waitFor({ timeout: SOON })
    expect(await eventsOf(page).first().textContent()).toBe(`${team.admin.name} created Sextant`)
    await page.getByRole('link', { name: 'Sextant' }).waitFor()
  })

  test('holds back what comes while it is filtered, and shows nothing else', async () => {
    const page = await open('?type=APP_CREATED')
    await page.getByText('created Sextant').waitFor()
    await team.invitation('guest@example.com')
    await team.app({ name: 'Quadrant' })
    await page.getByRole('button', { name: '1 new', exact: true }).click({ timeout: SOON })
    await page.getByText('created Quadrant').waitFor()
    expect(await page.getByText('guest@example.com').count()).toBe(0)
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
