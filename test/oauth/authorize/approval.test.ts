import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core.ts'
import { personalOrganizationOf, Team, uuidOf } from '../../support/team.ts'
import { useWorld } from '../../support/world.ts'
import { type Arrival, FlowBrowser, Flows, type TestApp, textOf } from '../flows.ts'

/** The flows here go on as admins decide; what they decide they say to the API. */
const world = useWorld({ clock: systemClock })
let team: Team
let flows: Flows
beforeAll(async () => {
  team = await Team.create(world.server)
  flows = await Flows.discover(world.server)
})

/** A member at the page that offers to ask. */
async function atTheGate(app: TestApp, parameters: Record<string, string> = {}) {
  const browser = await flows.browser(team.member)
  const begun = await flows.request(app, { organization_id: team.id, ...parameters })
  return { browser, begun, at: await browser.follow(begun.path) }
}

const pendingRequest = async (app: TestApp): Promise<string> => {
  const where = { appId: uuidOf(app.id), status: 'PENDING' } as const
  const { id } = await world.server.prisma.installRequest.findFirstOrThrow({ where })
  return `req_${id.replaceAll('-', '')}`
}
const approve = async (app: TestApp, scopes?: string[]) =>
  world.does(team.admin, 'approveInstallRequest', { installRequestId: await pendingRequest(app), scopes })
const deny = async (app: TestApp, reason: string) =>
  world.does(team.admin, 'denyInstallRequest', { installRequestId: await pendingRequest(app), reason })

const errorOf = (at: Arrival): string | null | undefined => at.callback?.searchParams.get('error')

describe('asking from a flow', () => {
  test('the page names app, publisher, organization and scopes, and its button makes the install request', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, at } = await atTheGate(app)
    const { name } = await world.server.prisma.app.findUniqueOrThrow({ where: { id: uuidOf(app.id) } })
    const page = textOf(at.page)
    for (const word of [name, 'Team', 'Read documents', 'Create and change documents']) expect(page).toContain(word)
    const waiting = await browser.act(at, 'ask', { reason: 'For the minutes.' })
    expect(textOf(waiting.page)).toContain(team.admin.name)
    const request = await world.server.prisma.installRequest.findFirstOrThrow({ where: { appId: uuidOf(app.id) } })
    expect(request).toMatchObject({ status: 'PENDING', reason: 'For the minutes.', requesterId: team.member.id })
  })

  test('prompt=none makes no install request and answers interaction_required', async () => {
    const app = await flows.app(team, 'WEB')
    const { at } = await atTheGate(app, { prompt: 'none' })
    expect(errorOf(at)).toBe('interaction_required')
    expect(await world.server.prisma.installRequest.count({ where: { appId: uuidOf(app.id) } })).toBe(0)
  })

  test('an admin who starts such a flow is offered to install there and then', async () => {
    const app = await flows.app(team, 'WEB')
    const browser = await flows.browser(team.admin)
    const begun = await flows.request(app, { organization_id: team.id })
    const consent = await browser.act(await browser.follow(begun.path), 'install')
    const { callback } = await browser.act(consent, 'grant')
    await flows.redeem(app, { ...begun, callback: callback as URL })
  })

  test('a request can be withdrawn on the page that waits', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, at } = await atTheGate(app)
    const again = await browser.act(await browser.act(at, 'ask'), 'withdraw')
    expect(again.page).toContain('value="ask"')
    const request = await world.server.prisma.installRequest.findFirstOrThrow({ where: { appId: uuidOf(app.id) } })
    expect(request.status).toBe('WITHDRAWN')
  })
})

