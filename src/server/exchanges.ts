import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Config } from '../config/config.ts'

/** How often the open answers are looked at, in milliseconds. */
const LOOK = 1000

/** An answer that waits for its client: since when, in monotonic milliseconds, and how far the socket had come then. */
interface Waiting {
  readonly since: number
  readonly written: number
}

interface Exchange {
  readonly socket: Socket
  readonly response: ServerResponse
  waiting?: Waiting
}

type Bounds = Pick<Config, 'durations' | 'limits'>

/**
 * The exchanges of a server that are under way. A client that does not take its answer is cut off after
 * `durations.answer`, and earlier where all such answers together are more than `limits.untakenBytes`.
 */
export class Exchanges implements Disposable {
  readonly #bounds: Bounds
  readonly #open = new Set<Exchange>()
  readonly #perSocket = new WeakMap<Socket, number>()
  readonly #timer: NodeJS.Timeout

  constructor(bounds: Bounds) {
    this.#bounds = bounds
    this.#timer = setInterval(() => this.#look(), Math.min(LOOK, bounds.durations.answer / 4)).unref()
  }

  /** @returns false where the connection has too many requests under way, and this one is to be refused. */
  begin({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const exchange = { socket, response }
    this.#open.add(exchange)
    const count = (this.#perSocket.get(socket) ?? 0) + 1
    this.#perSocket.set(socket, count)
    response.once('close', () => {
      this.#open.delete(exchange)
      this.#perSocket.set(socket, (this.#perSocket.get(socket) ?? 1) - 1)
    })
    return count <= this.#bounds.limits.pipelinedRequests
  }

  /** Says in each answer that has not begun that its connection closes after it. */
  closeAfterAnswers(): void {
    for (const { response } of this.#open) if (!response.headersSent) response.setHeader('connection', 'close')
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    const waited: Exchange[] = []
    for (const exchange of this.#open) {
      if (!isUntaken(exchange)) {
        delete exchange.waiting
        continue
      }
      const written = exchange.socket.bytesWritten
      if (exchange.waiting?.written !== written) exchange.waiting = { since: now, written }
      else if (now - exchange.waiting.since >= this.#bounds.durations.answer) exchange.socket.destroy()
      else waited.push(exchange)
    }
    this.#makeRoom(waited)
  }

  #makeRoom(waited: readonly Exchange[]): void {
    let total = waited.reduce((sum, exchange) => sum + untaken(exchange), 0)
    if (total <= this.#bounds.limits.untakenBytes) return
    for (const exchange of [...waited].sort((a, b) => untaken(b) - untaken(a))) {
      total -= untaken(exchange)
      exchange.socket.destroy()
      if (total <= this.#bounds.limits.untakenBytes) return
    }
  }
}

/** Whether all of the answer, or the last piece of a stream, is still to be taken. */
const isUntaken = ({ response }: Exchange): boolean =>
  response.writableEnded ? !response.writableFinished : response.writableNeedDrain

const untaken = ({ socket, response }: Exchange): number => Math.max(socket.writableLength, response.writableLength)
