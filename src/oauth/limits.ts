import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
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

  /**
   * Counts an attempt before it is made, so that those made at once cannot slip past together.
   *
   * @returns in how many seconds the address may try again; undefined where this attempt is free.
   */
  async attempt(address: string): Promise<number | undefined> {
    try {
      await this.#limiter.consume(networkOf(address))
      return undefined
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.ceil(refusal.msBeforeNext / 1000)
      throw refusal
    }
  }

  /** Takes back an attempt that was good. */
  async takeBack(address: string): Promise<void> {
    await this.#limiter.reward(networkOf(address))
  }

  async count(address: string): Promise<void> {
    await this.#limiter.consume(networkOf(address)).catch(() => undefined)
  }
}

export const tokenRefusals = ({ config: { limits, durations } }: Core): Refusals =>
  new Refusals(limits.refusedTokenRequestsPerAddress, durations.tokenRequestWindow)

export const userCodeRefusals = ({ config: { limits, durations } }: Core): Refusals =>
  new Refusals(limits.failedUserCodesPerAddress, durations.signInWindow)
