import { type FocusEvent, type PointerEvent, useState } from 'react'
import { type Case, isPending } from './cases.ts'

/** What the viewer is at: nothing of it moves, so that nobody presses what was somewhere else a moment ago. */
export interface Held {
  /** In the order in which they stand on the screen. */
  readonly cases: readonly Case[]
  /** How many pending ones wait to be put above or between them. */
  readonly waiting: number
  readonly release: () => void
  /** For what stands around the list. */
  readonly handlers: {
    readonly onPointerEnter: (event: PointerEvent) => void
    readonly onPointerLeave: () => void
    readonly onFocus: (event: FocusEvent) => void
    readonly onBlur: (event: FocusEvent) => void
  }
}

/** Cases as they come, or, while the viewer points at them or is about to decide one, as they were. */
export function useHeld(cases: readonly Case[]): Held {
  const [isPointed, setPointed] = useState(false)
  const [isWorking, setWorking] = useState(false)
  const [shown, setShown] = useState<readonly string[]>(cases.map(({ key }) => key))
  const places = new Map(shown.map((key, index) => [key, index]))
  const lastShown = cases.findLastIndex(({ key }) => places.has(key))
  const kept = cases.filter(({ key }) => places.has(key)).sort((a, b) => placeOf(a) - placeOf(b))
  const isHeld = (isPointed || isWorking) && kept.some(isPending)

  function placeOf({ key }: Case): number {
    return places.get(key) ?? 0
  }
  const above = cases.filter(({ key }, index) => index < lastShown && !places.has(key))
  const now = isHeld ? [...kept, ...cases.slice(lastShown + 1)] : cases
  const keys = now.map(({ key }) => key)
  if (keys.length !== shown.length || keys.some((key, index) => key !== shown[index])) setShown(keys)

  return {
    cases: now,
    waiting: isHeld ? above.filter(isPending).length : 0,
    release: () => setShown([]),
    handlers: {
      onPointerEnter: ({ pointerType }) => setPointed(pointerType !== 'touch'),
      onPointerLeave: () => setPointed(false),
      onFocus: ({ target }) => setWorking(isControl(target)),
      onBlur: ({ currentTarget, relatedTarget: next }) => setWorking(isControl(next) && currentTarget.contains(next)),
    },
  }
}

/** Whether one decides with it; what is settled has nothing to press. */
const isControl = (target: EventTarget | null): target is HTMLElement =>
  target instanceof HTMLElement && target.matches('button, input, textarea')
