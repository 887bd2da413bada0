import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeCursor } from '../../src/history/cursor.ts'
import { startTestServer, TestClock, type TestServer } from '../support/server.ts'
import { signedIn, Team, uuidOf } from '../support/team.ts'
import { call } from './operations.ts'

const clock = new TestClock()
const day = 86_400_000
let server: TestServer
let team: Team

beforeAll(async () => {
  server = await startTestServer({ clock })
  team = await Team.create(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const invite = (email: string, { by = team.superAdmin, role = 'MEMBER' } = {}) =>
  call(
    server,
    by,
    'inviteMember',
    { organizationId: team.id, email, role },
    'link invitation { id email role status invitedBy { name } } cursor',
  )
const tokenOf = (invited: { link?: string }) => invited.link?.split('/').at(-1) ?? ''

describe('an invitation', () => {
  test('is a link with a one-time token, shown to the inviter where no mail is sent, and pending until accepted', async () => {
    const invited = await invite('  New.Person@Example.COM ')
    expect(invited).toMatchObject({
      __typename: 'InviteMemberSuccess',
      link: expect.stringMatching(new RegExp(`^${server.config.publicUrl}/invitations/[\\w-]{43}$`)),
      invitation: {
        email: 'new.person@example.com',
        role: 'MEMBER',
        status: 'PENDING',
        invitedBy: { name: team.superAdmin.name },
      },
    })
    expect((await team.history()).at(-1)).toBe('MEMBER_INVITED')
    // At rest there is only a hash.
    const stored = JSON.stringify(await server.prisma.invitationToken.findMany())
    expect(stored).not.toContain(tokenOf(invited))
  })

  test('answers the same whether the address has an account or not', async () => {
    const stranger = await signedIn(server)
    const [known, unknown] = [await invite(stranger.email), await invite('nobody.at.all@example.com')]
    const shape = (invited: object) =>
      JSON.stringify(invited).replaceAll(/"[^"]*@[^"]*"|"inv_\w+"|"http[^"]*"|"cursor":"[^"]*"/g, '')
    expect(shape(known)).toBe(shape(unknown))
  })

  test('makes the user who accepts it a member with the role that it named, once', async () => {
    const guest = await signedIn(server)
    const token = tokenOf(await invite(guest.email, { role: 'ADMIN' }))
    const accepted = await call(
      server,
      guest,
      'acceptInvitation',
      { token },
      'membership { role organization { id viewerRole apps { totalCount } } }',
    )
    // In the same answer the new right is there.
    expect(accepted).toMatchObject({
      membership: { role: 'ADMIN', organization: { id: team.id, viewerRole: 'ADMIN', apps: { totalCount: 0 } } },
    })
    expect((await team.history()).at(-1)).toBe('MEMBER_JOINED')
    expect(await call(server, guest, 'acceptInvitation', { token })).toMatchObject({ code: 'INVITATION_INVALID' })
  })

  test('to the own address stands in viewer.invitations and is accepted by its id', async () => {
    const guest = await signedIn(server)
    await invite(guest.email)
    const { viewer } = await server.graphql(
      '{ viewer { invitations { totalCount edges { node { id organizationName role } } } } }',
      {},
      { as: guest.token },
    )
    expect(viewer.invitations).toMatchObject({ totalCount: 1 })
    const invitationId = viewer.invitations.edges[0].node.id
    const foreign = await call(server, await signedIn(server), 'acceptInvitation', { invitationId })
    expect(foreign).toMatchObject({ code: 'INVITATION_INVALID' })
    expect((await call(server, guest, 'acceptInvitation', { invitationId })).__typename).toBe('AcceptInvitationSuccess')
  })

  test('is accepted by the token of its link or by its id, and not by both', async () => {
    const guest = await signedIn(server)
    const token = tokenOf(await invite(guest.email))
    const refused = (code: string) => ({ code: 'INVALID_INPUT', issues: [{ path: ['token'], code }] })
    expect(await call(server, guest, 'acceptInvitation', {})).toMatchObject(refused('REQUIRED'))
    const both = { token, invitationId: `inv_${'0'.repeat(32)}` }
    expect(await call(server, guest, 'acceptInvitation', both)).toMatchObject(refused('CONFLICTING_ARGUMENTS'))
  })

  test('is not for another account than the one that the mail was for', async () => {
    const token = tokenOf(await invite((await signedIn(server)).email))
    const other = await signedIn(server)
    expect(await call(server, other, 'acceptInvitation', { token })).toMatchObject({ code: 'INVITATION_INVALID' })
  })

  test('ends by itself, when it is taken back, and when a newer one to the address replaces it', async () => {
    const guest = await signedIn(server)
    const first = await invite(guest.email)
    const second = await invite(guest.email)
    const accept = (invited: object) => call(server, guest, 'acceptInvitation', { token: tokenOf(invited) })
    expect(await accept(first)).toMatchObject({ code: 'INVITATION_INVALID' })
    const { id: invitationId } = second.invitation
    expect(await call(server, team.admin, 'revokeInvitation', { invitationId }, 'invitation { status }')).toMatchObject(
      { invitation: { status: 'REVOKED' } },
    )
    expect(await accept(second)).toMatchObject({ code: 'INVITATION_INVALID' })
    expect(await call(server, team.admin, 'revokeInvitation', { invitationId })).toMatchObject({
      code: 'INVITATION_INVALID',
    })
  })

  test('expires after seven days', async () => {
    await using later = await startTestServer({ clock })
    const place = await Team.create(later)
    const guest = await signedIn(later)
    const { link } = await call(
      later,
      place.admin,
      'inviteMember',
      { organizationId: place.id, email: guest.email },
      'link',
    )
    clock.advance(7 * day)
    const token = tokenOf({ link })
    // The token of the API has ended as well, so they sign in anew.
    const again = { ...guest, token: await later.signIn(guest) }
    expect(await call(later, again, 'acceptInvitation', { token })).toMatchObject({ code: 'INVITATION_INVALID' })
    clock.advance(-7 * day)
  })

  test('gives no role above the role of the inviter', async () => {
    for (const role of ['ADMIN', 'SUPER_ADMIN']) {
      expect(await invite('x@example.com', { by: team.admin, role })).toMatchObject({ code: 'FORBIDDEN' })
    }
    expect(await invite('x@example.com', { by: team.admin })).toMatchObject({ __typename: 'InviteMemberSuccess' })
  })

  test.each([
    ['', 'REQUIRED'],
    ['   ', 'REQUIRED'],
    ['no-at-sign', 'NOT_AN_EMAIL_ADDRESS'],
    ['two@@example.com', 'NOT_AN_EMAIL_ADDRESS'],
    ['with space@example.com', 'NOT_AN_EMAIL_ADDRESS'],
    ['a@b', 'NOT_AN_EMAIL_ADDRESS'],
    ['a@example.com\nBcc: b@example.com', 'NOT_AN_EMAIL_ADDRESS'],
    [`${'x'.repeat(300)}@example.com`, 'TOO_LONG'],
    ['"quoted"@example.com', 'NOT_AN_EMAIL_ADDRESS'],
    ['nul\0@example.com', 'NOT_AN_EMAIL_ADDRESS'],
    ['zero\u200bwidth@example.com', 'NOT_AN_EMAIL_ADDRESS'],
  ])('to %j is refused at its field', async (email, code) => {
    const result = await invite(email)
    expect(result.code).toBe('INVALID_INPUT')
    expect(result.issues[0]).toMatchObject({ path: ['email'], code })
  })

  test('to a domain in another script goes to its ASCII form', async () => {
    const invitation = { email: 'ann@xn--fsqu00a.xn--55qx5d' }
    expect(await invite('Ann@例子.公司')).toMatchObject({ invitation })
    expect(await invite('ann@ＸＮ－－fsqu00a。公司')).toMatchObject({ invitation })
  })

  test('of a personal organization is refused: it has no members', async () => {
    const personal = await server.prisma.organization.findUniqueOrThrow({
      where: { personalUserId: team.member.id },
    })
    const organizationId = `org_${personal.id.replaceAll('-', '')}`
    expect(await call(server, team.member, 'inviteMember', { organizationId, email: 'a@example.com' })).toMatchObject({
      code: 'EDITION_HAS_NO_MEMBERS',
    })
  })

  test('counts against what one user may make in a day', async () => {
    await using strict = await startTestServer({
      config: { limits: { ...server.config.limits, invitationsPerUser: 2 } },
    })
    const place = await Team.create(strict)
    const once = () =>
      call(strict, place.admin, 'inviteMember', { organizationId: place.id, email: 'somebody@example.com' })
    expect([(await once()).__typename, (await once()).__typename, (await once()).code]).toEqual([
      'InviteMemberSuccess',
      'InviteMemberSuccess',
      'TOO_MANY_ATTEMPTS',
    ])
  })
})

test('the success of accepting carries a cursor of the own stream', async () => {
  const guest = await signedIn(server)
  const token = tokenOf(await invite(guest.email))
  const { cursor } = await call(server, guest, 'acceptInvitation', { token }, 'cursor')
  const { head } = await server.prisma.stream.findUniqueOrThrow({ where: { id: guest.id } })
  expect(cursor).toBe(encodeCursor({ streamId: uuidOf(guest.id), sequence: head }))
})
