import type { ExecutionResult, GraphQLError } from 'graphql'

/**
 * A subscription that was refused, as an iterator that throws at once: this is how graphql-ws comes
 * to send an `error` message, where for a plain result it would send `next` and `complete`.
 */
export class FeedRefusal extends Error implements AsyncIterableIterator<ExecutionResult, undefined> {
  readonly errors: readonly GraphQLError[]

  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? 'refused')
    this.errors = errors
  }

  next(): Promise<never> {
    return Promise.reject(this)
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
