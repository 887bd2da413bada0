import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

const HEADER = 'x-recorded-as'
const STARTED = 'http.server.request.start'

/**
 * Notes which statements one HTTP request sends to the database. Sweeps and polls belong to no request, so
 * they are never among them, whenever they run.
 */
export class StatementRecorder implements Disposable {
  readonly #current = new AsyncLocalStorage<string[] | undefined>()
  readonly #lists = new Map<string, string[]>()
  #recorded = 0

  constructor() {
    subscribe(STARTED, this.#enter)
  }

  /** For `startTestServer`. */
  readonly onQuery = (sql: string): void => {
    this.#current.getStore()?.push(sql)
  }

  /** @param send makes one request, with these headers among its own. */
  async during<T>(send: (headers: Record<string, string>) => Promise<T>): Promise<{ value: T; sent: string[] }> {
    const name = String(++this.#recorded)
    const list: string[] = []
    this.#lists.set(name, list)
    const value = await send({ [HEADER]: name })
    this.#lists.delete(name)
    return { value, sent: [...list] }
  }

  [Symbol.dispose](): void {
    unsubscribe(STARTED, this.#enter)
  }

  /** The channel tells of a request right before its handler runs, which inherits the store. */
  readonly #enter = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage }
    this.#current.enterWith(this.#lists.get(String(request.headers[HEADER])))
  }
}
