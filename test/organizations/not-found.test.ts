import { beforeAll, describe, expect, test } from 'vitest'
import { newId, publicId, type TypeName } from '../../src/ids.ts'
import { type Person, signedIn, Team } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

// What somebody may not see does not exist for them: the answer is to the letter the one for an id
// that was never issued.

const world = useWorld()
let team: Team
let stranger: Person
/** For each type, what is the team's alone. */
const hidden = new Map<TypeName, string>()

beforeAll(async () => {
  team = await Team.create(world.server)
  stranger = await signedIn(world.server)
  const appId = await team.app({ distribution: 'INTERNAL' })
  hidden.set('Organization', team.id)
  hidden.set('App', appId)
  hidden.set('AppSecret', await team.secret(appId))
  hidden.set('InstallRequest', await team.request(appId))
  hidden.set('Membership', await team.membershipOf(team.member))
  const other = await team.app({ distribution: 'INTERNAL' })
  hidden.set('Installation', await team.install(other))
  hidden.set('Grant', await team.grant(other))
  hidden.set('Denial', await team.denial(await team.app({ distribution: 'INTERNAL' })))
  hidden.set('User', publicId('User', team.member.id))
  const event = await world.server.prisma.event.findFirstOrThrow({ where: { type: 'APP_INSTALLED' } })
  hidden.set('Event', publicId('Event', event.id))
})

const everyType = [
  'Organization',
  'App',
  'AppSecret',
  'InstallRequest',
  'Membership',
  'Installation',
  'Grant',
  'Denial',
  'User',
  'Event',
] as const

const mutations: [name: string, field: string, type: TypeName, rest: object][] = [
  ['createApp', 'organizationId', 'Organization', { name: 'New', type: 'DEVICE', scopes: ['openid'] }],
  ['updateApp', 'appId', 'App', { name: 'New' }],
  ['enableApp', 'appId', 'App', {}],
  ['disableApp', 'appId', 'App', {}],
  ['deleteApp', 'appId', 'App', { confirmation: 'x' }],
  ['createAppSecret', 'appId', 'App', {}],
  ['revokeAppSecret', 'secretId', 'AppSecret', {}],
  ['addAppKey', 'appId', 'App', { key: 'x' }],
  ['withdrawInstallRequest', 'installRequestId', 'InstallRequest', {}],
  ['approveInstallRequest', 'installRequestId', 'InstallRequest', {}],
  ['denyInstallRequest', 'installRequestId', 'InstallRequest', {}],
  ['liftDenial', 'denialId', 'Denial', {}],
  ['uninstallApp', 'installationId', 'Installation', {}],
  ['revokeGrant', 'grantId', 'Grant', {}],
  ['updateMemberRole', 'membershipId', 'Membership', { role: 'ADMIN' }],
  ['removeMember', 'membershipId', 'Membership', {}],
]

/** The answer as it came, but for the id that was sent. */
async function answer(document: string, variables: object, id: string): Promise<string> {
  const { status, data, errors } = await world.server.request(document, variables, stranger.token)
  return JSON.stringify({ status, data, errors }).replaceAll(id, '<id>')
}

describe('what somebody may not see is answered like an id that was never issued', () => {
  test.each(mutations)('by %s, at %s', async (name, field, type, rest) => {
    const Name = `${name[0]?.toUpperCase()}${name.slice(1)}`
    const document = `mutation ($input: ${Name}Input!) { result: ${name}(input: $input) { __typename ... on Error { code message } } }`
    const answers = [hidden.get(type) as string, publicId(type, newId())].map((id) =>
      answer(document, { input: { [field]: id, ...rest } }, id),
    )
    const [forHidden, forNever] = await Promise.all(answers)
    expect(forHidden).toContain('NOT_FOUND')
    expect(forHidden).toBe(forNever)
  })

  test.each(['requestInstall', 'installApp', 'authorizeApp'])(
    'by %s, the organization as well as the app',
    async (name) => {
      const Name = `${name[0]?.toUpperCase()}${name.slice(1)}`
      const document = `mutation ($input: ${Name}Input!) { result: ${name}(input: $input) { __typename ... on Error { code message } } }`
      const elsewhere = await Team.create(world.server)
      const open = await team.app()
      for (const [type, input] of [
        ['Organization', (id: string) => ({ organizationId: id, appId: open })],
        ['App', (id: string) => ({ organizationId: elsewhere.id, appId: id })],
      ] as const) {
        const as = type === 'App' ? elsewhere.admin : stranger
        const ask = async (id: string) => {
          const { data } = await world.server.request(document, { input: input(id) }, as.token)
          return data.result
        }
        const forHidden = await ask(hidden.get(type) as string)
        expect(forHidden).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
        expect(forHidden).toEqual(await ask(publicId(type, newId())))
      }
    },
  )

  test.each(everyType)('by node, for an id of %s', async (type) => {
    const document = 'query ($id: ID!) { node(id: $id) { id } }'
    const [forHidden, forNever] = [hidden.get(type) as string, publicId(type, newId())]
    expect(await answer(document, { id: forHidden }, forHidden)).toBe(
      await answer(document, { id: forNever }, forNever),
    )
    expect((await world.query(stranger, document, { id: forHidden })).node).toBe(null)
    // It is there, though.
    expect((await world.query(team.superAdmin, document, { id: forHidden })).node).toEqual({ id: forHidden })
  })

  test('by organization and app', async () => {
    const document =
      'query ($id: ID!, $clientId: String!) { organization(id: $id) { name } app(clientId: $clientId) { name } }'
    const variables = { id: hidden.get('Organization'), clientId: hidden.get('App') }
    expect(await world.query(stranger, document, variables)).toEqual({ organization: null, app: null })
  })
})
