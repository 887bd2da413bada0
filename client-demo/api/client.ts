import { type Client, type CombinedError, createClient, fetchExchange } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { cacheExchange } from '@urql/exchange-graphcache'
import { retryExchange } from '@urql/exchange-retry'
import { possibleTypes } from './possible-types.ts'
import type { Refetcher } from './refetch.ts'
import { whoseExchange } from './whose.ts'

export interface ClientOptions {
  readonly url: string
  readonly refetcher: Refetcher
  /** The session is over; what is under way is not answered any more. */
  readonly onSignedOut: () => void
  /** The session is another user's by now: nothing of what was read here is theirs. */
  readonly onSomebodyElse: () => void
  /** Instead of the environment's own. */
  readonly fetch?: typeof fetch
}

/** In milliseconds. What is not answered by then is read again as soon as the server is back. */
const FIRST_RETRY = 300
const LAST_RETRY = 3_000
const ATTEMPTS = 4
/** A request that was under way when the computer fell asleep is never answered. */
const ANSWER_WITHIN = 20_000

export const hasCode = ({ graphQLErrors }: CombinedError, code: string): boolean =>
  graphQLErrors.some(({ extensions }) => extensions?.code === code)

/**
 * The client for queries and mutations: the session cookie goes along by itself, as everywhere on the
 * same origin. Subscriptions have a line of their own (live/).
 */
export const makeClient = ({ url, refetcher, onSignedOut, onSomebodyElse, fetch }: ClientOptions): Client =>
  createClient({
    url,
    fetch: inTime(fetch ?? globalThis.fetch),
    // A URL ends up in logs, and what is asked can be a secret.
    preferGetMethod: false,
    // Show what is known at once, and read it anew: nobody followed what was not on the screen.
    requestPolicy: 'cache-and-network',
    exchanges: [
      refetcher.exchange,
      cacheExchange({
        // Ids are unique over all types (docs/api.md). What has none is part of what it stands in.
        possibleTypes,
        keys: { Scope: ({ name }) => String(name), ExternalIdentity: ({ issuer, subject }) => `${issuer} ${subject}` },
        logger: (severity, message) => {
          if (severity === 'error' || (severity === 'warn' && !isIntended.test(message))) console[severity](message)
        },
      }),
      whoseExchange(onSomebodyElse),
      authExchange(async () => ({
        addAuthToOperation: (operation) => operation,
        didAuthError: (error) => hasCode(error, 'UNAUTHENTICATED'),
        refreshAuth: () => {
          onSignedOut()
          return new Promise(() => {})
        },
      })),
      retryExchange({
        initialDelayMs: FIRST_RETRY,
        maxDelayMs: LAST_RETRY,
        maxNumberAttempts: ATTEMPTS,
        // A mutation may have taken effect although its answer was lost.
        retryIf: ({ networkError }, { kind, context }) => Boolean(networkError) && kind === 'query' && !context.isOnce,
      }),
      fetchExchange,
    ],
  })

const inTime =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  (resource, { signal, ...init } = {}) => {
    const late = AbortSignal.timeout(ANSWER_WITHIN)
    return fetch(resource, { ...init, signal: signal ? AbortSignal.any([signal, late]) : late })
  }

/** Warnings about what is meant so: objects without an id, and fields that one type of a union has and another has not. */
const isIntended = /^Invalid (key|undefined)/
