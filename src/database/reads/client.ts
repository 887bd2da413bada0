import type { Prisma, PrismaClient } from '../generated/client/client.ts'
import { NotCovered } from './conditions.ts'
import { models } from './models.ts'
import { countStatement, type ReadArgs, type ReadStatement, type Row, readStatement } from './statement.ts'

/** The database, or a transaction. */
interface Reader {
  $queryRaw<Rows>(query: Prisma.Sql): PromiseLike<Rows>
}

type Method = (args?: ReadArgs) => PromiseLike<unknown>
type Delegate = Readonly<Record<'findMany' | 'findFirst' | 'findUnique' | 'count', Method>>

/**
 * The delegates of a Prisma client, by name. Each read is one statement of our own where {@link readStatement}
 * covers its arguments. All other reads are Prisma's, and so are all writes.
 */
export function delegatesWithReads(client: PrismaClient | Prisma.TransactionClient, reader: Reader): object {
  const made = new Map<string, object>()
  const members = [...models.keys()].map((model) => {
    const name = model[0]?.toLowerCase() + model.slice(1)
    // Most transactions use one or two of them.
    const get = () => made.get(name) ?? withReads(Reflect.get(client, name), model, reader)
    return [name, { enumerable: true, get: () => made.set(name, get()).get(name) }]
  })
  return Object.defineProperties({}, Object.fromEntries(members))
}

function withReads(delegate: Delegate, model: string, reader: Reader): object {
  const rowsOf = async (read: ReadStatement) => read.toAnswer(await reader.$queryRaw<Row[]>(toSql(read)))
  const one =
    (method: 'findFirst' | 'findUnique'): Method =>
    async (args = {}) => {
      const page = method === 'findFirst' && args.take === undefined ? { ...args, take: 1 } : args
      const read = covered(() => readStatement(model, page))
      return read ? ((await rowsOf(read))[0] ?? null) : delegate[method](args)
    }
  const methods: Delegate = {
    findMany: async (args = {}) => {
      const read = covered(() => readStatement(model, args))
      return read ? rowsOf(read) : delegate.findMany(args)
    },
    findFirst: one('findFirst'),
    findUnique: one('findUnique'),
    count: async (args = {}) => {
      const read = covered(() => countStatement(model, args))
      if (!read) return delegate.count(args)
      const [row] = await reader.$queryRaw<[{ count: number }]>(toSql(read))
      return row.count
    },
  }
  const values = Object.entries(methods).map(([name, value]) => [name, { value, writable: true }])
  // Not by assignment: that would go through Prisma's own proxy, into the delegate that all share.
  return Object.create(delegate, Object.fromEntries(values))
}

function covered<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof NotCovered) return undefined
    throw error
  }
}

const toSql = ({ text, values }: Pick<ReadStatement, 'text' | 'values'>) => ({ text, values }) as unknown as Prisma.Sql
