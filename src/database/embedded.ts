import { type PGlite, type Transaction as PGliteTransaction, types } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { asDriverError, rethrowAsDriverError } from './driver-error.ts'
import { type OwnAdapter, type OwnAdapterFactory, type OwnTransaction, rethrow } from './queued.ts'
import type { RunStatement, Statement } from './statements.ts'

/**
 * Prisma's way to a PGlite, with what the published adapter lacks:
 *
 * - a script is awaited, so that a failing migration is not recorded as applied;
 * - an error of COMMIT itself (a deferred constraint) reaches the caller, who would otherwise be told
 *   that the transaction had succeeded;
 * - savepoints, which Prisma needs for nested transactions;
 * - half the work for each statement: PGlite copies all its parsers for every query that brings some.
 */
export function pgliteAdapter(pglite: PGlite): OwnAdapterFactory {
  const { provider, adapterName } = new PrismaPGlite(pglite)
  return { provider, adapterName, connect: () => connect(pglite) }
}

async function connect(pglite: PGlite): Promise<OwnAdapter> {
  const adapter = await new PrismaPGlite(withOwnParsers(pglite)).connect()
  return Object.assign(adapter, {
    executeScript: async (script: string) => {
      await pglite.exec(script).catch(rethrowAsDriverError)
    },
    startTransaction: () => startTransaction(pglite),
  })
}

/** Isolation levels are not asked for: with a single connection every transaction is alone. */
async function startTransaction(pglite: PGlite): Promise<OwnTransaction> {
  const begun = Promise.withResolvers<PGliteTransaction>()
  const decided = Promise.withResolvers<'commit' | 'rollback'>()
  const ended = pglite.transaction(async (transaction) => {
    begun.resolve(transaction)
    if ((await decided.promise) === 'rollback') await transaction.rollback()
  })
  // BEGIN itself may fail. A later failure rejects `end`, and its caller handles that.
  ended.catch(begun.reject)
  const transaction = await begun.promise
  const end = (decision: 'commit' | 'rollback') => {
    decided.resolve(decision)
    return ended.catch(rethrowAsDriverError)
  }
  const run = async (statement: string) => {
    await transaction.exec(statement).catch(rethrowAsDriverError)
  }
  const queryable = await new PrismaPGlite(withOwnParsers(pglite, transaction)).connect()
  return Object.assign(queryable, {
    // Prisma is not to send COMMIT and ROLLBACK itself.
    options: { usePhantomQuery: true },
    run: pgliteRun(transaction),
    commit: () => end('commit'),
    rollback: () => end('rollback'),
    createSavepoint: (name: string) => run(`SAVEPOINT ${name}`),
    rollbackToSavepoint: (name: string) => run(`ROLLBACK TO SAVEPOINT ${name}`),
    releaseSavepoint: (name: string) => run(`RELEASE SAVEPOINT ${name}`),
  })
}

/** Queries it, or its transaction, with the adapter's parsers as its own. The adapter needs nothing else of a PGlite. */
function withOwnParsers(pglite: PGlite, source: Pick<PGlite, 'query'> = pglite): PGlite {
  const query: PGlite['query'] = (sql, values, { parsers, ...options } = {}) => {
    Object.assign(pglite.parsers, parsers)
    return source.query(sql, values, options)
  }
  return { query } as PGlite
}

/** Statements of our own get JavaScript values, not the text that Prisma's adapter asks for. */
const parsers = {
  [types.INT8]: BigInt,
  [types.TIMESTAMPTZ]: (text: string) => new Date(text),
  [types.JSON]: JSON.parse,
  [types.JSONB]: JSON.parse,
}

/** Runs statements past Prisma. */
export const pgliteRun =
  (pglite: Pick<PGlite, 'query'>): RunStatement =>
  async <Row>({ text, values }: Statement) => {
    try {
      const { rows, affectedRows } = await pglite.query<Row>(text, values, { parsers })
      return { rows, count: affectedRows || rows.length }
    } catch (error) {
      return rethrow(asDriverError(error))
    }
  }
