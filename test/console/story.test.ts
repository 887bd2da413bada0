import { stringifyDocument } from '@urql/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HistoryEvent, HistoryEvents } from '../../client-demo/history/documents.ts'
import { groupsOf } from '../../client-demo/history/groups.ts'
import { sentenceOf, textOf } from '../../client-demo/history/sentence.ts'
import { relyingParty } from '../../src/demo/relying-party.ts'
import { SCOPES } from '../../src/demo/relying-party-client.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { type SteadyAddress, steadyAddress } from '../support/steady-address.ts'
import { type Person, Team, uuidOf } from '../support/team.ts'
import { ConsoleInBrowser, signIn, withoutBrowser } from './browser.ts'

/** More apps than the history page reads at once when it reads its newest events again. */
const MANY = 35

// The whole of it, with a real app on a server of its own: two admins and a member, each in their own
// browser. Every test goes on where the one before it has stopped.
describe.skipIf(withoutBrowser())('the story of an app', () => {
  const name = 'Harbor Logbook'
  let console: ConsoleInBrowser
  let address: SteadyAddress
  let app: Listening
  let appId: string
  let team: Team
  let admin: Page
  let other: Page
  let member: Page

  beforeAll(async () => {
    address = await steadyAddress(() => console.server.core.config.port)
    console = await ConsoleInBrowser.start({ env: { PUBLIC_URL: address.url } })
    const { server } = console
    team = await Team.create(server)
    app = await listen({ ...server.config, port: 0 })
    const origin = `http://127.0.0.1:${app.port}`
    const redirectUri = `${origin}/callback`
    appId = await team.app({ name, redirectUris: [redirectUri], scopes: SCOPES })
    const { secret: clientSecret } = await mutate(team.admin, 'createAppSecret', { appId }, 'secret')
    const { config, core } = server
    const registration = { clientId: appId, clientSecret, redirectUri }
    app.serve(relyingParty({ config, log: core.log, name, origin, registration }))

    const options = { baseURL: address.url, viewport: { width: 1280, height: 3000 } }
    const requests = `/console/${team.id}/requests`
    ;[admin, other, member] = await Promise.all([
      console.open(team.admin, requests, options),
      console.open(team.superAdmin, requests, options),
      console.browse(options),
    ])
    await Promise.all([admin, other].map((page) => page.getByText('Nobody is waiting').waitFor()))
    await member.goto(origin)
  })
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]()
    await app?.[Symbol.asyncDispose]()
    await address?.[Symbol.asyncDispose]()
  })

  const button = (page: Page, label: string) => page.getByRole('button', { name: label, exact: true })
  const caseOf = (page: Page, app: string) => page.getByRole('article', { name: app })
  const go = (page: Page, label: string) =>
    page.getByRole('navigation').getByRole('link', { name: label, exact: true }).click()

  /** What is selected of the success of a mutation, which must succeed, on the node at this address. */
  async function mutate(by: Person, mutation: string, input: object, select: string, url = console.server.url) {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
    const query = `mutation ($input: ${type}Input!) { done: ${mutation}(input: $input) {
      __typename ... on ${type}Success { ${select} } } }`
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${by.token}` },
      body: JSON.stringify({ query, variables: { input } }),
    })
    const answer = await response.json()
    expect(answer).toMatchObject({ data: { done: { __typename: `${type}Success` } } })
    return answer.data.done
  }

  /** What ever happened in the team, by the events that the database has: the sentences, newest first. */
  async function allSentences(): Promise<string[]> {
    const { server } = console
    const variables = { organizationId: team.id, last: 100 }
    const { organization } = await server.graphql(stringifyDocument(HistoryEvents), variables, {
      as: team.admin.token,
    })
    const events: HistoryEvent[] = organization.events.edges.map(({ node }: { node: HistoryEvent }) => node)
    const recorded = await server.prisma.event.findMany({
      where: { streamId: uuidOf(team.id) },
      orderBy: { sequence: 'asc' },
    })
    expect(events.map(({ sequence }) => sequence)).toEqual(recorded.map(({ sequence }) => Number(sequence)))
    return groupsOf(events.reverse()).map((group) => textOf(sentenceOf('en', group)))
  }
  const shownSentences = (page: Page) =>
    page.getByRole('list', { name: 'Events, newest first' }).locator('p').allTextContents()

  /** What the app's page says of its token, when it is checked now. */
  async function checked(): Promise<string> {
    const answered = member.waitForEvent('load')
    await button(member, 'Check the token').click()
    await answered
    return member.getByText(/^(200|401): /).innerText()
  }

  test('a member connects it and has to ask, and both admins see that at once', async () => {
    await member.getByRole('link', { name: 'Connect to Gatehouse' }).click()
    await signIn(member, team.member, '**/oauth/**')
    await member.getByRole('button', { name: /^Team/ }).click()
    await member.getByRole('textbox').fill('For the night watch.')
    await button(member, 'Ask an admin').click()
    for (const page of [admin, other]) {
      await caseOf(page, name).getByText('For the night watch.').waitFor()
      expect(await caseOf(page, name).innerText()).toContain(team.member.name)
    }
    expect(await member.getByRole('status').innerText()).toContain(team.admin.name)
  })

  test('one admin approves: the other sees who, and the page of the member goes on by itself, to a token', async () => {
    await button(admin, 'Approve').click()
    await caseOf(other, name).getByText(`${team.admin.name} approved this`).waitFor()
    expect(await other.getByRole('dialog').count()).toBe(0)
    await button(member, 'Allow').click()
    await member.getByText('It is connected.').waitFor()
    expect(await member.locator('main').innerText()).toContain(team.member.name)
    expect(await checked()).toMatch(/^200: the token is accepted/)
  })

  test('disabled, after a look at what that touches, its token is dead at once, and enabled it lives again', async () => {
    await Promise.all([admin, other].map((page) => go(page, 'Apps')))
    const row = other.getByRole('listitem').filter({ hasText: name })
    await row.getByText('Enabled').waitFor()
    await admin.getByRole('link', { name }).click()
    await button(admin, 'Disable').click()
    const dialog = admin.getByRole('dialog', { name: `Disable ${name}?` })
    for (const touched of ['1 organization', '1 user', '1 grant', '2 live tokens']) {
      await dialog.getByText(touched, { exact: true }).waitFor()
    }
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await admin.getByText('The app is disabled.').waitFor()
    expect(await checked()).toMatch(/^401: the token is refused/)
    await row.getByText('Disabled').waitFor()

    await button(admin, 'Undo').click()
    await row.getByText('Enabled').waitFor()
    expect(await checked()).toMatch(/^200: the token is accepted/)
    expect(console.complaints).toEqual([])
  })

  test('what happens while the server is away is shown afterwards, each event exactly once', async () => {
    await Promise.all([go(admin, 'Requests'), go(other, 'History')])
    await admin.getByText('Nobody is waiting').waitFor()
    await expect.poll(() => shownSentences(other)).toEqual(await allSentences())

    await console.server.restart(async () => {
      await Promise.all([admin, other].map((page) => page.getByText('Reconnecting', { exact: true }).waitFor()))
      await using node = await console.server.startNode()
      const buoy = { organizationId: team.id, type: 'DEVICE', scopes: ['documents:read'] }
      let last = ''
      for (let number = 1; number <= MANY; number++) {
        const created = { ...buoy, name: `Buoy ${number}` }
        last = (await mutate(team.superAdmin, 'createApp', created, 'app { id }', node.url)).app.id
      }
      const asked = { organizationId: team.id, appId: last, reason: 'It blinks.' }
      await mutate(team.member, 'requestInstall', asked, 'cursor', node.url)
    })

    await caseOf(admin, `Buoy ${MANY}`).getByText('It blinks.').waitFor()
    await expect.poll(() => shownSentences(other), { timeout: 15_000 }).toEqual(await allSentences())

    // And live again, as if nothing had been.
    await button(admin, 'Approve').click()
    await other.getByText(`${team.admin.name} approved Buoy ${MANY}`).waitFor()
    await expect.poll(() => shownSentences(other)).toEqual(await allSentences())
    expect(await checked()).toMatch(/^200: the token is accepted/)
  })
})
