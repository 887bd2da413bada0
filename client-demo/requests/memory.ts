import type { InstallCase } from './documents.ts'

/** What was pending since the page was opened. */
export class Memory {
  readonly seen = new Map<string, InstallCase>()
  /** When the newest request was made that was there at first, as the server says it: what is newer came meanwhile. */
  #opened: string | undefined

  see(listed: readonly InstallCase[]): void {
    this.#opened ??= listed.map(newestOf).reduce((newest, time) => (time > newest ? time : newest), '')
    for (const one of listed) {
      // Those that were seen last are remembered longest.
      this.seen.delete(one.id)
      this.seen.set(one.id, one)
    }
  }

  /** Whether a request of it came while the page was open. */
  isNew(caseId: string): boolean {
    const one = this.seen.get(caseId)
    return one !== undefined && this.#opened !== undefined && newestOf(one) > this.#opened
  }
}

const newestOf = ({ requests }: InstallCase): string => requests.edges[0]?.node.createdAt ?? ''
