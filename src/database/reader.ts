import { Prisma } from './generated/client/client.ts'
import { inTurn, type Lane } from './queue.ts'

/** What can be asked by SQL alone: the database, a transaction, or a reserved part of the database. */
export interface Reader {
  $queryRaw<Rows>(query: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]): PromiseLike<Rows>
}

/** Runs one statement through the driver. @returns its rows, as objects. */
export type RunStatement = <Row>(sql: Prisma.Sql) => Promise<Row[]>

/** What has a part of the database to itself, so that nothing else keeps it waiting. */
export const reservations = ['check', 'health', 'rights'] as const
/** `check`: the token check. `rights`: who is behind open subscriptions. `health`: whether the database answers. */
export type Reservation = (typeof reservations)[number]

/** A reader that waits in the lane for its turn. */
export function readerIn(lane: Lane, run: RunStatement, onQuery?: (sql: string) => void): Reader {
  return {
    async $queryRaw<Rows>(query: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]): Promise<Rows> {
      const sql = 'raw' in query ? Prisma.sql(query, ...values) : query
      const rows = await inTurn(lane, () => {
        onQuery?.(sql.text)
        return run(sql)
      })
      return rows as Rows
    },
  }
}
