import type { ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import { Connection } from '../graphql/connection.ts'
import { cursorOf } from './results.ts'

/** How long, in milliseconds, a client that reads too slowly has to take the event that says so. */
const GRACE = 5000
/** From one comment to the next, in milliseconds: proxies cut lines on which nothing moves. */
const PING_INTERVAL = 12_000

/** An answer that is streamed. The closing code comes in its last event; this makes sure of the end. */
export class StreamedAnswer extends Connection {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    super()
    this.#response = response
    if (response.closed) this.onClosed()
    else response.once('close', () => this.onClosed())
  }

  close(): void {
    const response = this.#response
    const timer = setTimeout(() => response.destroy(), GRACE).unref()
    response.once('close', () => clearTimeout(timer))
  }
}

/**
 * The results of a subscription as server-sent events, in the form of graphql-sse's distinct
 * connections. The `id` of each is its cursor, from which a browser resumes by itself (WHATWG HTML
 * section 9.2).
 */
export function answerWithEvents(results: AsyncIterable<ExecutionResult>): Response {
  const iterator = results[Symbol.asyncIterator]()
  let ping: NodeJS.Timeout
  const events = new ReadableStream<Uint8Array>({
    start(controller) {
      // Some browsers hold back an answer until its first bytes.
      controller.enqueue(comment)
      ping = setInterval(() => {
        if (controller.desiredSize && controller.desiredSize > 0) controller.enqueue(comment)
      }, PING_INTERVAL)
    },
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (value) controller.enqueue(encoder.encode(eventOf(value)))
      if (!done) return
      clearInterval(ping)
      controller.enqueue(encoder.encode('event: complete\ndata:\n\n'))
      controller.close()
    },
    async cancel() {
      clearInterval(ping)
      await iterator.return?.()
    },
  })
  return new Response(events, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      // Proxies are to pass each event on at once, neither compressed nor gathered (nginx).
      'content-encoding': 'none',
      'x-accel-buffering': 'no',
    },
  })
}

const encoder = new TextEncoder()
const comment = encoder.encode(':\n\n')

function eventOf(result: ExecutionResult): string {
  const cursor = cursorOf(result)
  return `event: next\n${cursor === undefined ? '' : `id: ${cursor}\n`}data: ${JSON.stringify(result)}\n\n`
}