describe('being decided', () => {
  test('approved: the page goes on to consent by itself, also after a restart of the server', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, begun, at } = await atTheGate(app)
    const waiting = await browser.act(at, 'ask')
    expect(waiting.headers.get('refresh')).toMatch(/^\d+; url=\/oauth\/interaction\//)
    await world.server.restart()
    await approve(app)
    const consent = await browser.follow(waiting.path)
    const { callback } = await browser.act(consent, 'grant')
    expect(await flows.redeem(app, { ...begun, callback: callback as URL })).toMatchObject({ token_type: 'bearer' })
  })

  test('after some minutes the page that waits looks again less often', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, at } = await atTheGate(app)
    const waiting = await browser.act(at, 'ask')
    expect(waiting.headers.get('refresh')).toMatch(/^3; /)
    const where = { appId: uuidOf(app.id) }
    await world.server.prisma.installRequest.updateMany({ where, data: { createdAt: new Date(Date.now() - 301_000) } })
    const later = await browser.follow(waiting.path)
    expect(later.headers.get('refresh')).toMatch(/^15; /)
    expect(textOf(later.page)).toContain('every 15 seconds')
  })

  test('denied: the page says so with the reason, and the app gets access_denied without it', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, at } = await atTheGate(app)
    const waiting = await browser.act(at, 'ask')
    await deny(app, 'We have another one.')
    const denied = await browser.follow(waiting.path)
    expect(textOf(denied.page)).toContain('We have another one.')
    const { callback } = await browser.act(denied, 'refuse')
    expect(callback?.searchParams.get('error')).toBe('access_denied')
    expect(callback?.href).not.toContain('another')
  })

  test('what an approval leaves out counts as denied: the flow goes on at once with the approved scopes', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, begun, at } = await atTheGate(app)
    const waiting = await browser.act(at, 'ask')
    await approve(app, ['documents:read'])
    const consent = await browser.follow(waiting.path)
    const { callback } = await browser.act(consent, 'grant')
    const tokens = await flows.redeem(app, { ...begun, callback: callback as URL })
    expect(tokens.scope).toBe('documents:read')
  })

  test('only scopes neither approved nor denied raise a new request, and what is approved goes on working', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id, ['documents:read'])
    const { browser, begun, at } = await atTheGate(app)
    expect(at.page).toContain('value="ask"')
    const waiting = await browser.act(at, 'ask')
    const request = await world.server.prisma.installRequest.findFirstOrThrow({ where: { appId: uuidOf(app.id) } })
    expect(request.scopes).toEqual(['openid', 'documents:write'])
    const consent = await browser.act(waiting, 'go-on')
    const { callback } = await browser.act(consent, 'grant')
    expect((await flows.redeem(app, { ...begun, callback: callback as URL })).scope).toBe('documents:read')
  })

  test('consent is to what the page showed, and to nothing that was approved after it', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id, ['documents:read'])
    const { browser, begun, at } = await atTheGate(app)
    const consent = await browser.act(at, 'go-on')
    await team.install(app.id)
    const { callback } = await browser.act(consent, 'grant')
    expect((await flows.redeem(app, { ...begun, callback: callback as URL })).scope).toBe('documents:read')
  })

  test('an app that was disabled while its page stood open gets no code', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const { browser, at } = await atTheGate(app)
    await world.does(team.admin, 'disableApp', { appId: app.id })
    const after = await browser.act(at, 'grant')
    expect(after.callback).toBeUndefined()
    expect(
      await world.server.prisma.authorizationCode.count({ where: { family: { grant: { appId: uuidOf(app.id) } } } }),
    ).toBe(0)
  })
})

