import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { durations } from '../../src/config/defaults.ts'
import { Browser } from '../sign-in/browser.ts'
import { startMailServer } from '../support/mail.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signedIn, Team } from '../support/team.ts'
import { call } from './operations.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const invite = (team: Team, email: string, { by = team.superAdmin, role = 'MEMBER', at = team.server } = {}) =>
  call(at, by, 'inviteMember', { organizationId: team.id, email, role }, 'link mailed invitation { id }')
const accept = (person: { token: string }, link: string) =>
  call(server, person as never, 'acceptInvitation', { token: link.split('/').at(-1) })

describe('an invitation', () => {
  test('gives no role that its inviter may no longer give', async () => {
    const team = await Team.create(server)
    const second = await team.join('SUPER_ADMIN')
    const [high, low] = [await signedIn(server), await signedIn(server)]
    const [boss, member] = [
      await invite(team, high.email, { by: second, role: 'SUPER_ADMIN' }),
      await invite(team, low.email, { by: second }),
    ]
    const membershipId = await team.membershipOf(second)
    await call(server, team.superAdmin, 'updateMemberRole', { membershipId, role: 'ADMIN' })
    expect(await accept(high, boss.link)).toMatchObject({ code: 'INVITATION_INVALID' })
    expect((await accept(low, member.link)).__typename).toBe('AcceptInvitationSuccess')
    const late = await signedIn(server)
    const { link } = await invite(team, late.email, { by: second })
    await call(server, team.superAdmin, 'removeMember', { membershipId })
    expect(await accept(late, link)).toMatchObject({ code: 'INVITATION_INVALID' })
  })

  test('to a higher role is neither taken back nor replaced by an admin', async () => {
    const team = await Team.create(server)
    const { invitation } = await invite(team, 'chief@example.com', { role: 'SUPER_ADMIN' })
    expect(await call(server, team.admin, 'revokeInvitation', { invitationId: invitation.id })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await invite(team, 'chief@example.com', { by: team.admin })).toMatchObject({ code: 'FORBIDDEN' })
    const { data } = await server.request(
      'query ($id: ID!) { node(id: $id) { ... on Invitation { status } } }',
      { id: invitation.id },
      team.superAdmin.token,
    )
    expect(data).toEqual({ node: { status: 'PENDING' } })
  })

  test('to an address that somebody else signed up with, and never proved to have, is not theirs', async () => {
    const [squatters, others] = [await Team.create(server), await Team.create(server)]
    const { link } = await invite(squatters, 'ceo@corp.example')
    const browser = new Browser(server)
    await browser.submit(new URL(link).pathname, { name: 'Mallory', password: 'correct horse' })
    const token = await server.signIn({ email: 'ceo@corp.example', password: 'correct horse' })
    const { invitation } = await invite(others, 'ceo@corp.example', { role: 'SUPER_ADMIN' })
    const { data } = await server.request('{ viewer { invitations { totalCount } } }', {}, token)
    expect(data).toEqual({ viewer: { invitations: { totalCount: 0 } } })
    const taken = await call(server, { token } as never, 'acceptInvitation', { invitationId: invitation.id })
    expect(taken).toMatchObject({ code: 'INVITATION_INVALID' })
  })

  test('that two people use to sign up with one address at once makes one account', async () => {
    const links = await Promise.all(
      [await Team.create(server), await Team.create(server)].map((team) => invite(team, 'twice@example.com')),
    )
    const statuses = await Promise.all(
      links.map(async ({ link }) => {
        const path = new URL(link).pathname
        return (await new Browser(server).submit(path, { name: 'Twice', password: 'correct horse' })).response.status
      }),
    )
    expect(statuses.sort()).toEqual([303, 422])
  })
})

describe('where mail is sent', () => {
  test('the link goes to the address and nowhere else, and a user who signs up by it has proven the address', async () => {
    await using mail = await startMailServer()
    await using mailing = await startTestServer({ env: { SMTP_URL: mail.url, MAIL_FROM: 'gate@example.com' } })
    const [team, others] = [await Team.create(mailing), await Team.create(mailing)]
    expect(await invite(team, 'new@example.com')).toMatchObject({ link: null, mailed: true })
    const text = mail.mails[0]?.replaceAll('=\n', '').replaceAll('=3D', '=') ?? ''
    const path = /\/invitations\/[\w-]{43}/.exec(text)?.[0] ?? ''
    expect(text).toContain('To: new@example.com')
    const browser = new Browser(mailing)
    expect((await browser.submit(path, { name: 'New', password: 'correct horse' })).response.status).toBe(303)
    await invite(others, 'new@example.com')
    const { viewer } = await mailing.graphql(
      '{ viewer { invitations { totalCount } } }',
      {},
      { as: { cookie: browser.cookie } },
    )
    expect(viewer.invitations.totalCount).toBe(1)
  })

  test('a refused mail leaves no link with the inviter, and the invitation can be made again', async () => {
    await using mail = await startMailServer({ refuse: true })
    await using mailing = await startTestServer({ env: { SMTP_URL: mail.url } })
    const team = await Team.create(mailing)
    expect(await invite(team, 'new@example.com')).toMatchObject({ link: null, mailed: false })
    expect(await invite(team, 'new@example.com')).toMatchObject({ __typename: 'InviteMemberSuccess' })
  })

  test.each([
    ['does not even greet', { silentFrom: '' }],
    ['says nothing to a greeting', { silentFrom: 'EHLO' }],
    ['says nothing to a sender', { silentFrom: 'MAIL' }],
    ['says nothing to a mail', { silentFrom: '.' }],
    ['goes on saying that there is more to come', { silentFrom: 'EHLO', drips: 50 }],
  ])('a mail server that %s keeps nobody waiting longer than it may', async (_, options) => {
    await using mail = await startMailServer(options)
    const log: string[] = []
    await using mailing = await startTestServer({
      env: { SMTP_URL: mail.url, LOG_LEVEL: 'error' },
      config: { durations: { ...durations, mailTimeout: 250 } },
      onLog: (line) => log.push(line),
    })
    const team = await Team.create(mailing)
    const began = performance.now()
    expect(await invite(team, 'new@example.com')).toMatchObject({ link: null, mailed: false })
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(log).toHaveLength(1)
    expect(log[0]).toContain('a mail could not be sent')
    // Nobody has proven anything by it.
    expect(await mailing.prisma.invitation.findFirst({ select: { mailedAt: true } })).toEqual({ mailedAt: null })
  })
})
