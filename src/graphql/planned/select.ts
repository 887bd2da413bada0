import { isDeepStrictEqual } from 'node:util'
import { type FieldPlan, NotPlanned, type ObjectPlan } from './plan.ts'

type Select = Record<string, unknown>
type Nested = Readonly<Record<string, unknown>> & { readonly select?: Select }

/** Reads a field's arguments, and makes what depends on them. */
export interface Selecting {
  argsOf(field: FieldPlan): object
  readonly context: unknown
}

/**
 * What to read of the rows of an object, in Prisma's words: what Pothos' own mapping would find, without
 * going through the document once more.
 *
 * @throws {NotPlanned} where two fields read the same relation in different ways.
 */
export function selectOf(plan: ObjectPlan | undefined, by: Selecting): Select {
  const select: Select = { ...plan?.select }
  for (const field of plan?.fields ?? []) {
    if (typeof field.select === 'object' && field.select) merge(select, field.select as Select)
    if (typeof field.select === 'function') merge(select, made(field, by)?.select ?? {})
  }
  return select
}

function made(field: FieldPlan, by: Selecting): { select?: Select } | null {
  const args = by.argsOf(field)
  const nested = (query: unknown = {}, of?: object) => {
    const own = typeof query === 'function' ? query(args, by.context) : query
    return { ...own, select: selectOf(of ? field.node : field.object, by) }
  }
  const make = field.select as (...given: unknown[]) => { select?: Select } | null
  const found = make(args, by.context, nested, () => field.names)
  if (found instanceof Promise) throw new NotPlanned()
  return found
}

function merge(into: Select, more: Readonly<Select>): void {
  for (const [name, wanted] of Object.entries(more)) {
    if (wanted === undefined) continue
    const before = into[name]
    if (before === undefined) into[name] = copyOf(wanted)
    else if (before !== true || wanted !== true) mergeNested(before, wanted)
  }
}

/** Merging changes what it merges into, and static selections are every request's. */
function copyOf(wanted: unknown): unknown {
  if (typeof wanted !== 'object' || wanted === null) return wanted
  const { select, ...page } = wanted as Nested
  if (!select) return wanted
  const copy: Select = {}
  merge(copy, select)
  return { ...page, select: copy }
}

function mergeNested(before: unknown, wanted: unknown): void {
  if (typeof before !== 'object' || typeof wanted !== 'object') throw new NotPlanned()
  const { select, ...page } = before as Nested
  const { select: more, ...samePage } = wanted as Nested
  if (!select || !more || !isDeepStrictEqual(page, samePage)) throw new NotPlanned()
  merge(select, more)
}
