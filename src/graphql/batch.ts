import DataLoader from 'dataloader'
import type { PrismaClient } from '../database/generated/client/client.ts'
import { NotFound } from '../errors.ts'
import type { Context } from './context.ts'

interface ById {
  readonly select?: object | undefined
  readonly include?: object | undefined
  readonly where: { readonly id: string }
}

interface Row {
  readonly id: string
}

interface Delegate {
  findMany(args: object): Promise<Row[]>
}

const clients = new WeakMap<Context, PrismaClient>()

/**
 * The database for reading by id what a list refers to. Lookups that are made at the same time, and
 * differ in nothing but the id, are one statement. Prisma does the same only where the id is the
 * whole condition, and ours also says who may see the row.
 *
 * Its `findUniqueOrThrow` throws {@link NotFound}: what was there a moment ago may be gone.
 */
export function batched(context: Context): PrismaClient {
  const known = clients.get(context)
  if (known) return known
  const client = withBatches(context.core.prisma)
  clients.set(context, client)
  return client
}

function withBatches(prisma: PrismaClient): PrismaClient {
  const loaders = new Map<string, DataLoader<string, Row | null>>()
  const load = (model: string, { where, ...selection }: ById): Promise<Row | null> => {
    const { id, ...conditions } = where
    const key = JSON.stringify([model, selection, conditions])
    const loader = loaders.get(key) ?? makeLoader(Reflect.get(prisma, model), selection, conditions)
    loaders.set(key, loader)
    return loader.load(id)
  }
  return new Proxy(prisma, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof name === 'symbol' || !isDelegate(member)) return member
      const findUnique = (args: ById) => load(name, args)
      const findUniqueOrThrow = async (args: ById) => {
        const row = await findUnique(args)
        if (!row) throw new NotFound()
        return row
      }
      // Not by assignment: that would go through Prisma's own proxy, into the delegate that all share.
      return Object.create(member, {
        findUnique: { value: findUnique },
        findUniqueOrThrow: { value: findUniqueOrThrow },
      })
    },
  })
}

const isDelegate = (member: unknown): member is Delegate =>
  typeof member === 'object' && member !== null && 'findMany' in member

function makeLoader(
  delegate: Delegate,
  { select, include }: Omit<ById, 'where'>,
  conditions: object,
): DataLoader<string, Row | null> {
  return new DataLoader<string, Row | null>(
    async (ids) => {
      const rows = await delegate.findMany({
        ...(select ? { select: { ...select, id: true } } : { include }),
        where: { id: { in: [...new Set(ids)] }, AND: conditions },
      })
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => byId.get(id) ?? null)
    },
    // What is read again, after a mutation say, is read anew.
    { cache: false },
  )
}
