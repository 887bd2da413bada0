import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Core } from '../core.ts'
import { addressOf } from '../http/address.ts'
import { readAuthorization } from '../http/authorization.ts'
import type { Environment } from '../http/environment.ts'
import { formOf } from '../http/form.ts'
import { networkOf } from '../viewer/attempts.ts'
import { issuerOf } from './service-grants.ts'

/** The client is whatever somebody calls it: the hash keeps it short. */
const keyOf = (address: string, client?: string): string =>
  client === undefined
    ? networkOf(address)
    : `${networkOf(address)} ${createHash('sha256').update(client).digest('base64url')}`

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
  async blockedFor(address: string, client?: string): Promise<number | undefined> {
    const used = await this.#limiter.get(keyOf(address, client))
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

  async count(address: string, client?: string): Promise<void> {
    await this.#limiter.consume(keyOf(address, client)).catch(() => undefined)
  }
}

export const userCodeRefusals = ({ config: { limits, durations } }: Core): Refusals =>
  new Refusals(limits.failedUserCodesPerAddress, durations.signInWindow)

/** Authorizations that are begun where nobody is known yet. */
export const begunAuthorizations = ({ config: { limits, durations } }: Core): Refusals =>
  new Refusals(limits.authorizationsPerAddress, durations.authorizationWindow)

/**
 * What is refused because a secret, code or token is wrong. Nothing else that a client meets can be a
 * guess: neither waiting, nor an app that is disabled, nor a mistake in a request.
 */
const guesses: readonly unknown[] = ['invalid_client', 'invalid_grant', 'invalid_token']

/**
 * Counts guesses at clients and tokens. An address can be that of a whole company, so it is counted by
 * the client that a request names as well: of several apps behind it, one that is broken stops itself.
 */
export class TokenRefusals {
  readonly #core: Core
  readonly #ofClients: Refusals
  readonly #ofAddresses: Refusals

  constructor(core: Core) {
    this.#core = core
    const { limits, durations } = core.config
    this.#ofClients = new Refusals(limits.refusedTokenRequestsPerAddress, durations.tokenRequestWindow)
    this.#ofAddresses = new Refusals(limits.failedClientsPerAddress, durations.tokenRequestWindow)
  }

  /** In how many seconds a request may come again; undefined where this one may go on. */
  async blockedFor(c: Context<Environment>, client: string): Promise<number | undefined> {
    const address = addressOf(c.env.incoming, this.#core.config)
    return (await this.#ofAddresses.blockedFor(address)) ?? this.#ofClients.blockedFor(address, client)
  }

  /** @param error what the request was refused with. */
  async count(c: Context<Environment>, client: string, error: unknown): Promise<void> {
    if (!guesses.includes(error)) return
    const address = addressOf(c.env.incoming, this.#core.config)
    // A Bearer names no client: each wrong one would be another.
    if (error !== 'invalid_token') await this.#ofClients.count(address, client)
    if (error !== 'invalid_grant') await this.#ofAddresses.count(address)
  }
}

/** Tells a client that it was refused too often. */
export function slowDown(c: Context<Environment>, seconds: number): Response {
  c.header('retry-after', String(seconds))
  c.header('cache-control', 'no-store')
  return c.json({ error: 'slow_down', error_description: tooOften(seconds) }, 429)
}

export const tooOften = (seconds: number): string =>
  `Too many requests from your address. Try again in ${seconds} seconds.`

/**
 * Which client a request to an endpoint of OAuth says that it is from: nothing that is proven. A token
 * that stands for its client is that client's name.
 */
export function namedClient(c: Context<Environment>): string {
  const { scheme, credentials } = readAuthorization(c.req.header('authorization'))
  if (scheme === 'basic') {
    const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':')
    return new URLSearchParams(`id=${id}`).get('id') ?? ''
  }
  if (scheme === 'bearer') return credentials
  const form = formOf(c)
  const assertion = form.get('client_assertion') ?? form.get('assertion') ?? ''
  const named: unknown = form.get('client_id') || issuerOf(assertion)
  return typeof named === 'string' ? named : ''
}
