import { type Exchange, makeOperation, type Operation } from '@urql/core'
import { makeSubject, merge, pipe, tap } from 'wonka'
import { fieldsOf } from './fields.ts'
import { realTimer, type Timer } from './timer.ts'

/** What is to be read again, of what is on the screen. */
export interface Refetching {
  /** Fields by name; undefined: whatever there is. */
  readonly fields: ReadonlySet<string> | undefined
  /** Only what is about this organization, or about none. */
  readonly organizationId?: string
}

export interface Refetcher {
  readonly exchange: Exchange
  /** Reads again, from the server, each query on the screen that is concerned. What it showed stays until then. */
  refetch(what: Refetching): void
  /** Reads again whatever could not be read because the server was not reached. */
  retryFailed(): void
}

/** A query on the screen. */
interface Shown {
  operation: Operation
  isUnderWay: boolean
  /** Whether what is under way is one of ours, and since when. */
  startedAt: number | undefined
  /** Whether something happened since it was sent, or while it rests. */
  isOutdated: boolean
  hasFailed: boolean
  /** Until then it is not read again. */
  restUntil: number
}

/** In milliseconds, between two readings of the same query. */
const REST = 1_000
/** So many queries are read again at once: the request of a user who clicks meanwhile finds the line free. */
const AT_ONCE = 4

/**
 * Knows the queries that are on the screen. One that something happened to is read again at once, and then
 * rests: what happens meanwhile is one more reading after that, however many events there are. A server
 * that takes long to answer is asked less often.
 */
export function makeRefetcher(timer: Timer = realTimer): Refetcher {
  const shown = new Map<number, Shown>()
  /** Those whose turn it is, in order. */
  const due = new Set<Shown>()
  let reading = 0
  const { source, next } = makeSubject<Operation>()

  const outdate = (one: Shown) => {
    if (one.isOutdated) return
    one.isOutdated = true
    if (one.isUnderWay) return
    const rest = one.restUntil - timer.now()
    if (rest > 0) timer.after(rest, () => queue(one))
    else queue(one)
  }
  const queue = (one: Shown) => {
    if (!one.isOutdated || one.isUnderWay || shown.get(one.operation.key) !== one) return
    due.add(one)
    work()
  }
  const work = () => {
    for (const one of due) {
      if (reading >= AT_ONCE) return
      due.delete(one)
      reading++
      one.startedAt = timer.now()
      const { operation } = one
      next(makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }))
    }
  }
  /** It was answered, or nobody waits for the answer any more. */
  const settle = (one: Shown) => {
    one.isUnderWay = false
    if (one.startedAt === undefined) return
    const now = timer.now()
    one.restUntil = Math.max(one.startedAt + REST, now + (now - one.startedAt))
    one.startedAt = undefined
    reading--
    queueMicrotask(work)
  }

  const onOperation = (operation: Operation) => {
    const { key, kind, context } = operation
    const one = shown.get(key)
    if (kind === 'teardown' && one) {
      shown.delete(key)
      due.delete(one)
      settle(one)
    }
    if (kind !== 'query') return
    // The cache itself asks `cache-first`, when it has learned something: that is no reading.
    const isSent = context.requestPolicy === 'network-only' || context.requestPolicy === 'cache-and-network'
    if (!one) {
      const never = Number.NEGATIVE_INFINITY
      const fresh = { startedAt: undefined, isOutdated: false, hasFailed: false, restUntil: never }
      shown.set(key, { operation, isUnderWay: isSent, ...fresh })
    } else if (isSent) {
      Object.assign(one, { operation, isUnderWay: true, isOutdated: false })
      due.delete(one)
    }
  }

  const exchange: Exchange =
    ({ forward }) =>
    (operations) =>
      pipe(
        merge([operations, source]),
        tap(onOperation),
        forward,
        tap(({ operation: { key, kind }, stale, error }) => {
          const one = kind === 'query' && !stale ? shown.get(key) : undefined
          if (!one?.isUnderWay) return
          settle(one)
          one.hasFailed = Boolean(error?.networkError)
          if (!one.isOutdated) return
          one.isOutdated = false
          queueMicrotask(() => outdate(one))
        }),
      )

  return {
    exchange,
    refetch({ fields, organizationId }) {
      for (const one of [...shown.values()]) {
        const { operation } = one
        const about = (operation.variables as { organizationId?: string } | undefined)?.organizationId
        if (organizationId && about && about !== organizationId) continue
        if (!fields || reads(operation, fields)) outdate(one)
      }
    },
    retryFailed() {
      for (const one of [...shown.values()]) if (one.hasFailed) outdate(one)
    },
  }
}

function reads({ query }: Operation, fields: ReadonlySet<string>): boolean {
  for (const field of fieldsOf(query)) if (fields.has(field)) return true
  return false
}
