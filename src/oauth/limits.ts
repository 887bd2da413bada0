import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Core } from '../core.ts'
import { networkOf } from '../viewer/attempts.ts'

/**
 * Counts what was refused at the endpoints that anybody can try things at, by address. It is kept in
 * memory: each node counts for itself, and nothing that is good is ever counted.
 */
export class Refusals {
  readonly #limiter: RateLimiterMemory
  readonly #points: number

  /** @param window in milliseconds. */
  constructor(points: number, window: number) {
    this.#points = points
    this.#limiter = new RateLimiterMemory({ points, duration: window / 1000 })
  }

  /** In how many seconds the address may try again; undefined where it may now. */
  async blockedFor(address: string): Promise<number | undefined> {
    const used = await this.#limiter.get(networkOf(address))
    return used && used.consumedPoints >= this.#points ? Math.ceil(used.msBeforeNext / 1000) : undefined
  }

  async count(address: string): Promise<void> {
    await this.#limiter.consume(networkOf(address)).catch(() => undefined)
  }
}

export const tokenRefusals = ({ config: { limits, durations } }: Core): Refusals =>
  new Refusals(limits.refusedTokenRequestsPerAddress, durations.tokenRequestWindow)

export const userCodeRefusals = ({ config: { limits, durations } }: Core): Refusals =>
  new Refusals(limits.failedUserCodesPerAddress, durations.signInWindow)
