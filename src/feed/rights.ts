import { setImmediate } from 'node:timers/promises'
import { basisOf, type Caller, type Credential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { Unauthenticated } from '../errors.ts'

/**
 * Reads who is behind the credentials, in one query for each kind, by what they stand on; what is not in
 * the answer has ended.
 */
export type LoadViewers = (core: Core, credentials: readonly Credential[]) => Promise<ReadonlyMap<string, Caller>>

/** A session or an access token that subscriptions stand on. */
interface Basis {
  credential: Credential
  holders: number
  viewer: Caller | undefined
  /** When the query for `viewer` was begun, on the monotonic clock. */
  asOf: number
}

/**
 * The rights of the people behind open subscriptions, always as of a given moment or later. One query
 * answers all callers of the same turn of the event loop.
 */
export class Rights {
  readonly #core: Core
  readonly #loadViewers: LoadViewers
  readonly #bases = new Map<string, Basis>()
  #next: { readonly wanted: Map<string, Credential>; readonly loaded: Promise<void> } | undefined

  constructor(core: Core, loadViewers: LoadViewers) {
    this.#core = core
    this.#loadViewers = loadViewers
  }

  /** To be called before anything is asked about the credential. @returns how to let go of it. */
  hold(credential: Credential): () => void {
    const key = basisOf(credential)
    const basis = this.#bases.get(key) ?? { credential, holders: 0, viewer: undefined, asOf: -Infinity }
    basis.holders += 1
    // Of two JWTs of one session the later decides whether the session is looked up; each one's own
    // end is told in `viewer`.
    if (credential.expiresAt > basis.credential.expiresAt) basis.credential = credential
    this.#bases.set(key, basis)
    return () => {
      basis.holders -= 1
      if (basis.holders === 0) this.#bases.delete(key)
    }
  }

  /**
   * The viewer as the database had them at `since` (monotonic milliseconds) or later.
   *
   * @throws {Unauthenticated} where the session or token has ended or the credential has expired.
   */
  async viewer(credential: Credential, since: number): Promise<Caller> {
    const basis = this.#bases.get(basisOf(credential))
    if (!basis) throw new Error('rights are asked for a credential that nobody holds')
    if (basis.asOf < since) await this.#load(basis.credential)
    return this.#current(credential, basis)
  }

  /**
   * The viewer as they were last read; undefined where they never were.
   *
   * @throws {Unauthenticated} as {@link viewer} does.
   */
  known(credential: Credential): Caller | undefined {
    const basis = this.#bases.get(basisOf(credential))
    return basis && basis.asOf > -Infinity ? this.#current(credential, basis) : undefined
  }

  /** Reads everybody anew, in one query for each kind of credential. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#bases.values()].map(({ credential }) => this.#load(credential)))
  }

  #current(credential: Credential, { viewer }: Basis): Caller {
    if (!viewer || credential.expiresAt <= this.#core.clock.now()) throw new Unauthenticated()
    return viewer
  }

  #load(credential: Credential): Promise<void> {
    this.#next ??= this.#nextBatch()
    this.#next.wanted.set(basisOf(credential), credential)
    return this.#next.loaded
  }

  #nextBatch() {
    const wanted = new Map<string, Credential>()
    const load = async () => {
      await setImmediate()
      this.#next = undefined
      const asOf = performance.now()
      const viewers = await this.#loadViewers(this.#core, [...wanted.values()])
      for (const key of wanted.keys()) {
        const basis = this.#bases.get(key)
        // Of two queries that overlap, the one begun later knows better.
        if (basis && asOf >= basis.asOf) Object.assign(basis, { asOf, viewer: viewers.get(key) })
      }
    }
    return { wanted, loaded: load() }
  }
}
