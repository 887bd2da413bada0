import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core.ts'
import { Team, uuidOf } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { Flows, textOf } from '../flows.ts'

// What people read on the pages on which they decide, and what they type there.

const world = useWorld({ clock: systemClock })
let team: Team
let elsewhere: Team
let flows: Flows
beforeAll(async () => {
  team = await Team.create(world.server)
  elsewhere = await Team.create(world.server)
  flows = await Flows.discover(world.server)
  await world.does(team.superAdmin, 'updateOrganization', { organizationId: team.id, name: 'Harbor Team' })
})

/** What a member of Harbor Team reads of an app that another organization of this name publishes. */
async function pageOf(publisher: string, name = 'Fieldnotes'): Promise<string> {
  await world.does(elsewhere.superAdmin, 'updateOrganization', { organizationId: elsewhere.id, name: publisher })
  const app = await flows.app(elsewhere, 'WEB', { distribution: 'EXTERNAL', name })
  const browser = await flows.browser(team.member)
  const { path } = await flows.request(app, { organization_id: team.id })
  return textOf((await browser.follow(path)).page)
}

describe('the page on which somebody decides about an app', () => {
  test.each(['Harbor Team', 'HARBOR TEAM', 'Harb0r Team', 'Hаrbor Team', 'Harbor-Team'])(
    'says that its publisher, called %s, is not their own organization',
    async (publisher) => {
      expect(await pageOf(publisher)).toContain('This publisher is not your organization Harbor Team')
    },
  )

  test('says so of nobody else, nor of their own organization', async () => {
    expect(await pageOf('Meridian')).not.toContain('not your organization')
    const browser = await flows.browser(team.member)
    const { path } = await flows.request(await flows.app(team, 'WEB'), { organization_id: team.id })
    expect(textOf((await browser.follow(path)).page)).not.toContain('not your organization')
  })

  test('marks names that mix writing systems', async () => {
    expect(await pageOf('Меridian')).toContain('The name “Меridian” mixes writing systems')
    expect(await pageOf('Meridian', 'Fіeldnotes')).toContain('The name “Fіeldnotes” mixes writing systems')
    expect(await pageOf('メリディアン Meridian')).not.toContain('mixes writing systems')
  })

  test('shows names that are older than the rules without what cannot be seen', async () => {
    const app = await flows.app(team, 'WEB')
    await world.server.prisma.app.update({
      where: { id: uuidOf(app.id) },
      data: { name: 'Field\u200bnotes\u202e' },
    })
    const browser = await flows.browser(team.member)
    const { page } = await browser.follow((await flows.request(app, { organization_id: team.id })).path)
    expect(page).toContain('Fieldnotes')
    expect(page).not.toMatch(/[\u200b\u202e]/)
  })
})

test('a user code is taken as any keyboard spells it', async () => {
  const app = await flows.app(team, 'DEVICE')
  const begun = await oauth.deviceAuthorizationRequest(flows.as, app.client, app.auth, {}, flows.http)
  const { user_code: code } = await oauth.processDeviceAuthorizationResponse(flows.as, app.client, begun)
  const browser = await flows.browser(team.member)
  const wide = code.replace(/[A-Z0-9]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
  const spellings = [
    ...[code, code.toLowerCase(), code.replace('-', ''), code.replace('-', ' '), ` ${code}\u00a0`],
    ...['\u2010', '\u2013', '\u2014', '\u2212', '\uff0d', '\u30fc', '\u3000', '\u00ad'].map((dash) =>
      code.replace('-', dash),
    ),
    ...[wide, wide.toLowerCase(), [...wide].join('\u3000')],
  ]
  for (const typed of spellings) {
    const { page } = await browser.follow(`/oauth/device?${new URLSearchParams({ user_code: typed })}`)
    expect([typed, textOf(page).includes('Does your device show this code?') || page.includes(`>${code}<`)]).toEqual([
      typed,
      true,
    ])
  }
})
