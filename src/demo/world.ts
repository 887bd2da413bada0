import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { actorOf } from '../access/actions.ts'
import type { Viewer } from '../access/viewer.ts'
import { addAppKey } from '../apps/keys.ts'
import { createAppSecret } from '../apps/secrets.ts'
import { createApp, type NewApp, setAppStatus } from '../apps/service.ts'
import type { Clock, Core } from '../core.ts'
import type { Role } from '../database/generated/client/enums.ts'
import { publicId } from '../ids.ts'
import { approveInstallRequest, denyInstallRequest, installApp } from '../install-requests/decisions.ts'
import { requestInstall } from '../install-requests/service.ts'
import { authorizeApp, uninstallApp } from '../installations/service.ts'
import { addMember } from '../organizations/members.ts'
import { createOrganization } from '../organizations/service.ts'
import { createUser } from '../organizations/users.ts'
import { hashPassword } from '../sign-in/passwords.ts'
import { grantWithTokens, viewerOf } from './stand-ins.ts'

/** A person of the demo world and how to sign in as them. */
export interface DemoPerson {
  readonly name: string
  readonly email: string
  readonly password: string
  /** Who they are, in a few words. */
  readonly about: string
}

export interface DemoWorld {
  readonly people: readonly DemoPerson[]
  /** How the app that runs beside the server authenticates. */
  readonly relyingParty: { readonly clientId: string; readonly clientSecret: string }
}

interface Person {
  readonly id: string
  /** With the rights of that moment. */
  viewer(): Promise<Viewer>
}

const hour = 3_600_000
const day = 24 * hour

/**
 * Fills an empty database with a small world to try everything on: a team, an enterprise, people of
 * each role, a dozen apps of all four types, pending requests, grants with tokens, and three weeks of
 * history. Everything is done by the services, as the people would.
 *
 * @param relyingParty the one of the apps that is really there, to be connected.
 */
