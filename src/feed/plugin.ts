import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Connection } from '../graphql/connection.ts'
import type { Context } from '../graphql/context.ts'
import type { RequestContext } from '../graphql/request-context.ts'
import type { Feed } from './feed.ts'
import { Following } from './following.ts'
import { Results } from './results.ts'
import { answerWithEvents } from './sse.ts'

/** What is found in the context beside {@link Context}: Yoga keeps there what the transport told it. */
type FeedContext = Context &
  Pick<RequestContext, 'credential'> & { readonly connection?: Connection; readonly isBatched?: boolean }

/**
 * Lets Yoga follow the feed: over SSE by itself, over WebSocket through its `getEnveloped`. Whether
 * somebody may subscribe is up to the field's auth scopes; each delivery is executed with a context
 * of its own, whose viewer was read after the event.
 */
export const useFeed = (feed: Feed): Plugin<object, RequestContext, Context> => ({
  onRequestParse: ({ serverContext }) => ({
    onRequestParseDone({ requestParserResult }) {
      Object.assign(serverContext, { isBatched: Array.isArray(requestParserResult) })
    },
  }),
  onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args: ExecutionArgs) => subscribe(feed, args)),
  // Yoga chose a way to answer before this, or found that the client takes none.
  onResultProcess({ result, resultProcessor, setResultProcessor }) {
    if (isAsyncIterable(result) && resultProcessor) {
      setResultProcessor((results) => answerWithEvents(results as AsyncIterable<ExecutionResult>), 'text/event-stream')
    }
  },
})

async function subscribe(feed: Feed, args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const { credential, connection, isBatched, ...context } = args.contextValue as FeedContext
  if (isBatched) return { errors: [subscriptionInBatch()] }
  const following = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in following)) return following
  if (!(following instanceof Following)) throw new Error('every subscription field returns a Following')
  if (!credential || !connection) throw new Error('a subscription was let in without a credential or a connection')
  return new Results(feed, feed.follow(following, credential, connection), { ...args, contextValue: context })
}

const subscriptionInBatch = () =>
  new GraphQLError('A batch cannot carry subscriptions. Send the subscription by itself.', {
    extensions: { code: 'SUBSCRIPTION_IN_BATCH' },
  })
