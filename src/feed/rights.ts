import { setImmediate } from 'node:timers/promises'
import type { Core } from '../core.ts'
import { Unauthenticated } from '../errors.ts'
import type { Credential, Viewer } from '../viewer/viewer.ts'

/** Reads who is behind the sessions, in one query; a session that is not in the answer has ended. */
export type LoadViewers = (core: Core, credentials: readonly Credential[]) => Promise<ReadonlyMap<string, Viewer>>

interface Session {
  credential: Credential
  holders: number
  viewer: Viewer | undefined
  /** When the query for `viewer` was begun, on the monotonic clock. */
  asOf: number
}

/**
 * What the people behind open subscriptions may do, always as of a given moment or later. Everybody
 * who asks within the same turn of the event loop is answered by the same query.
 */
export class Rights {
  readonly #core: Core
  readonly #loadViewers: LoadViewers
  readonly #sessions = new Map<string, Session>()
  #next: { readonly wanted: Map<string, Credential>; readonly loaded: Promise<void> } | undefined

  constructor(core: Core, loadViewers: LoadViewers) {
    this.#core = core
    this.#loadViewers = loadViewers
  }

  /** To be called before anything is asked about the credential. @returns how to let go of it. */
  hold(credential: Credential): () => void {
    const { sessionId } = credential
    const session = this.#sessions.get(sessionId) ?? { credential, holders: 0, viewer: undefined, asOf: -Infinity }
    session.holders += 1
    // Of two JWTs of one session the later decides whether the session is looked up; each one's own
    // end is told in `viewer`.
    if (credential.expiresAt > session.credential.expiresAt) session.credential = credential
    this.#sessions.set(sessionId, session)
    return () => {
      session.holders -= 1
      if (session.holders === 0) this.#sessions.delete(sessionId)
    }
  }

  /**
   * The viewer as the database had them at `since` (monotonic milliseconds) or later.
   *
   * @throws {Unauthenticated} where the session has ended or the credential has expired.
   */
  async viewer(credential: Credential, since: number): Promise<Viewer> {
    const session = this.#sessions.get(credential.sessionId)
    if (!session) throw new Error('rights are asked for a credential that nobody holds')
    if (session.asOf < since) await this.#load(session.credential)
    return this.#current(credential, session)
  }

  /**
   * The viewer as they were last read; undefined where they never were.
   *
   * @throws {Unauthenticated} as {@link viewer} does.
   */
  known(credential: Credential): Viewer | undefined {
    const session = this.#sessions.get(credential.sessionId)
    return session && session.asOf > -Infinity ? this.#current(credential, session) : undefined
  }

  /** Reads everybody anew, in one query. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.#load(session.credential)))
  }

  #current(credential: Credential, session: Session): Viewer {
    if (!session.viewer || credential.expiresAt <= this.#core.clock.now()) throw new Unauthenticated()
    return session.viewer
  }

  #load(credential: Credential): Promise<void> {
    this.#next ??= this.#nextBatch()
    this.#next.wanted.set(credential.sessionId, credential)
    return this.#next.loaded
  }

  #nextBatch() {
    const wanted = new Map<string, Credential>()
    const load = async () => {
      await setImmediate()
      this.#next = undefined
      const asOf = performance.now()
      const viewers = await this.#loadViewers(this.#core, [...wanted.values()])
      for (const sessionId of wanted.keys()) {
        const session = this.#sessions.get(sessionId)
        // Of two queries that overlap, the one begun later knows better.
        if (session && asOf >= session.asOf) Object.assign(session, { asOf, viewer: viewers.get(sessionId) })
      }
    }
    return { wanted, loaded: load() }
  }
}