export async function buildDemoWorld(
  real: Core,
  relyingParty: Pick<NewApp, 'name' | 'redirectUris' | 'scopes'>,
): Promise<DemoWorld> {
  const now = real.clock.now().getTime()
  const clock = new DemoClock(now - 21 * day)
  const core: Core = { ...real, clock }
  const people: DemoPerson[] = []

  async function person(name: string, about: string): Promise<Person> {
    const email = `${name.split(' ')[0]?.toLowerCase()}@example.com`
    const password = randomBytes(9).toString('base64url')
    people.push({ name, email, password, about })
    const { id } = await createUser(core, { name, email, passwordHash: await hashPassword(core.config, password) })
    return { id, viewer: () => viewerOf(core, id) }
  }

  const sofia = await person('Sofia Reyes', 'super admin of Harbor Team')
  const adam = await person('Adam Okafor', 'admin of Harbor Team')
  const mei = await person('Mei Chen', 'member of Harbor Team')
  const priya = await person('Priya Nair', 'super admin of Meridian Group')
  const jonas = await person('Jonas Weber', 'admin of Meridian Group, member of Harbor Team')
  const lin = await person('Lin Wu', 'member of Meridian Group, with apps of her own')

  const team = (await createOrganization(core, await sofia.viewer(), { name: 'Harbor Team', edition: 'TEAM' })).value
  const enterprise = (
    await createOrganization(core, await priya.viewer(), { name: 'Meridian Group', edition: 'ENTERPRISE' })
  ).value
  const join = async (boss: Person, organizationId: string, { id }: Person, role: Role) =>
    addMember(core, actorOf(await boss.viewer()), { organizationId, userId: id, role })
  await join(sofia, team, adam, 'ADMIN')
  await join(sofia, team, mei, 'MEMBER')
  await join(priya, enterprise, jonas, 'ADMIN')
  await join(priya, enterprise, lin, 'MEMBER')
  await join(sofia, team, jonas, 'MEMBER')

  const publish = async (publisher: Person, app: NewApp): Promise<string> => {
    clock.advance(5 * hour)
    return (await createApp(core, await publisher.viewer(), app)).value
  }
  const external = { organizationId: enterprise, distribution: 'EXTERNAL' } as const
  const notes = await publish(priya, {
    ...external,
    name: 'Fieldnotes',
    description: 'Shared notebooks that read your documents and keep them in step.',
    type: 'WEB',
    redirectUris: ['https://fieldnotes.example/callback'],
    scopes: ['openid', 'profile', 'documents:read', 'documents:write'],
  })
  const planner = await publish(jonas, {
    ...external,
    name: 'Tideline Planner',
    description: 'A calendar for your phone.',
    type: 'PUBLIC',
    redirectUris: ['com.example.tideline:/callback', 'http://127.0.0.1/callback'],
    scopes: ['openid', 'calendar:read', 'calendar:write'],
  })
  const board = await publish(jonas, {
    ...external,
    name: 'Lobby Board',
    description: 'Shows the day on the screen beside the door.',
    type: 'DEVICE',
    scopes: ['calendar:read'],
  })
  const backup = await publish(priya, {
    ...external,
    name: 'Nightly Backup',
    description: 'Copies all documents to cold storage every night.',
    type: 'SERVICE',
    scopes: ['documents:read', 'contacts:read'],
  })
  const mailer = await publish(priya, {
    ...external,
    name: 'Courier',
    description: 'Sends newsletters to the address book.',
    type: 'WEB',
    redirectUris: ['https://courier.example/oauth/callback'],
    scopes: ['openid', 'email', 'contacts:read', 'messages:send'],
  })
  const survey = await publish(jonas, {
    ...external,
    name: 'Pulse Survey',
    description: 'Asks three questions a week.',
    type: 'WEB',
    redirectUris: ['https://pulse.example/signed-in'],
    scopes: ['openid', 'profile'],
  })
  const logbook = await publish(priya, {
    ...external,
    ...relyingParty,
    description: 'Keeps the log of who came in and who went out.',
    type: 'WEB',
  })
  await publish(priya, {
    organizationId: enterprise,
    name: 'Meridian Intranet',
    description: 'The front page of the house.',
    type: 'WEB',
    distribution: 'INTERNAL',
    redirectUris: ['https://intranet.meridian.example/callback'],
    scopes: ['openid', 'profile', 'email'],
  })
  const legacy = await publish(jonas, {
    ...external,
    name: 'Paperweight',
    description: 'The scanner that everybody used before.',
    type: 'DEVICE',
    scopes: ['documents:write'],
  })
  const deploy = await publish(adam, {
    organizationId: team,
    name: 'Deploy Bot',
    description: 'Ships what was merged.',
    type: 'SERVICE',
    distribution: 'INTERNAL',
    scopes: ['documents:read', 'gatehouse:read'],
  })
  const kiosk = await publish(adam, {
    organizationId: team,
    name: 'Harbor Kiosk',
    description: 'Check-in at the front desk.',
    type: 'DEVICE',
    distribution: 'INTERNAL',
    scopes: ['openid', 'calendar:read'],
  })
  const personal = (await lin.viewer()).personalOrganizationId
  await publish(lin, {
    organizationId: personal,
    name: 'Recipe Box',
    description: 'A weekend project.',
    type: 'PUBLIC',
    distribution: 'EXTERNAL',
    redirectUris: ['https://recipes.example/'],
    scopes: ['openid', 'documents:read'],
  })
  const garden = await publish(lin, {
    organizationId: personal,
    name: 'Garden Sensor',
    description: 'Writes how dry the tomatoes are.',
    type: 'SERVICE',
    distribution: 'INTERNAL',
    scopes: ['documents:write'],
  })

  clock.advance(2 * day)
  for (const app of [notes, mailer, survey]) await createAppSecret(core, await priya.viewer(), app)
  await createAppSecret(core, await priya.viewer(), notes)
  const clientSecret = (await createAppSecret(core, await priya.viewer(), logbook)).value.secret
  for (const [owner, app] of [
    [priya, backup],
    [adam, deploy],
    [lin, garden],
  ] as const) {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    await addAppKey(core, await owner.viewer(), app, JSON.stringify(await exportJWK(publicKey)))
  }

  // What the team decided.
  const ask = async (who: Person, appId: string, reason: string) => {
    clock.advance(7 * hour)
    return (await requestInstall(core, await who.viewer(), { organizationId: team, appId, reason })).value
  }
  const asked = await ask(mei, notes, 'We keep meeting notes there.')
  await approveInstallRequest(core, await adam.viewer(), asked, {})
  await installApp(core, await sofia.viewer(), { organizationId: team, appId: kiosk })
  await installApp(core, await sofia.viewer(), { organizationId: team, appId: board })
  await authorizeApp(core, await sofia.viewer(), { organizationId: team, appId: deploy })
  await authorizeApp(core, await adam.viewer(), { organizationId: team, appId: backup, scopes: ['documents:read'] })
  await authorizeApp(core, await lin.viewer(), { organizationId: personal, appId: garden })
  const scanner = (await installApp(core, await adam.viewer(), { organizationId: team, appId: legacy })).value
  await installApp(core, await priya.viewer(), { organizationId: enterprise, appId: notes })
  clock.advance(3 * day)
  await denyInstallRequest(core, await sofia.viewer(), await ask(jonas, mailer, 'For the spring newsletter.'), {
    reason: 'Not with our address book.',
  })
  await uninstallApp(core, await sofia.viewer(), scanner)
  await setAppStatus(core, await jonas.viewer(), legacy, 'DISABLED')

  const grant = async (who: Person, appId: string, organizationId: string, scopes: string[]) =>
    grantWithTokens(core, await who.viewer(), { appId, organizationId }, scopes)
  await grant(mei, notes, team, ['openid', 'profile', 'documents:read', 'documents:write'])
  await grant(adam, notes, team, ['openid', 'documents:read'])
  await grant(mei, board, team, ['calendar:read'])
  await grant(priya, notes, enterprise, ['openid', 'profile', 'documents:read'])
  await grant(lin, planner, personal, ['openid', 'calendar:read'])

  // What waits for an admin when the newcomer signs in.
  clock.set(now - 2 * day)
  await ask(mei, planner, 'So that I see my shifts on the way to work.')
  await ask(jonas, planner, 'The whole ground crew uses it.')
  await ask(mei, survey, 'For the retrospective.')
  return { people, relyingParty: { clientId: publicId('App', logbook), clientSecret } }
}

/** Time as the story goes. */
class DemoClock implements Clock {
  #now: number

  constructor(now: number) {
    this.#now = now
  }

  now(): Date {
    return new Date(this.#now)
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }

  set(now: number): void {
    this.#now = now
  }
}
