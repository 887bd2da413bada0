import { setTimeout as pause } from 'node:timers/promises'
import type { Viewer } from '../../src/access/viewer.ts'
import { createAppSecret } from '../../src/apps/secrets.ts'
import { createApp, deleteApp, setAppStatus, updateApp } from '../../src/apps/service.ts'
import { grantWithTokens, viewerOf } from '../../src/demo/stand-ins.ts'
import { revokeGrant } from '../../src/grants/service.ts'
import { approveInstallRequest } from '../../src/install-requests/decisions.ts'
import { requestInstall } from '../../src/install-requests/service.ts'
import { uninstallApp } from '../../src/installations/service.ts'
import { inviteMember } from '../../src/organizations/invitations.ts'
import { type Team, uuidOf } from '../support/team.ts'

/** What a step did that is looked for on the screen. */
export type Step = 'created' | 'requested'

/** Told when a step is committed, with the name of its app. */
type OnStep = (step: Step, app: string) => void

/** So many apps live at once, so that a page has the time to show one before it is gone. */
const LIVES = 120
const STAGES = 12
/** As many people do something at the same moment. */
const AT_ONCE = 8

/**
 * Events of mixed kinds by real changes of a team: apps that are created, asked for, approved, authorized,
 * edited, disabled and deleted, many of them in turn, each at a stage of its own.
 */
export class Storm {
  readonly #team: Team
  readonly #people: { readonly admin: Viewer; readonly member: Viewer }
  readonly #lives: AsyncGenerator<number>[] = []
  #born = 0
  #turn = 0
  #onStep: OnStep = () => {}

  private constructor(team: Team, people: { admin: Viewer; member: Viewer }) {
    this.#team = team
    this.#people = people
  }

  static async prepare(team: Team): Promise<Storm> {
    const { core } = team.server
    const [admin, member] = await Promise.all([viewerOf(core, team.admin.id), viewerOf(core, team.member.id)])
    const storm = new Storm(team, { admin, member })
    for (let index = 0; index < LIVES; index++) {
      const life = storm.#live()
      storm.#lives.push(life)
      for (let stage = 0; stage < index % STAGES; stage++) await life.next()
    }
    return storm
  }

  /**
   * Makes events for so many milliseconds, at a rate per second.
   *
   * @returns how many it made.
   */
  async blow(rate: number, duration: number, onStep: OnStep): Promise<number> {
    this.#onStep = onStep
    const start = performance.now()
    const underWay = new Set<Promise<void>>()
    let events = 0
    while (performance.now() - start < duration) {
      const ahead = start + ((events + underWay.size) * 1000) / rate - performance.now()
      if (ahead > 0) await pause(ahead)
      const step = this.#step().then((made) => {
        events += made
        underWay.delete(step)
      })
      underWay.add(step)
      if (underWay.size >= AT_ONCE) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    return events
  }

  async #step(): Promise<number> {
    const turn = this.#turn++ % LIVES
    const { value, done } = (await this.#lives[turn]?.next()) ?? {}
    if (!done) return value ?? 0
    const life = this.#live()
    this.#lives[turn] = life
    return (await life.next()).value ?? 0
  }

  /** The life of an app. Each step says how many events it made. */
  async *#live(): AsyncGenerator<number> {
    const { core } = this.#team.server
    const { admin, member } = this.#people
    const number = ++this.#born
    const name = `Probe ${number}`
    const organizationId = uuidOf(this.#team.id)
    const scopes = ['openid', 'documents:read']
    const redirectUris = ['https://app.example/callback']
    const fields = { organizationId, name, type: 'WEB', distribution: 'INTERNAL', scopes, redirectUris } as const
    const { value: appId } = await createApp(core, admin, { ...fields, scopes })
    this.#onStep('created', name)
    yield 1
    const place = { organizationId, appId }
    const { value: requestId } = await requestInstall(core, member, place)
    this.#onStep('requested', name)
    yield 1
    await approveInstallRequest(core, admin, requestId, {})
    yield 2
    const grantId = await grantWithTokens(core, member, place, ['openid'])
    yield 1
    await updateApp(core, admin, appId, { description: 'What it is for.' })
    yield 1
    await inviteMember(core, admin, { organizationId, email: `guest${number}@example.com`, role: 'MEMBER' })
    yield 1
    await setAppStatus(core, admin, appId, 'DISABLED')
    yield 1
    await setAppStatus(core, admin, appId, 'ENABLED')
    yield 1
    await createAppSecret(core, admin, appId)
    yield 1
    await revokeGrant(core, member, grantId)
    yield 1
    const where = { appId_organizationId: place }
    const { id } = await core.prisma.installation.findUniqueOrThrow({ where })
    await uninstallApp(core, admin, id)
    yield 1
    await deleteApp(core, admin, appId, name)
    yield 1
  }
}
