import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { systemClock } from '../../src/core.ts'
import { publicId } from '../../src/ids.ts'
import { mutate } from '../races/support.ts'
import type { TestUser } from '../support/server.ts'
import { personalOrganizationOf, Team, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'
import { basic, resourceServers } from './check/check-server.ts'
import { Flows, type TestApp, type Tokens } from './flows.ts'
import { Ledger, type LedgerApp, type LedgerPlace, type LedgerToken, worthOf } from './ledger.ts'

const world = useWorld({
  clock: systemClock,
  config: {
    resourceServers,
    limits: { ...limits, appsPerOrganization: 10_000, refusedTokenRequestsPerAddress: 1_000_000 },
  },
})
const [documents, mail] = resourceServers as [(typeof resourceServers)[0], (typeof resourceServers)[0]]
const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000]
const ALL = ['openid', 'documents:read', 'documents:write']

let flows: Flows
/** It publishes the apps; the other one installs them. */
let publisher: Team
let installer: Team
/** A service app that checks the tokens of the installer. */
let inspector: TestApp

beforeAll(async () => {
  // The engine reads the computer's clock, so that is the one to move.
  vi.useFakeTimers({ toFake: ['Date'] })
  flows = await Flows.discover(world.server)
  publisher = await Team.create(world.server)
  installer = await Team.create(world.server, 'ENTERPRISE')
  inspector = await flows.app(installer, 'SERVICE', { scopes: ['gatehouse:introspect'] })
  await installer.authorize(inspector.id)
})
afterAll(() => void vi.useRealTimers())

/** Two apps, their user, where they work, and the tokens that were ever issued. */
class Story {
  readonly ledger = new Ledger()
  readonly user: TestUser
  readonly web: TestApp
  readonly service: TestApp
  /** Of the app, in the organization of its publisher, in another, and in the personal one of its user. */
  readonly places: Readonly<Record<Where, LedgerPlace>>
  readonly servicePlace: LedgerPlace

  private constructor(user: TestUser, personal: string, web: TestApp, service: TestApp) {
    this.user = user
    this.web = web
    this.service = service
    const [app, other] = [web, service].map(
      ({ id }): LedgerApp => ({
        id,
        publisher: publisher.id,
        mayAsk: ALL,
        isEnabled: true,
        isInternal: false,
        isDeleted: false,
      }),
    ) as [LedgerApp, LedgerApp]
    const place = (of: LedgerApp, organization: string): LedgerPlace => {
      const isPersonal = organization === personal
      return { app: of, organization, isPersonal, approved: isPersonal ? [] : ALL, granted: [] }
    }
    this.places = {
      publisher: place(app, publisher.id),
      installer: place(app, installer.id),
      personal: place(app, personal),
    }
    this.servicePlace = { ...place(other, installer.id), granted: ALL }
  }

  /** @param also where the user consents beside the installer. */
  static async begin(also: Where): Promise<Story> {
    const user = await world.server.createUser()
    const [web, service] = [
      await flows.app(publisher, 'WEB', { name: 'Reader' }),
      await flows.app(publisher, 'SERVICE'),
    ]
    for (const team of [publisher, installer]) {
      await team.admit(user, 'MEMBER')
      await team.install(web.id)
    }
    await installer.authorize(service.id)
    const story = new Story(user, await personalOrganizationOf(world.server, user), web, service)
    for (const where of ['installer', also] as const) {
      await happenings['the user consents'](story, { where, scopes: ALL, which: 0 })
    }
    await happenings['the service asks for a token'](story, { where: 'installer', scopes: ALL, which: 0 })
    expect(story.ledger.tokens.map((token) => worthOf(token).length)).toEqual([3, 3, 3, 3, 3])
    return story
  }

  /** A mutation in somebody's name, of which the ledger is told where it is not refused. */
  async act(by: TestUser, name: string, input: object, then: () => void = () => {}): Promise<boolean> {
    // Signed in anew: time may have passed.
    const token = await world.server.signIn(by).catch(() => undefined)
    if (!token) return false
    const { code, result } = await mutate(world.server, { ...by, token }, name, input, '__typename')
    expect(result, `${name} was answered with ${code}`).toBeDefined()
    if (code === 'ok') then()
    return code === 'ok'
  }

