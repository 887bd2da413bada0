import { setTimeout as pause } from 'node:timers/promises'

/** Does something once a second until it is disposed. What went wrong is thrown there. */
export function everySecond(work: () => Promise<void>): AsyncDisposable {
  const over = new AbortController()
  const run = async () => {
    while (!over.signal.aborted) {
      await Promise.all([work(), pause(1000, undefined, { signal: over.signal }).catch(() => {})])
    }
  }
  const running = run()
  running.catch(() => {})
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      await running
    },
  }
}