describe('a device flow', () => {
  /** A device whose code the member has entered. */
  async function device(app: TestApp, parameters: Record<string, string>) {
    const begun = await oauth.deviceAuthorizationRequest(flows.as, app.client, app.auth, parameters, flows.http)
    const device = await oauth.processDeviceAuthorizationResponse(flows.as, app.client, begun)
    const browser = await flows.browser(team.member)
    const confirm = await browser.follow(`/oauth/device?user_code=${device.user_code}`)
    const poll = async () => {
      await world.server.prisma.deviceCode.updateMany({ data: { polledAt: null } })
      const response = await oauth.deviceCodeGrantRequest(
        flows.as,
        app.client,
        app.auth,
        device.device_code,
        flows.http,
      )
      return oauth.processDeviceCodeResponse(flows.as, app.client, response)
    }
    return { browser, userCode: device.user_code, confirm, poll }
  }

  async function waitingDevice(
    app: TestApp,
  ): Promise<{ browser: FlowBrowser; at: Arrival; poll: () => Promise<unknown> }> {
    const { browser, userCode, confirm, poll } = await device(app, { organization_id: team.id })
    const gate = await browser.act(confirm, 'confirm', { user_code: userCode })
    return { browser, at: await browser.act(gate, 'ask'), poll }
  }

  test('that waits for an admin completes without starting over', async () => {
    const app = await flows.app(team, 'DEVICE')
    const { browser, at, poll } = await waitingDevice(app)
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
    await approve(app)
    await browser.act(await browser.follow(at.path), 'grant')
    expect(await poll()).toMatchObject({ token_type: 'bearer' })
  })

  test('learns of a denial by polling', async () => {
    const app = await flows.app(team, 'DEVICE')
    const { poll } = await waitingDevice(app)
    await deny(app, 'No screens.')
    await expect(poll()).rejects.toMatchObject({ error: 'access_denied' })
  })

  test('whose user waited in an organization that is deleted goes on waiting, and can be had in another', async () => {
    const other = await Team.create(world.server)
    await other.admit(team.member, 'MEMBER')
    const app = await flows.app(team, 'DEVICE')
    const { browser, userCode, confirm, poll } = await device(app, {})
    const choice = await browser.act(confirm, 'confirm', { user_code: userCode })
    const gate = await browser.act(choice, 'choose', { organization_id: other.id })
    await browser.act(gate, 'ask')
    await world.server.prisma.organization.delete({ where: { id: uuidOf(other.id) } })
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
    await team.install(app.id)
    const again = await browser.follow(`/oauth/device?user_code=${userCode}`)
    const elsewhere = await browser.act(again, 'confirm', { user_code: userCode })
    const consent = await browser.act(elsewhere, 'choose', { organization_id: team.id })
    await browser.act(consent, 'grant')
    expect(await poll()).toMatchObject({ token_type: 'bearer' })
  })

  test('that another member was quicker with is granted nothing by who comes second', async () => {
    const app = await flows.app(team, 'DEVICE')
    await team.install(app.id)
    const { browser, userCode, confirm, poll } = await device(app, { organization_id: team.id })
    const quicker = await flows.browser(team.admin)
    const theirs = await quicker.follow(`/oauth/device?user_code=${userCode}`)
    const [mine, first] = [
      await browser.act(confirm, 'confirm', { user_code: userCode }),
      await quicker.act(theirs, 'confirm', { user_code: userCode }),
    ]
    await quicker.act(first, 'grant')
    const told = await world.listen()
    expect(textOf((await browser.act(mine, 'grant')).page)).toContain('has ended')
    expect(await told()).toEqual({})
    const grants = await world.server.prisma.grant.findMany({ where: { appId: uuidOf(app.id) } })
    expect(grants.map(({ userId }) => userId)).toEqual([team.admin.id])
    expect(await poll()).toMatchObject({ token_type: 'bearer' })
  })

  test.each(['expires', 'is swept'])('whose code %s while its page stands open is granted nothing', async (how) => {
    const app = await flows.app(team, 'DEVICE')
    await team.install(app.id)
    const { browser, userCode, confirm } = await device(app, { organization_id: team.id })
    const at = await browser.act(confirm, 'confirm', { user_code: userCode })
    const where = { appId: uuidOf(app.id) }
    if (how === 'expires') await world.server.prisma.deviceCode.updateMany({ where, data: { expiresAt: new Date() } })
    else await world.server.prisma.deviceCode.deleteMany({ where })
    expect(textOf((await browser.act(at, 'grant')).page)).toContain('has ended')
    expect(await world.server.prisma.grant.count({ where })).toBe(0)
  })

  test.each(['other', 'switch', 'withdraw'])(
    'does not hear what an admin says after its user did %s',
    async (action) => {
      const app = await flows.app(team, 'DEVICE')
      const { browser, userCode, confirm, poll } = await device(app, {})
      const choice = await browser.act(confirm, 'confirm', { user_code: userCode })
      const gate = await browser.act(choice, 'choose', { organization_id: team.id })
      const waiting = await browser.act(gate, 'ask')
      await team.request(app.id, { by: team.admin })
      await browser.act(waiting, action)
      await deny(app, 'No screens here.')
      await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
    },
  )

  test('is not denied in an organization that its user has left for another', async () => {
    const app = await flows.app(team, 'DEVICE')
    const { browser, userCode, confirm, poll } = await device(app, {})
    const choice = await browser.act(confirm, 'confirm', { user_code: userCode })
    const waiting = await browser.act(await browser.act(choice, 'choose', { organization_id: team.id }), 'ask')
    const personal = await personalOrganizationOf(world.server, team.member)
    const consent = await browser.act(await browser.act(waiting, 'other'), 'choose', { organization_id: personal })
    await deny(app, 'No screens here.')
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
    await browser.act(consent, 'grant')
    expect(await poll()).toMatchObject({ token_type: 'bearer' })
  })

  test('that its user refuses is answered access_denied', async () => {
    const app = await flows.app(team, 'DEVICE')
    const { browser, at, poll } = await waitingDevice(app)
    await approve(app)
    await browser.act(await browser.follow(at.path), 'refuse')
    await expect(poll()).rejects.toMatchObject({ error: 'access_denied' })
  })
})

