import type { ExecutionArgs, ExecutionResult } from 'graphql'
import { sharedExecution } from './execution.ts'
import type { Feed } from './feed.ts'
import type { Delivery } from './following.ts'
import type { Subscription } from './subscription.ts'

/** Not a name, so that it is copied with a result and never serialized. */
const CURSOR = Symbol('cursor')

/** How far a subscription has come with this result; undefined for an error that ends it. */
export const cursorOf = (result: ExecutionResult): string | undefined =>
  (result as { readonly [CURSOR]?: string })[CURSOR]

/** The deliveries of a subscription, each executed when it is asked for. */
export class Results implements AsyncIterableIterator<ExecutionResult, undefined> {
  readonly #feed: Feed
  readonly #subscription: Subscription
  readonly #execute: (delivery: Delivery) => Promise<ExecutionResult>

  constructor(feed: Feed, subscription: Subscription, args: ExecutionArgs) {
    this.#feed = feed
    this.#subscription = subscription
    this.#execute = sharedExecution(args)
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    const { done, value } = await this.#subscription.next()
    if (done) return { done, value: undefined }
    const result = await this.#execute(value)
    this.#feed.delivered += 1
    return { done: false, value: { ...result, [CURSOR]: value.cursor } as ExecutionResult }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.#subscription.end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
