import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { networkOf } from '../../access/attempts.ts'
import { attempt, type CountedAt, Counter, MemoryStore } from '../../access/counters.ts'
import type { Core } from '../../core.ts'
import { addressOf } from '../../http/address.ts'
import { type Answer, jsonAnswer } from '../../http/answer.ts'
import { readAuthorization } from '../../http/authorization.ts'
import { issuerOf } from './service-grants.ts'

/**
 * Makes an attempt of a user code, by which it may be guessed: unknown ones are limited by address.
 *
 * @param work is told how to say that the code is unknown.
 * @throws {TooManyAttempts}
 */
export type UserCodeAttempt = <T>(address: string, work: (wrong: () => void) => Promise<T>) => Promise<T>

export function userCodeAttempts(core: Core): UserCodeAttempt {
  const { limits, durations } = core.config
  const counter = new Counter(core, new MemoryStore(), limits.failedUserCodesPerAddress, durations.signInWindow)
  return (address, work) => attempt([{ counter, key: networkOf(address) }], (wrong) => work(() => wrong()))
}

/**
 * Counts guesses at clients and tokens, on this node. An address can be that of a whole company, so it is
 * counted by the client that a request names as well: of several apps behind it, one that is broken stops
 * itself.
 */
export class TokenRefusals {
  readonly #core: Core
  readonly #ofClients: Counter
  readonly #ofAddresses: Counter

  constructor(core: Core) {
    this.#core = core
    const { limits, durations } = core.config
    const make = (limit: number) => new Counter(core, new MemoryStore(), limit, durations.tokenRequestWindow)
    this.#ofClients = make(limits.refusedTokenRequestsPerAddress)
    this.#ofAddresses = make(limits.failedClientsPerAddress)
  }

  /**
   * Answers a request that may be a guess. It counts only where a secret, code or token is wrong: nothing
   * else that a client meets can be a guess, neither waiting, nor an app that is disabled, nor a mistake.
   *
   * @param client which client the request says that it is from.
   * @param work is told how to say what the request was refused with.
   * @throws {TooManyAttempts} before `work` begins.
   */
  attempt<T>(
    incoming: IncomingMessage,
    client: string,
    work: (refusedWith: (error: unknown) => void) => Promise<T>,
  ): Promise<T> {
    const network = networkOf(addressOf(incoming, this.#core.config))
    // The client is whatever somebody calls it: the hash keeps it short.
    const named = hash('sha256', client, 'base64url')
    const ofAddress = { counter: this.#ofAddresses, key: network }
    const ofClient = { counter: this.#ofClients, key: `${network} ${named}` }
    const wrongAt: Readonly<Record<string, readonly CountedAt[]>> = {
      invalid_client: [ofAddress, ofClient],
      invalid_grant: [ofClient],
      // A Bearer names no client: each wrong one would be another.
      invalid_token: [ofAddress],
    }
    return attempt([ofAddress, ofClient], (wrong) => work((error) => wrong(wrongAt[String(error)] ?? [])))
  }
}

/** Tells a client that it was refused too often. */
export const slowDown = (seconds: number): Answer =>
  jsonAnswer(
    429,
    { error: 'slow_down', error_description: tooOften(seconds) },
    { 'retry-after': String(seconds), 'cache-control': 'no-store' },
  )

export const tooOften = (seconds: number): string =>
  `Too many requests from your address. Try again in ${seconds} seconds.`

/**
 * Which client a request to an endpoint of OAuth says that it is from: nothing that is proven. A token
 * that stands for its client is that client's name.
 */
export function namedClient(authorization: string | undefined, form: URLSearchParams): string {
  const { scheme, credentials } = readAuthorization(authorization)
  if (scheme === 'basic') {
    const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':')
    return new URLSearchParams(`id=${id}`).get('id') ?? ''
  }
  if (scheme === 'bearer') return credentials
  const assertion = form.get('client_assertion') ?? form.get('assertion') ?? ''
  const named: unknown = form.get('client_id') || issuerOf(assertion)
  return typeof named === 'string' ? named : ''
}
