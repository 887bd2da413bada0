/** The time, in milliseconds, and a way to wait. */
export interface Timer {
  now(): number
  /** Calls after so long. Returns how to call it off. */
  after(milliseconds: number, call: () => void): () => void
}

export const realTimer: Timer = {
  now: () => performance.now(),
  after(milliseconds, call) {
    const timeout = setTimeout(call, milliseconds)
    return () => clearTimeout(timeout)
  },
}

/** Does it at once, but no more often than so: what is asked for in between is done once, when it is time. */
export function atMostEvery(milliseconds: number, work: () => void, timer: Timer = realTimer): () => void {
  let restUntil = Number.NEGATIVE_INFINITY
  let isDue = false
  const run = () => {
    isDue = false
    restUntil = timer.now() + milliseconds
    work()
  }
  return () => {
    if (isDue) return
    const rest = restUntil - timer.now()
    if (rest <= 0) return run()
    isDue = true
    timer.after(rest, run)
  }
}
