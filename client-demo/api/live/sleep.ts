import { realTimer, type Timer } from '../timer.ts'

/** In milliseconds: so often it is looked at the clock, and so much later than that is no delay any more. */
const LOOK = 5_000
const LATE = 10_000

/** By the wall: other clocks may stand still while the computer sleeps. */
const wall: Timer = { ...realTimer, now: Date.now }

/** Calls after the computer has slept: the browser says nothing of it where the window stays in front. */
export function onSleep(call: () => void, timer: Timer = wall): void {
  let expected = timer.now() + LOOK
  const look = () => {
    const isLate = timer.now() > expected + LATE
    expected = timer.now() + LOOK
    timer.after(LOOK, look)
    if (isLate) call()
  }
  timer.after(LOOK, look)
}
