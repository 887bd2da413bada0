import { beforeAll, describe, expect, test } from 'vitest'
import { Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld()
let team: Team

beforeAll(async () => {
  team = await Team.create(world.server)
})

/** A valid input, but for what is given. */
const input = (given: object = {}) => ({
  organizationId: team.id,
  name: 'Mail',
  type: 'WEB',
  redirectUris: ['https://mail.example/callback'],
  scopes: ['openid', 'documents:read'],
  ...given,
})

const card = `clientId name description logoUrl homepageUrl publisherName type authorizationKind status distribution
  redirectUris scopes { name } createdAt updatedAt publisher { organizationId }`

describe('creating an app', () => {
  test('an app is created enabled, with the fields that it was given, and its publisher is told', async () => {
    const told = await world.listen()
    const { app, cursor } = await world.does(
      team.admin,
      'createApp',
      input({
        name: '  Mail  ',
        description: ' Reads\nmail. ',
        logoUrl: 'https://mail.example/logo.svg',
        homepageUrl: 'https://mail.example/',
        distribution: 'EXTERNAL',
      }),
      `app { id ${card} } cursor`,
    )
    const now = world.clock.now().toISOString()
    expect(app).toEqual({
      id: app.clientId,
      clientId: expect.stringMatching(/^app_[0-9a-f]{32}$/),
      name: 'Mail',
      description: 'Reads\nmail.',
      logoUrl: 'https://mail.example/logo.svg',
      homepageUrl: 'https://mail.example/',
      publisherName: expect.stringMatching(/^Team /),
      publisher: { organizationId: team.id },
      type: 'WEB',
      authorizationKind: 'OBO',
      status: 'ENABLED',
      distribution: 'EXTERNAL',
      redirectUris: ['https://mail.example/callback'],
      scopes: [{ name: 'openid' }, { name: 'documents:read' }],
      createdAt: now,
      updatedAt: now,
    })
    expect(await told()).toEqual({
      [team.id]: [{ type: 'APP_CREATED', actor: `USER ${team.admin.name}`, app: 'Mail' }],
    })
    const document = `query ($id: ID!) { organization(id: $id) { events(last: 1) { edges { cursor node { appId at } } } } }`
    const { organization } = await world.query(team.admin, document, { id: team.id })
    expect(organization.events.edges).toEqual([{ cursor, node: { appId: app.id, at: now } }])
  })

  test.each([
    ['WEB', 'OBO'],
    ['PUBLIC', 'OBO'],
    ['DEVICE', 'OBO'],
    ['SERVICE', 'APP_AUTH'],
  ])('an app of type %s is of kind %s, and INTERNAL where nothing is said', async (type, authorizationKind) => {
    const redirectUris = type === 'WEB' || type === 'PUBLIC' ? ['http://127.0.0.1/callback'] : []
    const select = 'app { id authorizationKind distribution description logoUrl homepageUrl redirectUris }'
    const { app } = await world.does(team.admin, 'createApp', input({ type, redirectUris }), select)
    const empty = { description: '', logoUrl: null, homepageUrl: null }
    expect(app).toEqual({ id: app.id, authorizationKind, distribution: 'INTERNAL', redirectUris, ...empty })
  })
})

describe('a wrong input is INVALID_INPUT, and nothing is created', () => {
  const zeroWidths = '\u200b\u200d\u2060\ufeff'
  test.each([
    ['a blank name', { name: ' \t ' }, 'name: REQUIRED'],
    ['a name of zero-width characters only', { name: zeroWidths }, 'name: REQUIRED'],
    ['a name of fillers that show nothing', { name: '\u3164\u115f\ufe0f\u034f' }, 'name: REQUIRED'],
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name: TOO_LONG 100'],
    ['a name with a NUL', { name: 'Ma\0il' }, 'name: BAD_CHARACTERS'],
    ['a name of two lines', { name: 'Ma\nil' }, 'name: BAD_CHARACTERS'],
    ['a name that turns around what follows it', { name: 'Ma\u202eil' }, 'name: BAD_CHARACTERS'],
    ['a name with half of a surrogate pair', { name: 'Mail \ud83d' }, 'name: BAD_CHARACTERS'],
    ['a description of 2,001 characters', { description: 'x'.repeat(2001) }, 'description: TOO_LONG 2000'],
    ['a description with a NUL', { description: 'a\0b' }, 'description: BAD_CHARACTERS'],
    ['a description that turns text around', { description: 'a\u2067b' }, 'description: BAD_CHARACTERS'],
    ['a description with half of a surrogate pair', { description: 'a\udc00b' }, 'description: BAD_CHARACTERS'],
    ['a logo over http', { logoUrl: 'http://mail.example/logo.svg' }, 'logoUrl: NOT_AN_HTTPS_URL'],
    ['a logo as data', { logoUrl: 'data:image/png;base64,AAAA' }, 'logoUrl: NOT_AN_HTTPS_URL'],
    ['a logo URL with a NUL', { logoUrl: 'https://mail.example/\0' }, 'logoUrl: NOT_AN_HTTPS_URL'],
    ['a homepage that is a script', { homepageUrl: 'javascript:alert(1)' }, 'homepageUrl: NOT_AN_HTTPS_URL'],
    [
      'a homepage URL with half of a surrogate pair',
      { homepageUrl: 'https://mail.example/\ud83d' },
      'homepageUrl: BAD_CHARACTERS',
    ],
    ['a homepage URL of two lines', { homepageUrl: 'https://mail.example/\na' }, 'homepageUrl: NOT_AN_HTTPS_URL'],
    ['no scope', { scopes: [] }, 'scopes: TOO_FEW 1'],
    [
      'a scope outside the catalogue',
      { scopes: ['openid', 'documents:burn'] },
      'scopes.1: UNKNOWN_SCOPE documents:burn',
    ],
    ['a scope twice', { scopes: ['openid', 'openid'] }, 'scopes.1: DUPLICATE openid'],
    ['an organization id that is none', { organizationId: 'org_1' }, 'organizationId: WRONG_ID'],
    ['an id of another type', { organizationId: `usr_${'0'.repeat(32)}` }, 'organizationId: WRONG_ID'],
  ])('%s', async (_what, given, issue) => {
    const told = await world.listen()
    expect(await world.issues(team.admin, 'createApp', input(given))).toEqual([issue])
    expect(await told()).toEqual({})
  })

  test('all fields that are wrong are named at once, each with its path', async () => {
    const wrong = input({
      name: '',
      description: '\0',
      logoUrl: 'logo.svg',
      redirectUris: ['https://mail.example/#', 'https://mail.example/ok', 'ftp://mail.example/'],
      scopes: ['nothing'],
    })
    expect(await world.refused(team.admin, 'createApp', wrong)).toEqual({
      code: 'INVALID_INPUT',
      issues: [
        { path: ['name'], code: 'REQUIRED', message: 'must not be blank' },
        { path: ['description'], code: 'BAD_CHARACTERS', message: 'must not contain invisible or control characters' },
        { path: ['logoUrl'], code: 'NOT_AN_HTTPS_URL', message: 'must be an https URL' },
        { path: ['redirectUris', '0'], code: 'HAS_FRAGMENT', message: 'must not have a fragment' },
        { path: ['redirectUris', '2'], code: 'SCHEME_NOT_ALLOWED', message: 'must be https, or http on loopback' },
        {
          path: ['scopes', '0'],
          code: 'UNKNOWN_SCOPE',
          message: 'is not in the catalogue of scopes',
          value: 'nothing',
        },
      ],
    })
  })
})

describe('redirect URIs', () => {
  test.each([
    ['WEB', 'https://mail.example/callback?tenant=1'],
    ['WEB', 'http://localhost:8080/callback'],
    ['WEB', 'http://127.0.0.1/callback'],
    ['WEB', 'http://[::1]:9000/callback'],
    ['WEB', 'https://127.0.0.1:8443/callback'],
    ['WEB', 'https://[::1]/callback'],
    ['PUBLIC', 'https://mail.example/callback'],
    ['PUBLIC', 'http://127.0.0.1/callback'],
    ['PUBLIC', 'http://localhost/callback'],
    ['PUBLIC', 'com.example.mail:/callback'],
    ['PUBLIC', 'cursor://anysphere.cursor-retrieval/oauth/callback'],
    ['PUBLIC', 'vscode://example.notes/signed-in'],
    ['PUBLIC', 'vscode-insiders://example.notes/signed-in'],
    ['PUBLIC', 'claude://callback'],
  ])('a %s app may have %s', async (type, uri) => {
    const { app } = await world.does(
      team.admin,
      'createApp',
      input({ type, redirectUris: [uri] }),
      'app { id redirectUris }',
    )
    expect(app.redirectUris).toEqual([uri])
  })

  test.each([
    ['WEB', 'https://mail.example/callback#part', 'HAS_FRAGMENT', 'must not have a fragment'],
    ['WEB', 'https://mail.example/callback#', 'HAS_FRAGMENT', 'must not have a fragment'],
    [
      'WEB',
      'https://*.mail.example/callback',
      'HAS_WILDCARD',
      'must not have a wildcard: redirect URIs are compared exactly',
    ],
    ['WEB', 'http://mail.example/callback', 'SCHEME_NOT_ALLOWED', 'must be https, unless it is on loopback'],
    ['WEB', 'http://localhost.mail.example/callback', 'SCHEME_NOT_ALLOWED', 'must be https, unless it is on loopback'],
    ['WEB', 'https://user:password@mail.example/callback', 'HAS_USER_INFO', 'must not carry a user name or password'],
    ['WEB', 'com.example.mail:/callback', 'SCHEME_NOT_ALLOWED', 'must be https, or http on loopback'],
    ['WEB', 'cursor://callback', 'SCHEME_NOT_ALLOWED', 'must be https, or http on loopback'],
    ['WEB', 'https://localhost/callback', 'HTTPS_ON_LOOPBACK', 'must be http where it is on loopback'],
    ['PUBLIC', 'https://localhost:8443/callback', 'HTTPS_ON_LOOPBACK', 'must be http where it is on loopback'],
    ['PUBLIC', 'https://app.localhost./callback', 'HTTPS_ON_LOOPBACK', 'must be http where it is on loopback'],
    ['PUBLIC', 'https://127.1/callback', 'HTTPS_ON_LOOPBACK', 'must be http where it is on loopback'],
    ['PUBLIC', 'https://[::1]/callback', 'HTTPS_ON_LOOPBACK', 'must be http where it is on loopback'],
    ['WEB', 'javascript:alert(1)', 'SCHEME_NOT_ALLOWED', 'must be https, or http on loopback'],
    ['WEB', '/callback', 'NOT_AN_ABSOLUTE_URI', 'must be an absolute URI'],
    ['WEB', 'https:mail.example/callback', 'NOT_AN_ABSOLUTE_URI', 'must be an absolute URI'],
    ['WEB', 'https://mail.example/\u00fcber', 'NOT_ESCAPED', 'must be a URI of plain characters'],
    ['WEB', 'https://mail.example/call back', 'NOT_ESCAPED', 'must be a URI of plain characters'],
    ['WEB', `https://mail.example/${'x'.repeat(2000)}`, 'TOO_LONG', 'must have at most 2000 characters'],
    [
      'PUBLIC',
      'javascript:alert(1)',
      'SCHEME_WITHOUT_DOT',
      'must be https, http on loopback, or a private-use scheme such as com.example.app:/callback',
    ],
    [
      'PUBLIC',
      'myapp:/callback',
      'SCHEME_WITHOUT_DOT',
      'must be https, http on loopback, or a private-use scheme such as com.example.app:/callback',
    ],
  ])('a %s app may not have %s', async (type, uri, code, message) => {
    expect(await world.refused(team.admin, 'createApp', input({ type, redirectUris: [uri] }))).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: ['redirectUris', '0'], code, message }],
    })
  })

  test.each(['javascript', 'data', 'blob', 'file', 'about', 'vbscript', 'ftp', 'cursors', 'claude-x'])(
    'no app may have one of the scheme %s',
    async (scheme) => {
      const uris = { redirectUris: [`${scheme}:callback`], postLogoutRedirectUris: [`${scheme}:callback`] }
      expect(await world.issues(team.admin, 'createApp', input({ type: 'PUBLIC', ...uris }))).toEqual([
        'redirectUris.0: SCHEME_WITHOUT_DOT',
        'postLogoutRedirectUris.0: SCHEME_WITHOUT_DOT',
      ])
    },
  )

  test.each([
    ['WEB', [], 'redirectUris: TOO_FEW 1'],
    ['WEB', [''], 'redirectUris.0: REQUIRED'],
    ['PUBLIC', undefined, 'redirectUris: TOO_FEW 1'],
    ['DEVICE', ['https://mail.example/'], 'redirectUris: NOT_APPLICABLE'],
    ['SERVICE', ['https://mail.example/'], 'redirectUris: NOT_APPLICABLE'],
    ['WEB', ['https://mail.example/', 'https://mail.example/'], 'redirectUris.1: DUPLICATE https://mail.example/'],
  ])('a %s app cannot be created with %j', async (type, redirectUris, issue) => {
    expect(await world.issues(team.admin, 'createApp', input({ type, redirectUris }))).toEqual([issue])
  })
})
