import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../organizations/operations.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signedIn, Team } from '../support/team.ts'
import { Browser } from './browser.ts'

let server: TestServer
let team: Team
beforeAll(async () => {
  server = await startTestServer()
  team = await Team.create(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const linkFor = async (email: string): Promise<string> => {
  const { link } = await call(server, team.admin, 'inviteMember', { organizationId: team.id, email }, 'link')
  return new URL(link).pathname
}
const whoAmI = (browser: Browser) =>
  server.graphql(
    '{ viewer { user { name email } organizations { edges { node { role organization { id } } } } } }',
    {},
    { as: { cookie: browser.cookie } },
  )

describe('the page of an invitation', () => {
  test('lets somebody new make an account with the invited address, and signs them in', async () => {
    const path = await linkFor('newcomer@example.com')
    const browser = new Browser(server)
    const { response } = await browser.submit(path, { name: 'Nia Newcomer', password: 'correct horse' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`/console/${team.id}`)
    expect((await whoAmI(browser)).viewer).toMatchObject({
      user: { name: 'Nia Newcomer', email: 'newcomer@example.com' },
      organizations: { edges: [{ node: { role: 'MEMBER', organization: { id: team.id } } }, {}] },
    })
    // And next time they sign in like anybody.
    await expect(server.signIn({ email: 'newcomer@example.com', password: 'correct horse' })).resolves.toBeTruthy()
  })

  test('lets somebody with an account sign in first, and comes back', async () => {
    const guest = await signedIn(server)
    const path = await linkFor(guest.email)
    const browser = new Browser(server)
    const { page } = await browser.open(path)
    const signIn = /href="(\/sign-in\?return_to=[^"]+)"/.exec(page)?.[1] ?? ''
    const { response } = await browser.signIn(guest, signIn)
    expect(response.headers.get('location')).toBe(path)
    const accepted = await browser.submit(path)
    expect(accepted.response.headers.get('location')).toBe(`/console/${team.id}`)
    expect((await whoAmI(browser)).viewer.organizations.edges[0].node.organization.id).toBe(team.id)
  })

  test('says so where the address has an account, where the name or the password will not do, and keeps the name', async () => {
    const guest = await signedIn(server)
    const taken = await new Browser(server).submit(await linkFor(guest.email), {
      name: 'Again',
      password: 'correct horse',
    })
    expect(taken.response.status).toBe(422)
    expect(taken.page).toContain('There is an account with this e-mail address')
    const path = await linkFor('short@example.com')
    const short = await new Browser(server).submit(path, { name: 'Shorty <b>', password: 'short' })
    expect(short.page).toContain('Choose a password of 10 to 200 characters.')
    expect(short.page).toContain('value="Shorty &lt;b&gt;"')
    const blank = await new Browser(server).submit(path, { name: ' ', password: 'correct horse' })
    expect(blank.page).toContain('Enter your name')
    // Nothing of that used the invitation up.
    expect((await new Browser(server).submit(path, { name: 'S', password: 'correct horse' })).response.status).toBe(303)
  })

  test('is not for somebody who is signed in as somebody else', async () => {
    const other = await signedIn(server)
    const browser = new Browser(server)
    await browser.signIn(other)
    const { page } = await browser.open(await linkFor('for.me@example.com'))
    expect(page).toContain(`You are signed in as ${other.email}, and this invitation is for for.me@example.com`)
    expect(page).toContain('action="/sign-out"')
  })

  test('is gone for a link that was used, replaced or never made, and a form of another site is refused', async () => {
    const path = await linkFor('once@example.com')
    const browser = new Browser(server)
    const forged = await browser.submit(
      path,
      { name: 'F', password: 'correct horse' },
      { origin: 'https://evil.example' },
    )
    expect(forged.response.status).toBe(403)
    await linkFor('once@example.com')
    for (const gone of [path, '/invitations/nonsense', `/invitations/${'A'.repeat(5000)}`]) {
      const { response, page } = await new Browser(server).open(gone)
      expect(response.status).toBe(404)
      expect(page).toContain('This invitation is not valid any more')
    }
  })

  test('speaks Chinese where the browser does', async () => {
    const { page } = await new Browser(server, { 'accept-language': 'zh-CN,zh;q=0.9' }).open(
      await linkFor('zh@example.com'),
    )
    expect(page).toContain('<html lang="zh">')
    expect(page).toContain('创建账户并加入')
  })
})

test('the token of an invitation does not stand in the log', async () => {
  const lines: string[] = []
  await using logged = await startTestServer({ onLog: (line) => lines.push(line) })
  await logged.fetch('/invitations/SECRET-TOKEN')
  expect(lines.join('')).toContain('/invitations/…')
  expect(lines.join('')).not.toContain('SECRET-TOKEN')
})
