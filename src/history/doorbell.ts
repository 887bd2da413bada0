import type { Doorbell } from '../core.ts'

/** The doorbell of a single node. */
export class LocalDoorbell implements Doorbell {
  readonly hears = true
  readonly #listeners = new Set<(topics: ReadonlySet<string>) => void>()

  ring(topics: ReadonlySet<string>): void {
    for (const listener of this.#listeners) listener(topics)
  }

  onRing(listener: (topics: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
