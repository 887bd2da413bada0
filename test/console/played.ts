import { setImmediate } from 'node:timers/promises'
import { createClient, fetchExchange } from '@urql/core'
import { makeRefetcher } from '../../client-demo/api/refetch.ts'
import type { Timer } from '../../client-demo/api/timer.ts'

/** A clock that stands still until a test moves it on. */
export class PlayedTimer implements Timer {
  #now = 0
  readonly #calls = new Set<{ readonly at: number; readonly call: () => void }>()

  readonly now = (): number => this.#now

  readonly after = (milliseconds: number, call: () => void): (() => void) => {
    const one = { at: this.#now + milliseconds, call }
    this.#calls.add(one)
    return () => void this.#calls.delete(one)
  }

  async advance(milliseconds: number): Promise<void> {
    this.#now += milliseconds
    for (const one of [...this.#calls].sort((a, b) => a.at - b.at)) {
      if (one.at > this.#now || !this.#calls.delete(one)) continue
      one.call()
    }
    await settled()
  }
}

/** Until everything that follows from an answer has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate()
}

/** A client of a server that is played by the test: requests wait until they are answered. */
export function playedClient() {
  const timer = new PlayedTimer()
  const refetcher = makeRefetcher(timer)
  const waiting: {
    variables: Record<string, string | null>
    answer: (data: unknown) => Promise<void>
    refuse: (code: string) => Promise<void>
  }[] = []
  const client = createClient({
    url: 'http://gatehouse.invalid/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    exchanges: [refetcher.exchange, fetchExchange],
    fetch: (_url, init) => {
      const { variables } = JSON.parse(String(init?.body))
      return new Promise((resolve, reject) => {
        // The caller may have gone.
        const signal = init?.signal
        signal?.addEventListener('abort', () => reject(signal.reason))
        waiting.push({
          variables,
          answer: async (data) => {
            resolve(Response.json({ data }))
            await settled()
          },
          refuse: async (code) => {
            resolve(Response.json({ errors: [{ message: code, extensions: { code } }] }))
            await settled()
          },
        })
      })
    },
  })
  return { timer, refetcher, client, waiting, next: () => waiting.shift() as (typeof waiting)[number] }
}