  /** What the token endpoint handed out. */
  issued(tokens: Partial<Tokens>, rest: Pick<LedgerToken, 'family' | 'place' | 'user' | 'issuedWith' | 'audience'>) {
    const {
      access_token: access = '',
      refresh_token: refresh,
      expires_in: lifetime = 0,
      token_type: type = '',
    } = tokens
    const isBound = type.toLowerCase() === 'dpop'
    this.ledger.issued({ ...rest, value: access, kind: 'ACCESS', lifetime, isBound })
    if (!refresh) return
    const { family, place, user, issuedWith } = rest
    const refreshes = { family, place, user, issuedWith, audience: this.#audienceOf(family) ?? rest.audience }
    const refreshLifetime = world.server.config.durations.refreshToken / 1000
    this.ledger.issued({ ...refreshes, value: refresh, kind: 'REFRESH', lifetime: refreshLifetime, isBound: false })
  }

  /** What the authorization of a family named. */
  #audienceOf = (family: object) =>
    this.ledger.tokens.find((token) => token.family === family && token.kind === 'REFRESH')?.audience

  team = (where: Where): Team | undefined => ({ publisher, installer, personal: undefined })[where]
}

/** Something that happens, to what it names as far as that is its concern. */
interface Happening {
  readonly where: Where
  readonly scopes: readonly string[]
  /** Of several tokens, spans of time and so on: which, counted round. */
  readonly which: number
}
type Where = 'publisher' | 'installer' | 'personal'

const pick = <T>(list: readonly T[], which: number): T | undefined => list[which % list.length]

/** The parameters for a token that is for all, for one resource server, or for another. */
const resourceOf = (which: number) => pick([undefined, documents.audience, mail.audience], which)

const publishes = (story: Story, app: LedgerApp, name: string, input: object, then: () => void) =>
  story.act(publisher.admin, name, { appId: app.id, ...input }, then)

/** What can happen. What is impossible at the time is refused, and changes nothing. */
const happenings = {
  'the app is disabled': (story) => setEnabled(story, story.places.publisher.app, false),
  'the app is enabled': (story) => setEnabled(story, story.places.publisher.app, true),
  'the service is disabled': (story) => setEnabled(story, story.servicePlace.app, false),
  'the service is enabled': (story) => setEnabled(story, story.servicePlace.app, true),
  'the app may ask for': (story, { scopes }) => setScopes(story, story.places.publisher.app, scopes),
  'the service may ask for': (story, { scopes }) => setScopes(story, story.servicePlace.app, scopes),
  'the app becomes internal': (story) => setInternal(story, true),
  'the app becomes external': (story) => setInternal(story, false),
  async 'the app is deleted'(story, { which }) {
    if (which % 3 > 0) return
    const { app } = story.places.publisher
    await publishes(story, app, 'deleteApp', { confirmation: 'Reader' }, () => {
      app.isDeleted = true
      story.ledger.end(({ place }) => place.app === app)
    })
  },
  async 'an admin approves'(story, { where, scopes }) {
    const [team, place] = [story.team(where), story.places[where]]
    if (!team) return
    const input = { organizationId: team.id, appId: story.web.id, scopes }
    await story.act(team.admin, 'installApp', input, () => (place.approved = scopes))
  },
  async 'a member asks, and an admin agrees'(story, { where, scopes }) {
    const place = story.places[where]
    const answer = await asks(story, where, scopes)
    const approved = answer && (await answer('approveInstallRequest'))
    if (approved) place.approved = [...new Set([...place.approved, ...scopes])]
  },
  async 'a member asks, and an admin denies'(story, { where, scopes }) {
    const answer = await asks(story, where, scopes)
    await answer?.('denyInstallRequest')
  },
  async 'an admin uninstalls'(story, { where }) {
    const [team, place] = [story.team(where), story.places[where]]
    const found = await world.server.prisma.installation.findFirst({ where: rowsOf(place) })
    if (!team || !found) return
    const input = { installationId: publicId('Installation', found.id) }
    await story.act(team.admin, 'uninstallApp', input, () => endPlace(story, place))
  },
  'the service is authorized': (story, { scopes }) => {
    const { servicePlace } = story
    const input = { organizationId: installer.id, appId: servicePlace.app.id, scopes }
    return story.act(installer.admin, 'authorizeApp', input, () => {
      servicePlace.granted = scopes
      servicePlace.approved = scopes
    })
  },
  'the service is revoked': (story) => revoke(story, installer.admin, story.servicePlace),
  'the user revokes': (story, { where }) => revoke(story, story.user, story.places[where]),
  async 'the user is removed'(story, { where }) {
    const [team, place] = [story.team(where), story.places[where]]
    const membership = { userId: story.user.id, organizationId: uuidOf(place.organization) }
    const found = await world.server.prisma.membership.findFirst({ where: membership })
    if (!team || !found) return
    const input = { membershipId: publicId('Membership', found.id) }
    await story.act(team.admin, 'removeMember', input, () => endGrant(story, place))
  },
  async 'the user deletes their account'(story, { which }) {
    if (which % 3 > 0) return
    await story.act(story.user, 'deleteAccount', { confirmation: story.user.name }, () => {
      for (const place of Object.values(story.places)) endGrant(story, place)
    })
  },
  async 'the user consents'(story, { where, scopes, which }) {
    const [place, resource] = [story.places[where], resourceOf(which)]
    const parameters = {
      organization_id: place.organization,
      scope: scopes.join(' '),
      ...(resource && { resource }),
    }
    const browser = await flows.browser(story.user).catch(() => undefined)
    const authorized = browser && (await flows.authorize(story.web, browser, parameters).catch(() => undefined))
    if (!authorized || authorized.callback.searchParams.has('error')) return
    const tokens = await flows.redeem(story.web, authorized)
    const { approved, isPersonal, app } = place
    const agreed = scopes.filter((one) => app.mayAsk.includes(one) && (isPersonal || approved.includes(one)))
    place.granted = [...new Set([...place.granted, ...agreed])]
    const user = publicId('User', story.user.id)
    story.issued(tokens, { family: {}, place, user, issuedWith: agreed, audience: resource ? [resource] : [] })
    expect(tokens.scope?.split(' ').toSorted()).toEqual(agreed.toSorted())
  },
  async 'the service asks for a token'(story, { which }) {
    const { service, servicePlace } = story
    const [resource, isBound] = [resourceOf(which), which % 2 === 1]
    const options = { ...flows.http, ...(isBound && { DPoP: await proofs(service) }) }
    const form: Record<string, string> = { organization_id: installer.id, ...(resource && { resource }) }
    const response = await oauth.clientCredentialsGrantRequest(flows.as, service.client, service.auth, form, options)
    const tokens = (await response.json()) as Tokens
    if (!response.ok) return
    const rest = { family: {}, user: undefined, audience: resource ? [resource] : [] }
    story.issued(tokens, { ...rest, place: servicePlace, issuedWith: servicePlace.granted })
  },
  'the app refreshes': refresh,
  async 'a refresh token is used twice'(story, { which }) {
    const { ledger, web } = story
    await refresh(story, { which })
    const token = pick(
      ledger.tokens.filter(({ isRotated }) => isRotated),
      which,
    )
    if (!token) return
    vi.setSystemTime(Date.now() + 11 * SECOND)
    // What is worth nothing at the time, or sleeps, is not counted as reuse.
    const isReuse = worthOf({ ...token, isRotated: false }).length > 0
    const response = await oauth.refreshTokenGrantRequest(flows.as, web.client, web.auth, token.value, flows.http)
    expect(response.ok).toBe(false)
    if (isReuse) ledger.end(({ family }) => family === token.family)
  },
  async 'a token is given back'(story, { which }) {
    const token = pick(story.ledger.tokens, which)
    if (!token || token.place.app.isDeleted) return
    const app = appOf(story, token)
    const response = await oauth.revocationRequest(flows.as, app.client, app.auth, token.value, flows.http)
    expect(response.status).toBe(200)
    story.ledger.end((one) => (token.kind === 'REFRESH' ? one.family === token.family : one === token))
  },
  async 'time passes'(_story, { which }) {
    vi.setSystemTime(Date.now() + (pick([SECOND, 16 * MINUTE, 61 * MINUTE, 31 * DAY], which) ?? 0))
  },
} satisfies Record<string, (story: Story, happening: Happening) => Promise<unknown>>

async function refresh(story: Story, { which }: Pick<Happening, 'which'>): Promise<void> {
  const { ledger, web } = story
  const token = pick(
    ledger.tokens.filter(({ kind, isRotated }) => kind === 'REFRESH' && !isRotated),
    which,
  )
  if (!token) return
  const [resource, isBound] = [token.audience[0] ?? resourceOf(which), which % 2 === 1]
  const isGood = worthOf(token).length > 0
  const options = {
    ...flows.http,
    additionalParameters: { ...(resource && { resource }) },
    ...(isBound && { DPoP: await proofs(web) }),
  }
  const response = await oauth.refreshTokenGrantRequest(flows.as, web.client, web.auth, token.value, options)
  expect(response.ok).toBe(isGood)
  if (!isGood) return
  const { family, place, user, issuedWith } = token
  token.isRotated = true
  const audience = resource ? [resource] : []
  story.issued((await response.json()) as Tokens, { family, place, user, issuedWith, audience })
}

const setEnabled = (story: Story, app: LedgerApp, isEnabled: boolean) =>
  publishes(story, app, isEnabled ? 'enableApp' : 'disableApp', {}, () => (app.isEnabled = isEnabled))
const setScopes = (story: Story, app: LedgerApp, scopes: readonly string[]) =>
  publishes(story, app, 'updateApp', { scopes }, () => (app.mayAsk = scopes))
function setInternal(story: Story, isInternal: boolean) {
  const { app } = story.places.publisher
  const input = { distribution: isInternal ? 'INTERNAL' : 'EXTERNAL' }
  return publishes(story, app, 'updateApp', input, () => (app.isInternal = isInternal))
}

/** Asks for an app; what is returned is an admin's answer. */
async function asks(story: Story, where: Where, scopes: readonly string[]) {
  const [team, place] = [story.team(where), story.places[where]]
  const input = { organizationId: place.organization, appId: story.web.id, scopes }
  if (!team || !(await story.act(story.user, 'requestInstall', input))) return undefined
  const pending = { ...rowsOf(place), status: 'PENDING' } as const
  const found = await world.server.prisma.installRequest.findFirst({ where: pending })
  return (
    found && ((name: string) => story.act(team.admin, name, { installRequestId: publicId('InstallRequest', found.id) }))
  )
}

async function revoke(story: Story, by: TestUser, place: LedgerPlace) {
  const found = await world.server.prisma.grant.findFirst({ where: rowsOf(place) })
  if (!found) return
  const isService = place === story.servicePlace
  await story.act(by, 'revokeGrant', { grantId: publicId('Grant', found.id) }, () =>
    isService ? endPlace(story, place) : endGrant(story, place),
  )
}

function endGrant(story: Story, place: LedgerPlace): void {
  place.granted = []
  story.ledger.end((token) => token.place === place)
}

function endPlace(story: Story, place: LedgerPlace): void {
  place.approved = []
  endGrant(story, place)
}

const rowsOf = ({ app, organization }: LedgerPlace) => ({ appId: uuidOf(app.id), organizationId: uuidOf(organization) })
const appOf = ({ web, service, servicePlace }: Story, { place }: LedgerToken) =>
  place === servicePlace ? service : web
const proofs = async ({ client }: TestApp) => oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

type Told = Record<string, unknown>

/** The answer about a token that SPEC demands for callers who may ask about it (RFC 7662 section 2.2). */
function expectedOf(token: LedgerToken): Told {
  const scope = worthOf(token)
  if (scope.length === 0) return { active: false }
  const { place, user, kind, isBound, issuedAt, lifetime } = token
  const iat = Math.floor(issuedAt / 1000)
  return {
    active: true,
    scope,
    client_id: place.app.id,
    ...(user && { sub: user }),
    ...(kind === 'ACCESS' && { token_type: isBound ? 'DPoP' : 'Bearer' }),
    ...(isBound && { cnf: { jkt: expect.any(String) } }),
    iat,
    exp: iat + lifetime,
    iss: world.server.config.publicUrl,
    // A refresh token is for its app alone.
    ...(kind === 'ACCESS' && { aud: audienceOf(token), organization_id: place.organization }),
  }
}

const audienceOf = ({ audience }: LedgerToken): readonly string[] =>
  audience.length > 0 ? audience : [documents.audience, mail.audience, world.server.config.publicUrl]

const told = ({ scope, ...rest }: Told): Told => ({
  ...rest,
  ...(typeof scope === 'string' && { scope: scope.split(' ').toSorted() }),
})

async function asServer({ id, secret }: typeof documents, { value }: LedgerToken): Promise<Told> {
  return told((await flows.post('/oauth/introspect', { token: value }, { authorization: basic(id, secret) })).body)
}

/** The status of the forward authentication, and the scopes that it hands on. */
async function forward({ value }: LedgerToken, query: Record<string, string> = {}) {
  const response = await world.server.fetch(`/oauth/check?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${value}` },
  })
  return [response.status, response.headers.get('x-auth-scopes')?.split(' ').toSorted()]
}

