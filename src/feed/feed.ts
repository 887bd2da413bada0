import type { Credential } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import type { Connection } from '../graphql/connection.ts'
import { serverStopping } from './close-codes.ts'
import type { Following } from './following.ts'
import { type LoadViewers, Rights } from './rights.ts'
import { Subscription } from './subscription.ts'
import { Tail } from './tail.ts'

/** News that no bell was rung for are found after so long at most, in milliseconds. */
const LATEST = 1_000

/**
 * The live feed of this server node: all open subscriptions, and the check that is made of them
 * every `durations.rightsCheck`, in two queries however many there are. Disposing ends them all.
 */
export class Feed implements Disposable {
  readonly #core: Core
  readonly #tail: Tail
  readonly #rights: Rights
  readonly #open = new Set<Subscription>()
  #timer: NodeJS.Timeout | undefined
  #checking = false
  #polling = false
  #polledAt = 0
  #stopped = false
  /** How many deliveries were handed out since the start. */
  delivered = 0

  constructor(core: Core, loadViewers: LoadViewers) {
    this.#core = core
    this.#tail = new Tail(core)
    this.#rights = new Rights(core, loadViewers)
  }

  get openSubscriptions(): number {
    return this.#open.size
  }

  get watchedStreams(): number {
    return this.#tail.size
  }

  /** @throws {GraphQLError} SERVER_STOPPING once the feed is disposed. */
  follow(following: Following, credential: Credential, connection: Connection): Subscription {
    if (this.#stopped) throw serverStopping()
    const subscription = new Subscription({
      core: this.#core,
      tail: this.#tail,
      rights: this.#rights,
      following,
      credential,
      connection,
      onEnd: (ended) => this.#forget(ended),
    })
    this.#open.add(subscription)
    connection.own(subscription)
    if (this.#open.size > 0) this.#timer ??= setInterval(() => this.#check(), this.#core.config.durations.rightsCheck)
    return subscription
  }

  [Symbol.dispose](): void {
    this.#stopped = true
    for (const subscription of this.#open) subscription.end(serverStopping())
    this.#tail[Symbol.dispose]()
  }

  #forget(subscription: Subscription): void {
    this.#open.delete(subscription)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #check(): Promise<void> {
    for (const subscription of this.#open) subscription.checkReader()
    void this.#poll()
    // A database that is slow to answer is not asked again meanwhile.
    if (this.#checking) return
    this.#checking = true
    try {
      await this.#rights.refresh()
      for (const subscription of this.#open) subscription.checkRights()
    } catch (error) {
      this.#core.log.warn({ err: error }, 'the rights behind open subscriptions could not be checked')
    } finally {
      this.#checking = false
    }
  }

  /** Apart from the rights, which have a part of the database to themselves and need not wait for this. */
  async #poll(): Promise<void> {
    const { doorbell, config } = this.#core
    const now = performance.now()
    const canWait = doorbell.hears && now + config.durations.rightsCheck - this.#polledAt < LATEST
    if (this.#polling || canWait) return
    this.#polling = true
    this.#polledAt = now
    try {
      await this.#tail.poll()
    } catch (error) {
      this.#core.log.warn({ err: error }, 'news of other nodes could not be looked for')
    } finally {
      this.#polling = false
    }
  }
}
