/**
 * Tells this server node which streams have news. It carries no events: whoever hears it reads them
 * from the database by position, so a ring that comes twice, late or for nothing does no harm.
 * To serve several nodes, this is the one module to change.
 */
export class Doorbell {
  readonly #listeners = new Set<(streamIds: ReadonlySet<string>) => void>()

  ring(streamIds: ReadonlySet<string>): void {
    for (const listener of this.#listeners) listener(streamIds)
  }

  /** @returns how to stop listening. */
  onRing(listener: (streamIds: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
