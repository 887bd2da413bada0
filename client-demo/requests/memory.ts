import type { Request } from './documents.ts'

interface Seen {
  readonly request: Request
  /** Of its case: all that is pending for an app at the same time. */
  readonly key: string
  readonly isNew: boolean
}

/** What was pending since the page was opened. */
export class Memory {
  readonly seen = new Map<string, Seen>()
  /** When the newest was made that was there at first, as the server says it: what is newer came meanwhile. */
  #opened: string | undefined

  see(listed: readonly Request[]): void {
    this.#opened ??= listed.reduce((newest, { createdAt }) => (createdAt > newest ? createdAt : newest), '')
    // A case keeps its key for as long as anything of it is pending: also when whoever asked first withdraws.
    const keys = new Map<string, string>()
    for (const { id, app, status } of listed) {
      const key = this.seen.get(id)?.key
      if (key && status === 'PENDING') keys.set(app.id, key)
    }
    for (const request of listed) {
      const { id, app, status, createdAt } = request
      const key = this.seen.get(id)?.key ?? keys.get(app.id) ?? id
      if (status === 'PENDING') keys.set(app.id, key)
      this.seen.set(id, { request, key, isNew: createdAt > this.#opened })
    }
  }
}
