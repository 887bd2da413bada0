import { Overloaded } from './errors.ts'

/** How a lane waits for its turn. */
export interface LaneTerms {
  /** Lanes of a lower rank go first, whenever they came. */
  readonly rank: number
  /** How many may wait; one more is refused at once. */
  readonly length: number
  /** In milliseconds: who has waited for so long is refused. */
  readonly wait: number
}

/** A way to the places of a queue. */
export interface Lane {
  /**
   * Waits for a place.
   *
   * @returns how to give it back: once, and in any case.
   * @throws {Overloaded} where too many wait, or it took too long.
   */
  enter(): Promise<() => void>
}

/** Does something at a place of the lane's queue. @throws {Overloaded} as {@link Lane.enter} does. */
export async function inTurn<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
  const leave = await lane.enter()
  try {
    return await work()
  } finally {
    leave()
  }
}

/**
 * A number of places to work at, such as connections, and those who wait for one: by rank, then by when they came.
 *
 * A place is free again on the next turn of the event loop. The embedded database works in this process, so
 * statements that followed one another at once would keep the process from everything else, also from reading
 * the requests that go first.
 */
export class Queue {
  #free: number
  /** Places that are free on the next turn. */
  #leaving = 0
  /** By rank, the lowest first. */
  readonly #waiting: Set<() => void>[] = []

  constructor(places: number) {
    this.#free = places
  }

  lane({ rank, length, wait }: LaneTerms): Lane {
    this.#waiting[rank] ??= new Set()
    const waiting = this.#waiting[rank]
    return {
      enter: async () => {
        if (this.#free > 0) this.#free -= 1
        else if (waiting.size >= length + this.#leaving) throw new Overloaded()
        else await turn(waiting, wait)
        return () => this.#giveBack()
      },
    }
  }

  #giveBack(): void {
    this.#leaving += 1
    setImmediate(() => {
      this.#leaving -= 1
      this.#handOn()
    })
  }

  #handOn(): void {
    for (const waiting of this.#waiting) {
      const [next] = waiting ?? []
      if (!next) continue
      next()
      return
    }
    this.#free += 1
  }
}

/** Resolves when the place of somebody else is handed on. */
function turn(waiting: Set<() => void>, wait: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      clearTimeout(timer)
      waiting.delete(next)
      resolve()
    }
    const timer = setTimeout(() => {
      waiting.delete(next)
      reject(new Overloaded())
    }, wait)
    waiting.add(next)
  })
}
