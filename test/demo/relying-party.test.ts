import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../main/browser.ts'
import { GatehouseProcess } from '../main/process.ts'

// What a newcomer does with the printed demo: SPEC.md sections 2, 3, 9 and 10, with two real servers.

describe.skipIf(process.env.TEST_DATABASE === 'postgres')('the app of the demo world', () => {
  let directory: string
  let gatehouse: GatehouseProcess
  const mei = new Browser()

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatehouse-app-'))
    gatehouse = await GatehouseProcess.start(directory)
  })

  afterAll(async () => {
    await gatehouse[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  const graphql = async (name: string, query: string, variables: object = {}) => {
    const { data, errors } = await gatehouse.graphql(query, variables, await gatehouse.tokenOf(name))
    expect(errors).toBeUndefined()
    return data
  }

  const signIn = (browser: Browser, name: string): Promise<void> => {
    const { email, password } = signInOf(gatehouse, name)
    return browser.press('Sign in', { email, password })
  }

  test('is printed with its address, and shows there that it is not connected', async () => {
    await mei.open(appOf(gatehouse))
    expect(mei.status).toBe(200)
    expect(mei.text).toContain('Harbor Logbook')
    expect(mei.text).toContain('It is not connected.')
  })

  test('sends a member on to ask; an admin agrees, and the page goes on by itself, to a token', async () => {
    await mei.follow('Connect to Gatehouse')
    expect(new URL(mei.url).origin).toBe(gatehouse.url)
    await signIn(mei, 'mei')
    await mei.press('Harbor Team')
    await mei.press('Ask an admin', { reason: 'For the night watch.' })
    expect(mei.text).toMatch(/Adam Okafor|Sofia Reyes/)
    const waiting = mei.url
    expect(await mei.goOn()).toBe(true)
    expect(mei.url).toBe(waiting)

    await approve('adam')
    expect(await mei.goOn()).toBe(true)
    await mei.press('Allow')
    expect(mei.url).toBe(`${appOf(gatehouse)}/`)
    expect(mei.text).toContain('Mei Chen (mei@example.com)')
    expect(mei.text).toContain('openid profile email documents:read calendar:read')
    expect(mei.text).toContain('Organization Harbor Team')
    expect(mei.text).toContain('Token ends')
  })

  async function approve(admin: string, scopes?: readonly string[]): Promise<void> {
    const { viewer } = await graphql(
      admin,
      '{ viewer { organizations { edges { node { organization { installRequests(status: PENDING) { edges { node { id reason app { name } } } } } } } } } }',
    )
    const requests = viewer.organizations.edges.flatMap(
      (edge: { node: { organization: { installRequests?: { edges: { node: object }[] } } } }) =>
        edge.node.organization.installRequests?.edges.map(({ node }) => node) ?? [],
    )
    const request = requests.find((one: { app: { name: string } }) => one.app.name === 'Harbor Logbook')
    expect(request.reason).toBe('For the night watch.')
    const { done } = await graphql(
      admin,
      'mutation ($input: ApproveInstallRequestInput!) { done: approveInstallRequest(input: $input) { __typename } }',
      { input: { installRequestId: request.id, scopes } },
    )
    expect(done.__typename).toBe('ApproveInstallRequestSuccess')
  }

  test('has its token refused while its publisher has disabled it, and accepted again afterwards', async () => {
    const { clientId } = await keptIn(directory)
    const set = async (mutation: string) => {
      const answer = await graphql(
        'priya',
        `mutation { done: ${mutation}(input: { appId: "${clientId}" }) { __typename } }`,
      )
      expect(answer.done.__typename).toMatch(/Success$/)
    }
    await mei.press('Check the token')
    expect(mei.text).toContain('200: the token is accepted.')
    await set('disableApp')
    await mei.press('Check the token')
    expect(mei.text).toContain('401: the token is refused (invalid_token).')
    expect(mei.text).toContain('Gatehouse says: “The app is disabled.”')
    await mei.press('Refresh')
    expect(mei.page).toContain('role="alert"')
    await set('enableApp')
    await mei.press('Check the token')
    expect(mei.text).toContain('200: the token is accepted.')
  })

  test('refreshes its token, and gives it back when it is disconnected', async () => {
    await mei.press('Refresh')
    expect(mei.text).toContain('There is a new token.')
    await mei.press('Check the token')
    expect(mei.text).toContain('200: the token is accepted.')
    await mei.press('Disconnect')
    expect(mei.text).toContain('Disconnected. The tokens were given back.')
    expect(mei.text).toContain('It is not connected.')
  })

  test('needs no second consent, and says in words, in the language of the browser, that somebody said no', async () => {
    await mei.follow('Connect to Gatehouse')
    expect(mei.text).toContain('It is connected.')
    const jonas = new Browser()
    await jonas.open(appOf(gatehouse))
    await jonas.follow('Connect to Gatehouse')
    await signIn(jonas, 'jonas')
    await jonas.press('Harbor Team')
    await jonas.press('Cancel')
    expect(jonas.url).toBe(`${appOf(gatehouse)}/`)
    expect(jonas.text).toContain('You, or an administrator of your organization, said no.')
    const chinese = new Browser({ 'accept-language': 'zh-CN' })
    await chinese.open(`${appOf(gatehouse)}/callback?error=access_denied&state=nobody`)
    expect(chinese.status).toBe(400)
    expect(chinese.text).toContain('请重新连接')
  })

  test('goes on with what an organization approves of what it asked for, be it without knowing who it is for', async () => {
    const lin = new Browser()
    await lin.open(appOf(gatehouse))
    await lin.follow('Connect to Gatehouse')
    await signIn(lin, 'lin')
    await lin.press('Meridian Group')
    await lin.press('Ask an admin', { reason: 'For the night watch.' })
    await approve('priya', ['documents:read'])
    expect(await lin.goOn()).toBe(true)
    await lin.press('Allow')
    expect(lin.text).toContain('It is connected.')
    expect(lin.text).toContain('Scopes documents:read Token ends')
    expect(lin.text).not.toContain('Lin Wu')
    await lin.press('Check the token')
    expect(lin.text).toContain('It is worth documents:read.')
  })

  test('takes forms from its own page alone, and never shows a token or its secret', async () => {
    expect(mei.text).toContain('It is connected.')
    const headers = { origin: gatehouse.url }
    await mei.open('/disconnect', { method: 'POST', headers })
    expect(mei.status).toBe(403)
    await mei.open('/')
    expect(mei.text).toContain('It is connected.')
    expect(mei.page).not.toMatch(/ghs_|[\w-]{43}/)
  })

  test('keeps its secret for itself, and is there again at the same address after a restart', async () => {
    const before = appOf(gatehouse)
    expect((await stat(join(directory, 'relying-party.json'))).mode & 0o777).toBe(0o600)
    expect(await gatehouse.end('SIGTERM')).toBe(0)
    expect(gatehouse.errors).toBe('')
    gatehouse = await GatehouseProcess.start(directory)
    expect(appOf(gatehouse)).toBe(before)
    const again = new Browser()
    await again.open(before)
    await again.follow('Connect to Gatehouse')
    await signIn(again, 'mei')
    expect(again.text).toContain('Mei Chen')
  }, 60_000)

  test('is left out, in one plain line, where its port is taken at a later start', async () => {
    const { port } = await keptIn(directory)
    expect(await gatehouse.end('SIGTERM')).toBe(0)
    const other = createServer().listen(port, '127.0.0.1')
    try {
      gatehouse = await GatehouseProcess.start(directory)
      expect(gatehouse.errors).toBe('')
      expect(gatehouse.output).toMatch(new RegExp(`^  Harbor Logbook[^\\n]*${port} is in use by another process`, 'm'))
      expect(await gatehouse.tokenOf('mei')).toMatch(/^ey/)
    } finally {
      other.close()
    }
  }, 60_000)
})

function appOf({ output }: GatehouseProcess): string {
  const [, url] = /Harbor Logbook.*(http:\/\/localhost:\d+)/.exec(output) ?? []
  if (!url) throw new Error(`the app is not there: ${output}`)
  return url
}

function signInOf(gatehouse: GatehouseProcess, name: string) {
  const found = gatehouse.signIns.find(({ email }) => email.startsWith(`${name}@`))
  if (!found) throw new Error(`${name} was not printed`)
  return found
}

const keptIn = async (directory: string): Promise<{ port: number; clientId: string }> =>
  JSON.parse(await readFile(join(directory, 'relying-party.json'), 'utf8'))
