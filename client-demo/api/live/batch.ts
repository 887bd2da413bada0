/**
 * Collects, and hands over what was collected once per frame: a thousand events that come at once after
 * a night's sleep are one change of the screen, not a thousand.
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
export const nextFrame = (flush: () => void): void => {
  if (document.hidden) setTimeout(flush)
  else requestAnimationFrame(flush)
}