describe('the organization', () => {
  test('is chosen on a page between sign-in and consent, where there are several', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const browser = await flows.browser(team.member)
    const at = await browser.follow((await flows.request(app)).path)
    const personal = await personalOrganizationOf(world.server, team.member)
    for (const id of [team.id, personal]) expect(at.page).toContain(id)
    const consent = await browser.act(at, 'choose', { organization_id: personal })
    expect(consent.page).toContain('value="grant"')
  })

  test('needs no installation where it is personal', async () => {
    const app = await flows.app(team, 'WEB')
    const personal = await personalOrganizationOf(world.server, team.member)
    const tokens = await flows.tokens(app, team.member, { organization: personal })
    expect((await flows.userinfo(tokens.access_token)).body).toMatchObject({ organization_id: personal })
  })

  test('of an INTERNAL app can only be its own', async () => {
    const app = await flows.app(team, 'WEB', { distribution: 'INTERNAL' })
    await team.install(app.id)
    const browser = await flows.browser(team.member)
    const begun = await flows.request(app)
    const { callback } = await browser.act(await browser.follow(begun.path), 'grant')
    expect(callback?.searchParams.get('code')).toBeTruthy()
    const personal = await personalOrganizationOf(world.server, team.member)
    const other = await browser.follow((await flows.request(app, { organization_id: personal })).path)
    expect(other.page).not.toContain('value="grant"')
  })

  test('that was granted to before is gone on with silently', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const browser = await flows.browser(team.member)
    await flows.authorize(app, browser, { organization_id: team.id })
    const silent = await browser.follow((await flows.request(app, { prompt: 'none' })).path)
    expect(silent.callback?.searchParams.get('code')).toBeTruthy()
  })
})

describe('a form', () => {
  test('that names another organization than the page would show now grants nothing, and shows that one', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const browser = await flows.browser(team.member)
    const personal = await personalOrganizationOf(world.server, team.member)
    const begun = await flows.request(app)
    const consent = await browser.act(await browser.follow(begun.path), 'choose', { organization_id: team.id })
    const again = await browser.act(consent, 'grant', { organization_id: personal })
    expect(again.callback).toBeUndefined()
    const { callback } = await browser.act(again, 'grant', { organization_id: personal })
    const tokens = await flows.redeem(app, { ...begun, callback: callback as URL })
    expect((await flows.userinfo(tokens.access_token)).body).toMatchObject({ organization_id: personal })
  })

  test('about other scopes than the page would show now grants nothing', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    const { browser, at } = await atTheGate(app)
    const again = await browser.act(at, 'grant', { scope: 'openid' })
    expect(again.callback).toBeUndefined()
    expect(again.status).toBe(422)
  })

  test('whose reason is too long keeps it, to be shortened', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, at } = await atTheGate(app)
    const again = await browser.act(at, 'ask', { reason: `Because ${'x'.repeat(1000)}` })
    expect(again.status).toBe(422)
    expect(again.page).toContain('Because xxx')
  })

  test('whose reason cannot be stored is told so, and not that it is too long', async () => {
    const app = await flows.app(team, 'WEB')
    const { browser, at } = await atTheGate(app)
    const again = await browser.act(at, 'ask', { reason: 'Because\u0000' })
    expect(again.status).toBe(422)
    expect(textOf(again.page)).toContain('This reason had characters in it that cannot be shown.')
    expect(textOf(again.page)).not.toContain('too long')
  })
})

