import {
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import { Overloaded } from './errors.ts'
import { inTurn, type Lane } from './queue.ts'
import { begun, type RunStatement } from './statements.ts'

/** A transaction that also takes statements past Prisma. */
export interface OwnTransaction extends Transaction {
  readonly run: RunStatement
}

/** An adapter whose transactions are {@link OwnTransaction}s. */
export interface OwnAdapterFactory extends SqlDriverAdapterFactory {
  connect(): Promise<OwnAdapter>
}

export interface OwnAdapter extends SqlDriverAdapter {
  startTransaction(isolationLevel?: Parameters<SqlDriverAdapter['startTransaction']>[0]): Promise<OwnTransaction>
}

/**
 * The same way to a database, but a statement waits in the lane for its turn, and a transaction keeps
 * its place from before BEGIN until it is over. Scripts, which only migrations run, do not wait.
 */
export function queued(factory: OwnAdapterFactory, lane: Lane): SqlDriverAdapterFactory {
  const { provider, adapterName } = factory
  return { provider, adapterName, connect: async () => queuedAdapter(await factory.connect(), lane) }
}

function queuedAdapter(adapter: OwnAdapter, lane: Lane): SqlDriverAdapter {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: (query: SqlQuery) => inTurn(lane, () => adapter.queryRaw(query).catch(rethrow)),
    executeRaw: (query: SqlQuery) => inTurn(lane, () => adapter.executeRaw(query).catch(rethrow)),
    executeScript: (script) => adapter.executeScript(script),
    startTransaction: async (isolationLevel) => {
      const leave = await lane.enter()
      try {
        const transaction = untilOver(await adapter.startTransaction(isolationLevel), leave)
        begun(transaction.run)
        return transaction
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
function untilOver(transaction: OwnTransaction, leave: () => void): OwnTransaction {
  const commit = transaction.commit.bind(transaction)
  const rollback = transaction.rollback.bind(transaction)
  const queryRaw = transaction.queryRaw.bind(transaction)
  const executeRaw = transaction.executeRaw.bind(transaction)
  const { run } = transaction
  let isOver = false
  const end = (work: () => Promise<void>) => {
    isOver = true
    return work().finally(leave)
  }
  const runInTime: RunStatement = async (sql) => {
    // Its connection may be in somebody else's transaction by now.
    if (isOver) throw new Overloaded(new Error('The transaction took too long, and was ended.'))
    return run(sql)
  }
  return Object.assign(transaction, {
    run: runInTime,
    queryRaw: (query: SqlQuery) => queryRaw(query).catch(rethrow),
    executeRaw: (query: SqlQuery) => executeRaw(query).catch(rethrow),
    commit: () => end(commit),
    rollback: () => end(rollback),
  })
}

/** What is not the answer of a server, nor a mistake in calling it, is a connection that broke or could not be made. */
export function rethrow(error: unknown): never {
  throw isDriverAdapterError(error) || error instanceof TypeError ? error : new Overloaded(error)
}
