import type { Live } from './live/live.ts'
import { onSleep } from './live/sleep.ts'
import { atMostEvery } from './timer.ts'

/** In milliseconds: who goes to and fro between windows does not make everything be read each time. */
const LOOK_AGAIN = 5_000

/**
 * The network goes and comes, and so does the user. When either comes back, nothing waits any longer. A user
 * who comes back may also have done something elsewhere that no stream tells of.
 */
export function watchSurroundings(live: Live): void {
  const lookAgain = atMostEvery(LOOK_AGAIN, () => live.refresh())
  live.setOnline(navigator.onLine)
  window.addEventListener('online', () => live.setOnline(true))
  window.addEventListener('offline', () => live.setOnline(false))
  window.addEventListener('focus', lookAgain)
  // In a hidden tab clocks run late by themselves.
  const comeBack = () => {
    if (document.hidden) return
    live.wake()
    lookAgain()
  }
  document.addEventListener('visibilitychange', comeBack)
  onSleep(comeBack)
  // A page that the browser had put away whole, and whose user may have signed out since.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload()
  })
}