/** Compares what everybody who may ask is told of the token with what the ledger says. */
async function compare(story: Story, token: LedgerToken, inspecting: string): Promise<void> {
  const [expected, inactive] = [expectedOf(token), { active: false }]
  const { active, scope } = expected as { active: boolean; scope: string[] }
  const { kind, isBound, place, audience } = token
  const isAccess = kind === 'ACCESS'
  const isFor = (one: string) => isAccess && audienceOf(token).includes(one)
  const app = appOf(story, token)
  const theApp = async () => {
    const response = await oauth.introspectionRequest(flows.as, app.client, app.auth, token.value, flows.http)
    return told((await response.json()) as Told)
  }
  const theInspector = async () => {
    const headers = { authorization: `Bearer ${inspecting}` }
    return told((await flows.post('/oauth/introspect', { token: token.value }, headers)).body)
  }
  const lets = (isMeant: boolean, wanted: string[] = []) => {
    if (!active || !isAccess || isBound || !isMeant) return [401, undefined]
    return wanted.every((one) => scope.includes(one)) ? [200, scope] : [403, undefined]
  }
  expect({
    documents: await asServer(documents, token),
    mail: await asServer(mail, token),
    app: await theApp(),
    inspector: await theInspector(),
    check: await forward(token),
    'check for documents': await forward(token, { audience: documents.audience, scope: 'documents:read' }),
  }).toEqual({
    documents: isFor(documents.audience) ? expected : inactive,
    mail: isFor(mail.audience) ? expected : inactive,
    app: place.app.isDeleted ? expect.objectContaining({ error: 'invalid_client' }) : expected,
    inspector: isAccess && place.organization === installer.id ? expected : inactive,
    check: lets(audience.length === 0),
    'check for documents': lets(isFor(documents.audience), ['documents:read']),
  })
}

