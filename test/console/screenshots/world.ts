import { grantWithTokens, viewerOf } from '../../../src/demo/stand-ins.ts'
import { buildDemoWorld } from '../../../src/demo/world.ts'
import { publicId } from '../../../src/ids.ts'
import type { TestClock, TestServer, TestUser } from '../../support/server.ts'
import { uuidOf } from '../../support/team.ts'

/** The demo world at a moment worth a picture. */
export interface PictureWorld {
  person(name: string): Pick<TestUser, 'email' | 'password'>
  /** `org_…` or `app_…` of what is called so. */
  id(name: string): string
  /** One more request is made, now. */
  arrive(): Promise<void>
}

const minute = 60_000
const hour = 60 * minute

/** Where the app of the demo world would be. */
export const CALLBACK = 'http://localhost:4001/callback'

/** Builds the demo world as of the clock, and two busy days after it, at whose end the clock then is. */
export async function buildPictureWorld(server: TestServer, clock: TestClock): Promise<PictureWorld> {
  const now = clock.now().getTime()
  const scopes = ['openid', 'email', 'documents:read', 'documents:write']
  const { people } = await buildDemoWorld(server.core, { name: 'Harbor Logbook', redirectUris: [CALLBACK], scopes })
  const ids = new Map<string, string>()
  for (const { id, name } of await server.prisma.organization.findMany()) ids.set(name, publicId('Organization', id))
  for (const { id, name } of await server.prisma.app.findMany()) ids.set(name, publicId('App', id))
  const found = <T>(what: T | undefined, name: string): T => {
    if (what === undefined) throw new Error(`there is no ${name}`)
    return what
  }
  const person = (name: string) =>
    found(
      people.find(({ email }) => email.startsWith(`${name}@`)),
      name,
    )
  const id = (name: string) => found(ids.get(name), name)

  /** What is selected of the success of a mutation, so long before now. */
  async function does(ago: number, who: string, mutation: string, input: object, select = 'cursor') {
    clock.advance(now - ago - clock.now().getTime())
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
    const { done } = await server.graphql(
      `mutation ($input: ${type}Input!) { done: ${mutation}(input: $input) {
        __typename ... on ${type}Success { ${select} } ... on Error { message } } }`,
      { input },
      { as: await server.signIn(person(who)) },
    )
    if (done.__typename !== `${type}Success`) throw new Error(`${mutation}: ${done.message}`)
    return done
  }
  const asks = async (ago: number, who: string, app: string, reason: string, wanted?: string[]): Promise<string> => {
    const input = { organizationId: id('Harbor Team'), appId: id(app), reason, scopes: wanted }
    return (await does(ago, who, 'requestInstall', input, 'installRequest { id }')).installRequest.id
  }
  const grants = async (who: string, app: string, organization: string, wanted: string[]): Promise<void> => {
    const user = await server.prisma.user.findUniqueOrThrow({ where: { email: person(who).email } })
    const place = { appId: uuidOf(id(app)), organizationId: uuidOf(id(organization)) }
    await grantWithTokens(server.core, await viewerOf(server.core, user.id), place, wanted)
  }

  const shiftSwap = {
    organizationId: id('Meridian Group'),
    name: 'Shift Swap',
    description: 'Trades shifts without the whiteboard in the hall.',
    type: 'WEB',
    distribution: 'EXTERNAL',
    redirectUris: ['https://shifts.example/callback'],
    scopes: ['openid', 'profile', 'calendar:read', 'calendar:write'],
  }
  const { app } = await does(46 * hour, 'priya', 'createApp', shiftSwap, 'app { id }')
  ids.set(shiftSwap.name, app.id)
  await does(45 * hour, 'priya', 'createAppSecret', { appId: app.id })
  const swap = await asks(30 * hour, 'mei', 'Shift Swap', 'To trade the night watch with Jonas.')
  const approved = ['openid', 'profile', 'calendar:read']
  const reason = 'Reading is enough to begin with.'
  await does(29 * hour, 'adam', 'approveInstallRequest', { installRequestId: swap, scopes: approved, reason })
  for (const who of ['jonas', 'mei', 'sofia']) await grants(who, 'Shift Swap', 'Harbor Team', approved)
  await grants('jonas', 'Fieldnotes', 'Harbor Team', ['openid', 'documents:read'])
  const invitation = { organizationId: id('Harbor Team'), email: 'noor@example.com', role: 'MEMBER' }
  await does(26 * hour, 'sofia', 'inviteMember', invitation)
  await does(23 * hour, 'priya', 'disableApp', { appId: id('Fieldnotes') })
  await does(22.5 * hour, 'priya', 'enableApp', { appId: id('Fieldnotes') })
  await grants('sofia', 'Lobby Board', 'Harbor Team', ['calendar:read'])
  await does(3 * hour, 'adam', 'updateApp', {
    appId: id('Harbor Kiosk'),
    description: 'Check-in, at the front desk and at the gate.',
  })
  await asks(95 * minute, 'jonas', 'Harbor Logbook', 'Who came in and when, in one place.', [
    'openid',
    'documents:read',
  ])
  clock.advance(now - clock.now().getTime())
  return { person, id, arrive: async () => void (await asks(0, 'mei', 'Harbor Logbook', 'For the night watch.')) }
}
