import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Config } from '../config/config.ts'

/** JSON writes a character as at most so many bytes: `\u0000`. */
const BYTES_PER_CHARACTER = 6
/** About what an error of an answer takes, with its message, path and code. */
const BYTES_PER_ERROR = 500

/**
 * What all operations of a request may cost together, and how many bytes their answers may have. An
 * answer is counted while it is made, in characters, so that the work ends when it grows too large; it is
 * measured in bytes only where it could have become too large.
 */
export class AnswerBudget {
  readonly #limits: Config['limits']
  readonly #exceeded = Promise.withResolvers<void>()
  #cost = 0
  #characters = 0
  #bytes = 0
  /** What was answered, and not yet measured. */
  #unmeasured: ExecutionResult[] = []
  #isSpent = false

  constructor(limits: Config['limits']) {
    this.#limits = limits
  }

  /** @returns whether the operation may run besides those that were charged before. */
  charge(cost: number): boolean {
    this.#cost += cost
    return this.#cost <= this.#limits.queryComplexity
  }

  /** Counts a part of an answer. @throws {GraphQLError} ANSWER_TOO_LARGE, from the moment it is. */
  count(characters: number): void {
    this.#characters += characters
    if (this.#characters > this.#limits.answerBytes) this.#spend()
    if (this.#isSpent) throw this.#tooLarge()
  }

  /** Gives back what was counted of an answer that is made anew. */
  takeBack(characters: number): void {
    this.#characters -= characters
  }

  /** The result of an operation, or at once ANSWER_TOO_LARGE where that is larger than it may be. */
  async bound(work: ExecutionResult | Promise<ExecutionResult>): Promise<ExecutionResult> {
    const result = await Promise.race([work, this.#exceeded.promise])
    return result && this.#fits(result) ? result : { errors: [this.#tooLarge()] }
  }

  #fits(result: ExecutionResult): boolean {
    this.#unmeasured.push(result)
    this.#characters += (result.errors?.length ?? 0) * BYTES_PER_ERROR
    if (this.#isSpent) return false
    if (this.#characters * BYTES_PER_CHARACTER <= this.#limits.answerBytes) return true
    for (const one of this.#unmeasured) this.#bytes += Buffer.byteLength(JSON.stringify(one))
    this.#unmeasured = []
    if (this.#bytes > this.#limits.answerBytes) this.#spend()
    return !this.#isSpent
  }

  #spend(): void {
    this.#isSpent = true
    this.#exceeded.resolve()
  }

  #tooLarge(): GraphQLError {
    const { answerBytes } = this.#limits
    const message = `The answer has more than ${answerBytes} bytes. Ask for smaller pages or fewer fields. What a mutation of this request has changed stays changed.`
    return new GraphQLError(message, { extensions: { code: 'ANSWER_TOO_LARGE', limit: answerBytes } })
  }
}