async function inspectorToken(): Promise<string> {
  const { client, auth } = inspector
  const response = await oauth.clientCredentialsGrantRequest(flows.as, client, auth, {}, flows.http)
  return (await oauth.processClientCredentialsResponse(flows.as, client, response)).access_token
}

const histories = fc.array(
  fc.record(
    {
      what: fc.constantFrom(...(Object.keys(happenings) as (keyof typeof happenings)[])),
      where: fc.constantFrom<Where>('publisher', 'installer', 'personal'),
      scopes: fc.subarray(ALL, { minLength: 1 }),
      which: fc.nat(11),
    },
    { noNullPrototype: true },
  ),
  { minLength: 2, maxLength: 5, size: 'max' },
)

const happens = (what: keyof typeof happenings, where: Where = 'installer', scopes = ALL, which = 0) => ({
  what,
  where,
  scopes,
  which,
})

test('What a token is worth = its own scopes ∩ user granted ∩ organization approved (not in personal) ∩ app may ask, computed at each check', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom<Where>('publisher', 'personal'), histories, async (also, history) => {
      const story = await Story.begin(also)
      for (const { what, ...rest } of history) {
        await happenings[what](story, rest)
        const inspecting = await inspectorToken()
        await Promise.all(story.ledger.tokens.map((token) => compare(story, token, inspecting)))
      }
    }),
    // Where the machine is busy, fewer: and what was found is told before the test ends.
    {
      numRuns: process.env.CI ? 12 : 6,
      interruptAfterTimeLimit: 60_000,
      // Each of the limits, always.
      examples: [
        [
          'publisher',
          [
            happens('an admin approves', 'installer', ['documents:read']),
            happens('the service is authorized', 'installer', ['openid']),
            happens('the app becomes internal'),
            happens('the user is removed', 'publisher'),
          ],
        ],
        [
          'personal',
          [
            happens('the app may ask for', 'installer', ['openid', 'documents:write']),
            happens('the app refreshes', 'installer', ALL, 1),
            happens('the app may ask for'),
            happens('time passes', 'installer', ALL, 2),
          ],
        ],
      ],
    },
  )
}, 120_000)
