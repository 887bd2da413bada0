import type { CDPSession, Page } from 'playwright-core'

/** What a page did over some time. Times in milliseconds. */
export interface Observed {
  readonly seconds: number
  /** Between two frames. */
  readonly frames: readonly number[]
  /** Tasks of more than 50 ms. */
  readonly longTasks: readonly number[]
  /** How much of the time the main thread worked. */
  readonly busy: number
  /** Sent, by the name of the operation. */
  readonly queries: ReadonlyMap<string, number>
  /** What is kept after the garbage was collected, in bytes. */
  readonly heap: number
  /** When the name of a probe was first on the screen, as Date.now() has it. */
  readonly seen: ReadonlyMap<string, number>
}

interface Notes {
  frames: number[]
  longTasks: number[]
  seen: Map<string, number>
  running: boolean
}

/** Looks at a page from within, and at its process from without. */
export class Watch {
  readonly #page: Page
  readonly #cdp: CDPSession
  #queries = new Map<string, number>()

  private constructor(page: Page, cdp: CDPSession) {
    this.#page = page
    this.#cdp = cdp
    page.on('request', (request) => {
      if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return
      const { operationName = '?' } = request.postDataJSON() ?? {}
      this.#queries.set(operationName, (this.#queries.get(operationName) ?? 0) + 1)
    })
  }

  static async on(page: Page): Promise<Watch> {
    const cdp = await page.context().newCDPSession(page)
    // What the thread itself used: on a busy machine it also waits for its turn.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    return new Watch(page, cdp)
  }

  /** What the page does while something is done to it. */
  async during(work: () => Promise<unknown>): Promise<Observed> {
    this.#queries = new Map()
    await this.#page.evaluate(begin)
    const [start, before] = [performance.now(), await this.#metrics()]
    await work()
    const [stop, after] = [performance.now(), await this.#metrics()]
    const { frames, longTasks, seen } = await this.#page.evaluate(end)
    const queries = this.#queries
    const seconds = (stop - start) / 1000
    const busy = ((after.TaskDuration ?? 0) - (before.TaskDuration ?? 0)) / seconds
    return { seconds, frames, longTasks, busy, queries, heap: await this.heap(), seen: new Map(seen) }
  }

  async heap(): Promise<number> {
    await this.#cdp.send('HeapProfiler.collectGarbage')
    return (await this.#metrics()).JSHeapUsedSize ?? 0
  }

  async #metrics(): Promise<Partial<Record<string, number>>> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
}

/** In the page: notes frames, long tasks, and when a probe is first shown. */
function begin(): void {
  const notes: Notes = { frames: [], longTasks: [], seen: new Map(), running: true }
  Object.assign(globalThis, { notes })
  let last = performance.now()
  const frame = (now: number) => {
    notes.frames.push(now - last)
    last = now
    if (notes.running) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) notes.longTasks.push(duration)
  }).observe({ type: 'longtask' })
  const look = (text: string) => {
    for (const [name] of text.matchAll(/Probe \d+/g)) {
      if (notes.seen.has(name)) continue
      notes.seen.set(name, 0)
      requestAnimationFrame(() => notes.seen.set(name, Date.now()))
    }
  }
  const observer = new MutationObserver((mutations) => {
    if (!notes.running) return observer.disconnect()
    for (const { type, target, addedNodes } of mutations) {
      if (type === 'characterData') look(target.textContent ?? '')
      for (const node of addedNodes) look(node.textContent ?? '')
    }
  })
  look(document.body.textContent ?? '')
  observer.observe(document.body, { childList: true, subtree: true, characterData: true })
}

function end() {
  const { notes } = globalThis as unknown as { notes: Notes }
  notes.running = false
  return { frames: notes.frames.slice(1), longTasks: notes.longTasks, seen: [...notes.seen] }
}

/**
 * Scrolls on through a list, some rows with each frame, until a row of this index is there.
 *
 * @returns how many rows were in the page at most.
 */
export const scrollTo = (page: Page, index: number): Promise<number> =>
  page.evaluate(
    (index) =>
      new Promise<number>((resolve) => {
        let most = 0
        const step = () => {
          const rows = document.querySelectorAll('li[data-index]')
          most = Math.max(most, rows.length)
          if (Number(rows[rows.length - 1]?.getAttribute('data-index') ?? 0) >= index) return resolve(most)
          window.scrollBy({ top: 400, behavior: 'instant' })
          requestAnimationFrame(step)
        }
        step()
      }),
    index,
  )