describe('an app that is not for the viewer', () => {
  /** What nobody outside the publisher may learn of an INTERNAL app. */
  const secrets = async (app: TestApp) => {
    const { name, organization } = await world.server.prisma.app.findUniqueOrThrow({
      where: { id: uuidOf(app.id) },
      include: { organization: true },
    })
    return [name, organization.name]
  }

  test('shows them a page without its card, be it disabled or not', async () => {
    const app = await flows.app(team, 'WEB', { distribution: 'INTERNAL', name: 'Payroll secrets' })
    const browser = await flows.browser(await world.server.createUser())
    const at = await browser.follow((await flows.request(app)).path)
    await world.does(team.admin, 'disableApp', { appId: app.id })
    const disabled = await browser.follow(at.path)
    for (const { status, page } of [at, disabled]) {
      expect([status, textOf(page).includes('Not for you')]).toEqual([404, true])
      for (const secret of await secrets(app)) expect(page).not.toContain(secret)
    }
    expect(errorOf(await browser.act(disabled, 'refuse'))).toBe('access_denied')
  })

  test('shows them none by the code of a device either, and lets them decide nothing about it', async () => {
    const app = await flows.app(team, 'DEVICE', { distribution: 'INTERNAL', name: 'Payroll screen' })
    const { body } = await flows.post('/oauth/device_authorization', { client_id: app.id })
    const browser = await flows.browser(await world.server.createUser())
    const at = await browser.follow(`/oauth/device?user_code=${body.user_code}`)
    expect([at.status, textOf(at.page).includes('Not for you')]).toEqual([404, true])
    for (const secret of await secrets(app)) expect(at.page).not.toContain(secret)
    const own = await browser.follow('/oauth/device')
    const form_token = /name="form_token" value="([^"]*)"/.exec(own.page)?.[1] ?? ''
    for (const action of ['confirm', 'refuse']) {
      const form = new URLSearchParams({ form_token, user_code: body.user_code, action })
      const { status } = await browser.follow('/oauth/device', { method: 'POST', body: form })
      expect(status).toBe(404)
    }
    const rows = await world.server.prisma.deviceCode.findMany({ where: { appId: uuidOf(app.id) } })
    expect(rows.map(({ error }) => error)).toEqual([null])
  })

  test('is shown to members of its publisher who asked for another organization, as an EXTERNAL one is to all', async () => {
    const app = await flows.app(team, 'WEB', { distribution: 'INTERNAL' })
    const personal = await personalOrganizationOf(world.server, team.member)
    const browser = await flows.browser(team.member)
    const at = await browser.follow((await flows.request(app, { organization_id: personal })).path)
    const open = await flows.app(team, 'WEB')
    const outsider = await flows.browser(await world.server.createUser())
    const other = await outsider.follow((await flows.request(open, { organization_id: team.id })).path)
    for (const [page, of] of [
      [at.page, app],
      [other.page, open],
    ] as const) {
      for (const secret of await secrets(of)) expect(page).toContain(secret)
    }
  })
})

describe('a user who has to sign in first', () => {
  test('and has granted all of it before is asked nothing more', async () => {
    const app = await flows.app(team, 'WEB')
    await team.install(app.id)
    await flows.authorize(app, await flows.browser(team.member), { organization_id: team.id })
    const browser = new FlowBrowser(world.server)
    const begun = await flows.request(app)
    const signIn = await browser.follow(begun.path)
    await browser.signIn(team.member, signIn.path)
    const { callback } = await browser.follow(new URL(signIn.path, browser.origin).searchParams.get('return_to') ?? '')
    await flows.redeem(app, { ...begun, callback: callback as URL })
  })
})

test('a scope that the catalogue no longer has is worth nothing, and keeps the app from nothing else', async () => {
  const app = await flows.app(team, 'WEB')
  await team.install(app.id)
  await world.server.prisma.app.update({
    where: { id: uuidOf(app.id) },
    data: { scopes: ['documents:read', 'documents:shred'] },
  })
  const tokens = await flows.tokens(app, team.member, { organization: team.id })
  expect(tokens.scope).toBe('documents:read')
})
