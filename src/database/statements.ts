import { AsyncLocalStorage } from 'node:async_hooks'
import { Prisma, type PrismaClient } from './generated/client/client.ts'
import { inTurn, type Lane } from './queue.ts'
import { delegatesWithReads } from './reads/client.ts'

/** A statement as it is sent: `$1` and so on stand for its values. */
export type Statement = Pick<Prisma.Sql, 'text' | 'values'>

/** What can be asked by SQL alone: the database, a transaction, or a reserved part of the database. */
export interface Reader {
  $queryRaw<Rows>(query: TemplateStringsArray | Statement, ...values: readonly unknown[]): PromiseLike<Rows>
}

/** Runs SQL of our own. */
interface Statements extends Reader {
  /** @returns how many rows the statement wrote, or locked. */
  $executeRaw(query: TemplateStringsArray | Statement, ...values: readonly unknown[]): PromiseLike<number>
}

/** Runs one statement through the driver. @returns its rows as objects, and how many rows it wrote or answered. */
export type RunStatement = <Row>(sql: Statement) => Promise<{ readonly rows: Row[]; readonly count: number }>

/** The parts of the database that nothing else can occupy. */
export const reservations = ['check', 'health', 'rights'] as const
/** `check`: the token check. `rights`: who is behind open subscriptions. `health`: whether the database answers. */
export type Reservation = (typeof reservations)[number]

/** Statements that the driver runs. `onQuery` is told the text of each. */
export function statementsOf(run: RunStatement, onQuery?: (sql: string) => void): Statements {
  const send = <Row>(query: TemplateStringsArray | Statement, values: readonly unknown[]) => {
    const sql = 'raw' in query ? Prisma.sql(query, ...values) : query
    onQuery?.(sql.text)
    return run<Row>(sql)
  }
  return {
    $queryRaw: async <Rows>(query: TemplateStringsArray | Statement, ...values: readonly unknown[]) =>
      (await send(query, values)).rows as Rows,
    $executeRaw: async (query, ...values) => (await send(query, values)).count,
  }
}

/** The same, but each statement waits in the lane for its turn. */
export const inLane =
  (lane: Lane, run: RunStatement): RunStatement =>
  (sql) =>
    inTurn(lane, () => run(sql))

/** A transaction that Prisma begins, from the moment its adapter has begun it. */
interface Beginning {
  run?: RunStatement
}

const beginnings = new AsyncLocalStorage<Beginning>()

/** For the adapter: the transaction that it has just begun runs statements in this way. */
export function begun(run: RunStatement): void {
  const beginning = beginnings.getStore()
  if (beginning) beginning.run = run
}

type Callback = (tx: Prisma.TransactionClient) => Promise<unknown>

/**
 * The same client, whose raw statements and whose reads go to the driver at once, also in its transactions.
 * Prisma would take and give their values one by one through its engine, which costs several times the
 * statement itself.
 */
export function withOwnStatements(
  prisma: PrismaClient,
  run: RunStatement,
  { ownReads = true, onQuery }: { ownReads?: boolean; onQuery?: (sql: string) => void } = {},
): PrismaClient {
  const membersOf = (client: PrismaClient | Prisma.TransactionClient, run: RunStatement) => {
    const statements = statementsOf(run, onQuery)
    return Object.assign(ownReads ? delegatesWithReads(client, statements) : {}, statements)
  }
  const $transaction = (work: Callback | Prisma.PrismaPromise<unknown>[], options?: object) => {
    if (typeof work !== 'function') return prisma.$transaction(work, options)
    const beginning: Beginning = {}
    const own: Callback = (tx) => {
      if (!beginning.run) throw new Error('the adapter did not say how its transaction runs statements')
      return work(overridden(tx, membersOf(tx, beginning.run)))
    }
    return beginnings.run(beginning, () => prisma.$transaction(own, options))
  }
  return overridden(prisma, Object.assign(membersOf(prisma, run), { $transaction }))
}

/** The object with other members in place of its own; Prisma's clients are proxies, which take none. */
function overridden<T extends object>(target: T, members: object): T {
  return new Proxy(target, {
    get: (target, name) => (Object.hasOwn(members, name) ? Reflect.get(members, name) : Reflect.get(target, name)),
  })
}
