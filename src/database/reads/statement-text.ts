/** The values and the names that a statement has been given so far. */
export class StatementText {
  readonly values: unknown[] = []
  #aliases = 0

  /** @returns the placeholder of the value. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`
  }

  /** @returns a name that no other table of the statement has. */
  alias(): string {
    return `t${this.#aliases++}`
  }
}
