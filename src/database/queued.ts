import {
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import { Overloaded } from './errors.ts'
import { inTurn, type Lane } from './queue.ts'

/**
 * The same way to a database, but a statement waits in the lane for its turn, and a transaction keeps
 * its place from before BEGIN until it is over. Scripts, which only migrations run, do not wait.
 */
export function queued(factory: SqlDriverAdapterFactory, lane: Lane): SqlDriverAdapterFactory {
  const { provider, adapterName } = factory
  return { provider, adapterName, connect: async () => queuedAdapter(await factory.connect(), lane) }
}

function queuedAdapter(adapter: SqlDriverAdapter, lane: Lane): SqlDriverAdapter {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query: SqlQuery) => inTurn(lane, () => adapter.queryRaw(query).catch(rethrow)),
    executeRaw: (query: SqlQuery) => inTurn(lane, () => adapter.executeRaw(query).catch(rethrow)),
    executeScript: (script) => adapter.executeScript(script),
    startTransaction: async (isolationLevel) => {
      const leave = await lane.enter()
      try {
        return untilOver(await adapter.startTransaction(isolationLevel), leave)
      } catch (error) {
        leave()
        return rethrow(error)
      }
    },
    getConnectionInfo: () => adapter.getConnectionInfo?.() ?? { supportsRelationJoins: true },
    dispose: () => adapter.dispose(),
  }
}

/** Prisma ends each transaction by one of the two, also one that failed or took too long. */
function untilOver(transaction: Transaction, leave: () => void): Transaction {
  const commit = transaction.commit.bind(transaction)
  const rollback = transaction.rollback.bind(transaction)
  const queryRaw = transaction.queryRaw.bind(transaction)
  const executeRaw = transaction.executeRaw.bind(transaction)
  return Object.assign(transaction, {
    queryRaw: (query: SqlQuery) => queryRaw(query).catch(rethrow),
    executeRaw: (query: SqlQuery) => executeRaw(query).catch(rethrow),
    commit: () => commit().finally(leave),
    rollback: () => rollback().finally(leave),
  })
}

/** What is not the answer of a server, nor a mistake in calling it, is a connection that broke or could not be made. */
function rethrow(error: unknown): never {
  throw isDriverAdapterError(error) || error instanceof TypeError ? error : new Overloaded(error)
}
