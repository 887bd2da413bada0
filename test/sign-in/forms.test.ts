import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type Person, signedIn, Team } from '../support/team.ts'
import { Browser } from './browser.ts'

// Forms are taken as browsers send ours, urlencoded. In any other wrapping they are refused like a form
// of another page: cleanly, and without having done anything.

let server: TestServer
let team: Team
const defects: string[] = []

beforeAll(async () => {
  server = await startTestServer({ env: { LOG_LEVEL: 'warn' }, onLog: (line) => defects.push(line) })
  team = await Team.create(server)
})
afterAll(() => server[Symbol.asyncDispose]())

type Fields = Readonly<Record<string, string>>

function multipart(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

/** The same, with a file in place of the value. */
function withFile(fields: Fields, name: string): FormData {
  const form = multipart(fields)
  form.set(name, new File([fields[name] ?? ''], 'value.txt', { type: 'text/plain' }))
  return form
}

const wrappings: Record<string, (fields: Fields) => RequestInit> = {
  'as multipart/form-data': (fields) => ({ body: multipart(fields) }),
  'with a file for its token': (fields) => ({ body: withFile(fields, 'form_token') }),
  'with a file for a field': (fields) => ({ body: withFile(fields, 'password') }),
  'as multipart without a boundary': () => ({ headers: { 'content-type': 'multipart/form-data' }, body: 'x=1' }),
  'as multipart that breaks off': () => ({
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\ncontent-disposition: form-data; name="form_token"',
  }),
  'as plain text': (fields) => ({
    headers: { 'content-type': 'text/plain' },
    body: new URLSearchParams(fields).toString(),
  }),
  'as JSON': (fields) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) }),
  'without a type': (fields) => ({ body: new Blob([new URLSearchParams(fields).toString()]) }),
}

/** The token that the forms of the page carry. */
async function formToken(browser: Browser, path: string): Promise<string> {
  const { page } = await browser.open(path)
  return /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

async function post(browser: Browser, action: string, fields: Fields, wrap: (fields: Fields) => RequestInit) {
  const { response, page } = await browser.open(action, { method: 'POST', ...wrap(fields) })
  expect(response.status).toBe(403)
  expect(page).toContain('no longer valid')
  expect(defects).toEqual([])
}

const isSignedIn = async ({ cookie }: Browser) =>
  (await server.graphql('{ viewer { user { id } } }', {}, { as: { cookie } })).viewer !== null

describe.each(Object.entries(wrappings))('a form that is posted %s is refused', (_, wrap) => {
  let person: Person
  beforeAll(async () => {
    person = await signedIn(server)
  })

  test('to sign in', async () => {
    const browser = new Browser(server)
    const { email, password } = person
    const form_token = await formToken(browser, '/sign-in')
    await post(browser, '/sign-in', { form_token, email, password }, wrap)
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
  })

  test('to sign out', async () => {
    const browser = new Browser(server)
    await browser.signIn(person)
    await post(browser, '/sign-out', { form_token: await formToken(browser, '/') }, wrap)
    expect(await isSignedIn(browser)).toBe(true)
  })

  test('to accept an invitation', async () => {
    const { invitation, path } = await invite()
    const browser = new Browser(server)
    const form_token = await formToken(browser, path)
    await post(browser, path, { form_token, name: 'New', password: 'correct horse' }, wrap)
    expect(browser.cookies.has('gatehouse_session')).toBe(false)
    expect((await server.prisma.invitation.findUniqueOrThrow({ where: { id: invitation } })).status).toBe('PENDING')
  })
})

let invited = 0
async function invite(): Promise<{ invitation: string; path: string }> {
  const email = `invited${++invited}@example.com`
  const { inviteMember } = await server.graphql(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberSuccess { link } } }',
    { input: { organizationId: team.id, email } },
    { as: team.admin.token },
  )
  const { id } = await server.prisma.invitation.findFirstOrThrow({ where: { email } })
  return { invitation: id, path: new URL(inviteMember.link).pathname }
}
