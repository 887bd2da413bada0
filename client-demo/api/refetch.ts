import { type Exchange, makeOperation, type Operation } from '@urql/core'
import { makeSubject, merge, pipe, tap } from 'wonka'
import { fieldsOf } from './fields.ts'

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

/**
 * Knows the queries that are on the screen. While one is under way it is not sent again: what happens
 * meanwhile is one more reading after it, however many events there are.
 */
export function makeRefetcher(): Refetcher {
  const shown = new Map<number, Operation>()
  const underWay = new Set<number>()
  const again = new Set<number>()
  const failed = new Set<number>()
  const { source, next } = makeSubject<Operation>()

  const send = (operation: Operation) => {
    if (underWay.has(operation.key)) return void again.add(operation.key)
    next(makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }))
  }

  const exchange: Exchange =
    ({ forward }) =>
    (operations) =>
      pipe(
        merge([operations, source]),
        tap((operation) => {
          const { key, kind, context } = operation
          if (kind === 'query') {
            shown.set(key, operation)
            if (context.requestPolicy !== 'cache-only') underWay.add(key)
          } else if (kind === 'teardown') {
            for (const keys of [shown, underWay, again, failed]) keys.delete(key)
          }
        }),
        forward,
        tap(({ operation: { key, kind }, stale, error }) => {
          if (kind !== 'query' || stale) return
          underWay.delete(key)
          if (error?.networkError) failed.add(key)
          else failed.delete(key)
          const operation = shown.get(key)
          if (operation && again.delete(key)) queueMicrotask(() => send(operation))
        }),
      )

  return {
    exchange,
    refetch({ fields, organizationId }) {
      for (const operation of [...shown.values()]) {
        const about = (operation.variables as { organizationId?: string } | undefined)?.organizationId
        if (organizationId && about && about !== organizationId) continue
        if (!fields || reads(operation, fields)) send(operation)
      }
    },
    retryFailed() {
      for (const key of [...failed]) {
        const operation = shown.get(key)
        if (operation) send(operation)
      }
    },
  }
}

function reads({ query }: Operation, fields: ReadonlySet<string>): boolean {
  for (const field of fieldsOf(query)) if (fields.has(field)) return true
  return false
}
