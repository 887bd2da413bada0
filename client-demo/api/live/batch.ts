import { realTimer, type Timer } from '../timer.ts'

/** In milliseconds: nobody reads what stands there for a shorter time, and to draw it takes as long as to read it. */
const PACE = 100

/**
 * Collects, and hands over what was collected: a thousand events that come at once after a night's sleep
 * are one change of the screen, not a thousand.
 */
export function batch<T>(handle: (items: readonly T[]) => void, schedule: (flush: () => void) => void) {
  let items: T[] = []
  return (item: T): void => {
    items.push(item)
    if (items.length > 1) return
    schedule(() => {
      const ready = items
      items = []
      handle(ready)
    })
  }
}

/** Before the next frame is drawn; where none is being drawn, at once: the title counts in a hidden tab, too. */
export function nextFrame(flush: () => void): void {
  if (document.hidden) return void setTimeout(flush)
  const run = () => {
    cancelAnimationFrame(frame)
    document.removeEventListener('visibilitychange', run)
    flush()
  }
  const frame = requestAnimationFrame(run)
  // A hidden page gets no frame: the batch would wait until the user comes back.
  document.addEventListener('visibilitychange', run)
}

/** What comes after a while comes with the next frame; what comes in a row, ten times a second. */
export function paced(schedule: (flush: () => void) => void, timer: Timer = realTimer) {
  let restUntil = Number.NEGATIVE_INFINITY
  return (flush: () => void): void => {
    const run = () =>
      schedule(() => {
        restUntil = timer.now() + PACE
        flush()
      })
    const rest = restUntil - timer.now()
    if (rest > 0) timer.after(rest, run)
    else run()
  }
}
