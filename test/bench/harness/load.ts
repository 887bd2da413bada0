import { Pool } from 'undici'

/** One request. */
export interface Call {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What so many connections ask, each with one request under way. */
export interface Load {
  readonly url: string
  readonly connections: number
  /** The next request of a connection. */
  next(connection: number): Call
  /** Looks at an answer. */
  onAnswer?(connection: number, body: string): void
  /** Statuses beside 200 that are answers, too. */
  readonly expected?: readonly number[]
}

/** Draws one after another by chance, which is the same chance each time (a linear congruential generator). */
export function drawn(calls: readonly Call[]): () => Call {
  let seed = 1
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return calls[Math.floor((seed / 2 ** 32) * calls.length)] as Call
  }
}

/** What a server answered. */
export interface Answered {
  readonly answers: number
  /** How long it took, in milliseconds. */
  readonly duration: number
  /** Of each answer, in milliseconds, the shortest first. */
  readonly latencies: Float64Array
}

/**
 * Asks for so many milliseconds.
 *
 * @throws where an answer has another status than is expected: what fails is no work done.
 */
export async function ask(
  { url, connections, next, onAnswer, expected = [] }: Load,
  milliseconds: number,
): Promise<Answered> {
  await using pool = disposable(new Pool(url, { connections, pipelining: 1 }))
  const latencies: number[] = []
  const start = performance.now()
  const connection = (number: number) =>
    new Promise<void>((resolve, reject) => {
      const send = () => {
        const sent = performance.now()
        if (sent - start >= milliseconds) return resolve()
        const { method = 'POST', path, headers, body } = next(number)
        let status = 0
        const pieces: Buffer[] = []
        pool.dispatch(
          { method, path, headers, body },
          {
            onRequestStart() {},
            onResponseStart(_, code) {
              status = code
            },
            onResponseData(_, piece) {
              if (onAnswer || status !== 200) pieces.push(piece)
            },
            onResponseEnd() {
              latencies.push(performance.now() - sent)
              if (status !== 200 && !expected.includes(status)) {
                return reject(new Error(`${url}${path} answers ${status}: ${Buffer.concat(pieces)}`))
              }
              onAnswer?.(number, Buffer.concat(pieces).toString())
              send()
            },
            onResponseError(_, error) {
              reject(error)
            },
          },
        )
      }
      send()
    })
  await Promise.all(Array.from({ length: connections }, (_, number) => connection(number)))
  const duration = performance.now() - start
  return { answers: latencies.length, duration, latencies: Float64Array.from(latencies).sort() }
}

const disposable = (pool: Pool): Pool & AsyncDisposable =>
  Object.assign(pool, { [Symbol.asyncDispose]: () => pool.close() })
