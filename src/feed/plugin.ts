import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import type { RequestContext } from '../graphql/yoga.ts'
import { sharedExecution } from './execution.ts'
import type { Feed } from './feed.ts'
import { type Delivery, Following } from './following.ts'
import type { Connection, Subscription } from './subscription.ts'

/** What is found in the context beside {@link Context}: Yoga keeps there what the transport told it. */
type FeedContext = Context & Pick<RequestContext, 'credential'> & { readonly connection?: Connection }

/**
 * Lets Yoga follow the feed: over SSE by itself, over WebSocket through its `getEnveloped`. Whether
 * somebody may subscribe is up to the field's auth scopes; each delivery is executed with a context
 * of its own, whose viewer was read after the event.
 */
export const useFeed = (feed: Feed): Plugin<object, RequestContext, Context> => ({
  onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args: ExecutionArgs) => subscribe(feed, args)),
})

async function subscribe(feed: Feed, args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const following = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in following)) return following
  if (!(following instanceof Following)) throw new Error('every subscription field returns a Following')
  const { credential, connection, ...context } = args.contextValue as FeedContext
  if (!credential) throw new Error('a subscription was let in without a credential')
  return new Results(feed, feed.follow(following, credential, connection), { ...args, contextValue: context })
}

/** The deliveries of a subscription, each executed when it is asked for. */
class Results implements AsyncIterableIterator<ExecutionResult, undefined> {
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
    return { done: false, value: result }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.#subscription.end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
