import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { personalOrganizationOf, signedIn, Team } from '../support/team.ts'
import { type ConsoleInBrowser, signIn, useConsole, withoutBrowser } from './browser.ts'

describe.skipIf(withoutBrowser())('a person who is invited', () => {
  let console: ConsoleInBrowser
  let team: Team
  useConsole(async (running) => {
    console = running
    team = await Team.create(console.server)
  })

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const ask = (query: string, variables: object) =>
    console.server.graphql(query, variables, { as: team.superAdmin.token })

  test('sees that, accepts, and comes to the organization', async () => {
    const guest = await signedIn(console.server)
    const { organization } = await ask('query ($id: ID!) { organization(id: $id) { name } }', { id: team.id })
    await team.invitation(guest.email)
    const page = await console.open(guest, '/console/me/apps')
    const invitations = page.getByRole('region', { name: 'Invitations' })
    const row = invitations.getByRole('listitem').filter({ hasText: organization.name })
    await row.getByText(`Member · invited by ${team.admin.name}`).waitFor()
    await row.getByText('expires').waitFor()
    await row.getByRole('button', { name: `Accept the invitation to ${organization.name}` }).click()
    await page.waitForURL(`**/console/${team.id}/members`)
    await page.getByRole('listitem').filter({ hasText: guest.email }).waitFor()
    await page.getByRole('navigation').getByRole('link', { name: 'My authorized apps' }).click()
    await page.getByRole('heading', { name: 'My requests' }).waitFor()
    expect(await invitations.count()).toBe(0)
  })

  test('is told where the invitation is taken back', async () => {
    const guest = await signedIn(console.server)
    const invitationId = await team.invitation(guest.email)
    const page = await console.open(guest, '/console/me/apps')
    const accept = page.getByRole('button', { name: /^Accept the invitation/ })
    await accept.waitFor()
    await ask('mutation ($id: ID!) { revokeInvitation(input: { invitationId: $id }) { __typename } }', {
      id: invitationId,
    })
    await accept.click()
    await page.getByRole('alert').getByText('The invitation is expired, used or taken back.').waitFor()
  })

  test('comes from the link to the console of the organization, as what they are to be there', async () => {
    const guest = await signedIn(console.server)
    const invite = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
      ... on InviteMemberSuccess { link } } }`
    const input = { organizationId: team.id, email: guest.email, role: 'ADMIN' }
    const { inviteMember } = await ask(invite, { input })
    const page = await console.browse()
    const { pathname } = new URL(inviteMember.link)
    await page.goto(pathname)
    await page.getByRole('link', { name: 'I have an account: sign in' }).click()
    await signIn(page, guest, `**${pathname}`)
    await button(page, 'Accept').click()
    await page.waitForURL(`**/console/${team.id}/requests`)
    await page.getByText('Nobody is waiting').waitFor()
  })

  test('can stop signing in elsewhere', async () => {
    const guest = await signedIn(console.server)
    const identity = { issuer: 'https://login.example', subject: guest.id }
    await console.server.prisma.externalIdentity.create({
      data: { ...identity, userId: guest.id, createdAt: new Date() },
    })
    const page = await console.open(guest, `/console/${await personalOrganizationOf(console.server, guest)}/settings`)
    await button(page, 'Disconnect https://login.example').click()
    const dialog = page.getByRole('dialog', { name: 'Disconnect https://login.example?' })
    await dialog.getByRole('button', { name: 'Disconnect https://login.example' }).click()
    await page.getByRole('heading', { name: 'Signing in elsewhere' }).waitFor({ state: 'detached' })
    expect(await console.server.prisma.externalIdentity.count({ where: identity })).toBe(0)
  })

  test('can delete their account, unless an organization needs them', async () => {
    const open = async (who: typeof team.superAdmin) => {
      const page = await console.open(who, `/console/${await personalOrganizationOf(console.server, who)}/settings`)
      await button(page, 'Delete account …').click()
      await page.getByRole('dialog').getByRole('textbox').fill(who.name)
      await button(page, 'Delete account').click()
      return page
    }
    const needed = await open(team.superAdmin)
    await needed.getByRole('dialog').getByRole('alert').getByText('needs at least one super admin').waitFor()
    const page = await open(team.member)
    await page.waitForURL((url) => url.pathname === '/')
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await expect(console.server.signIn(team.member)).rejects.toThrow()
  })

  test('finds nothing that complains', () => {
    expect(console.complaints).toEqual([])
  })
})
