/** The shortest wait before a connection is tried again, in milliseconds. */
const SHORTEST = 250
/** The longest. */
const LONGEST = 10_000

/**
 * How long to wait after so many failures in a row, in milliseconds. Spread at random: when a server
 * restarts, all its consoles come back, and not all at once.
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST, SHORTEST * 2 ** failures)
  return longest / 2 + (random() * longest) / 2
}

/** Waits that can be cut short, because there is reason to believe that it works now. */
export class Pauses {
  readonly #resting = new Set<() => void>()

  /** Until so many milliseconds have passed, {@link cutShort} is called, or the signal is. */
  rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', over)
        this.#resting.delete(over)
        resolve()
      }
      const timer = setTimeout(over, milliseconds)
      signal.addEventListener('abort', over)
      this.#resting.add(over)
      if (signal.aborted) over()
    })
  }

  cutShort(): void {
    for (const over of [...this.#resting]) over()
  }
}
