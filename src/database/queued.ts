import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQuery, Transaction } from '@prisma/driver-adapter-utils'
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
    queryRaw: (query: SqlQuery) => inTurn(lane, () => adapter.queryRaw(query)),
    executeRaw: (query: SqlQuery) => inTurn(lane, () => adapter.executeRaw(query)),
    executeScript: (script) => adapter.executeScript(script),
    startTransaction: async (isolationLevel) => {
      const leave = await lane.enter()
      try {
        return untilOver(await adapter.startTransaction(isolationLevel), leave)
      } catch (error) {
        leave()
        throw error
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
  return Object.assign(transaction, {
    commit: () => commit().finally(leave),
    rollback: () => rollback().finally(leave),
  })
}
