import type { Doorbell } from '../core.ts'

/** The doorbell of a single node. To serve several nodes, this is the one module to change. */
export class LocalDoorbell implements Doorbell {
  readonly #listeners = new Set<(streamIds: ReadonlySet<string>) => void>()

  ring(streamIds: ReadonlySet<string>): void {
    for (const listener of this.#listeners) listener(streamIds)
  }

  onRing(listener: (streamIds: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
