import { type DocumentNode, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Event } from '../database/generated/client/client.ts'
import { type Context, makeContext } from '../graphql/context.ts'
import type { Delivery } from './following.ts'

interface Execution {
  readonly result: Promise<ExecutionResult>
  /** Whether it came about without anybody having looked at who the viewer is; known once it is there. */
  readonly forAll: () => boolean
}

/** In milliseconds: subscribers that keep up ask within so long of each other. */
const KEPT = 1000

/** By event, then by document, then by the rest of what was asked. */
const executions = new WeakMap<Event, WeakMap<DocumentNode, Map<string, Promise<Execution>>>>()

/**
 * How to execute the deliveries of a subscription: each with a context of its own, for the viewer as
 * they are now. Where several subscriptions ask the same of an event, and the first to be executed
 * never looked at its viewer, all get its result: it cannot depend on what it did not see.
 */
export function sharedExecution(args: ExecutionArgs): (delivery: Delivery) => Promise<ExecutionResult> {
  const key = JSON.stringify([args.operationName, args.variableValues])
  return async (delivery) => {
    if (!delivery.event) return begin(args, delivery).result
    const sameDocument = getOrMake(
      executions,
      delivery.event,
      () => new WeakMap<DocumentNode, Map<string, Promise<Execution>>>(),
    )
    const known = getOrMake(sameDocument, args.document, () => new Map<string, Promise<Execution>>())
    const underWay = known.get(key)
    if (underWay) {
      const earlier = await underWay
      return earlier.forAll() ? earlier.result : begin(args, delivery).result
    }
    const first = begin(args, delivery)
    known.set(
      key,
      first.result.then(
        () => first,
        () => first,
      ),
    )
    setTimeout(() => known.delete(key), KEPT).unref()
    return first.result
  }
}

function begin(args: ExecutionArgs, delivery: Delivery): Execution {
  let looked = false
  const { viewer } = delivery
  const contextValue = Object.defineProperty(
    makeContext({ ...(args.contextValue as Context), answer: undefined }),
    'viewer',
    {
      enumerable: true,
      get() {
        looked = true
        return viewer
      },
    },
  )
  let failed = true
  const executed = execute({ ...args, rootValue: delivery, contextValue })
  const result = contextValue.answer.bound(executed).then((done) => {
    failed = done.errors !== undefined
    return done
  })
  return { result, forAll: () => !looked && !failed }
}

function getOrMake<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}
