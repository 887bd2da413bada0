import { stringifyDocument } from '@urql/core'
import { createClient } from 'graphql-ws'
import type { Delivery, OrganizationEvents, ViewerEvents } from './event.ts'
import type { Open } from './follow.ts'

/** How often the connection is tried, in milliseconds, and how long the answer may take. */
const PING_EVERY = 10_000
const PONG_WITHIN = 5_000
/** Silence after which a connection is not believed in any more when somebody comes back to it. */
const SUSPICIOUS = 20_000

export interface LineOptions {
  /** `ws:` or `wss:`; a function is asked at each connection. In a browser the session cookie goes along. */
  readonly url: string | (() => string)
  /** Used where the environment has none. */
  readonly webSocketImpl?: unknown
  /** The payload of `connection_init`; none where a cookie signs the user in. */
  readonly connectionParams?: Record<string, unknown>
  /** In milliseconds. By the wall: other clocks may stand still while the computer sleeps. */
  readonly now?: () => number
}

/** One WebSocket, for all subscriptions. It is there while somebody subscribes. */
export interface Line {
  /** Subscribes with `variables`, and with the cursor as `after`. */
  on(document: typeof OrganizationEvents | typeof ViewerEvents, variables?: Record<string, unknown>): Open
  /** Gives up a connection that has been silent for too long, rather than to wait for its ping. */
  distrust(): void
  close(): void
}

/**
 * graphql-ws does the protocol and nothing else here: it does not try again. It would give up after a
 * few attempts and on some close codes, and it would come back with the cursor that it left with.
 */
export function makeLine({ url, webSocketImpl, connectionParams, now = Date.now }: LineOptions): Line {
  let connected = false
  let lastHeard = now()
  let overdue: ReturnType<typeof setTimeout> | undefined
  const waiting = new Set<() => void>()
  const client = createClient({
    url,
    webSocketImpl,
    connectionParams,
    retryAttempts: 0,
    keepAlive: PING_EVERY,
    connectionAckWaitTimeout: PING_EVERY,
    on: {
      connected: () => {
        connected = true
        lastHeard = now()
        for (const tell of [...waiting]) tell()
      },
      message: () => {
        lastHeard = now()
      },
      // A line that was cut without a word, as by a laptop's sleep, is not closed for minutes.
      ping: (received) => {
        if (!received) overdue = setTimeout(() => client.terminate(), PONG_WITHIN)
      },
      pong: () => clearTimeout(overdue),
      closed: () => {
        connected = false
        clearTimeout(overdue)
      },
    },
  })
  return {
    on: (document, variables) => (after, sink) => {
      const opened = () => {
        waiting.delete(opened)
        sink.opened()
      }
      const forget = () => void waiting.delete(opened)
      if (connected) queueMicrotask(opened)
      else waiting.add(opened)
      const stop = client.subscribe<{ delivery: Delivery }>(
        { query: stringifyDocument(document), variables: { ...variables, after } },
        {
          next: ({ data, errors }) => {
            if (errors) sink.ended(errors)
            else if (data) sink.next(data.delivery)
          },
          error: (reason) => {
            forget()
            sink.ended(reason)
          },
          complete: () => {
            forget()
            sink.ended(null)
          },
        },
      )
      return () => {
        forget()
        stop()
      }
    },
    distrust() {
      if (now() - lastHeard > SUSPICIOUS) client.terminate()
    },
    close: () => void client.dispose(),
  }
}
