import { conditionsOf, joined, NotCovered } from './conditions.ts'
import { type Column, type Model, models, type Relation } from './models.ts'
import { StatementText } from './statement-text.ts'

/** Prisma's arguments, as far as {@link readStatement} knows them. */
export interface ReadArgs {
  readonly select?: Readonly<Record<string, unknown>> | undefined
  readonly where?: unknown
  readonly orderBy?: unknown
  readonly take?: number | undefined
  readonly skip?: number | undefined
}

/** One statement that reads rows with everything that their selection leads to. */
export interface ReadStatement {
  readonly text: string
  readonly values: readonly unknown[]
  /** What Prisma would answer, from the rows of the statement. */
  readonly toAnswer: (rows: readonly Record<string, unknown>[]) => Row[]
}

export type Row = Record<string, unknown>

/** A member of a row: the SQL that reads it, and what becomes of the value where it needs to be made. */
interface Member {
  readonly name: string
  readonly sql: string
  readonly make?: ((value: unknown) => unknown) | undefined
}

/**
 * The statement for `findMany` with these arguments.
 *
 * @throws {NotCovered} where Prisma alone knows how to do that.
 */
export function readStatement(modelName: string, args: ReadArgs): ReadStatement {
  const text = new StatementText()
  const model = modelOf(modelName)
  const alias = text.alias()
  const members = membersOf(text, model, alias, args, 'row')
  const columns = members.map(({ name, sql }) => `${sql} AS "${name}"`)
  const sql = `SELECT ${columns} ${fromOf(text, model, alias, args)}`
  const made = members.filter((member) => member.make)
  const toAnswer = (rows: readonly Row[]) => {
    for (const row of rows) for (const { name, make } of made) row[name] = make?.(row[name])
    return inOrder(rows, args) as Row[]
  }
  return { text: sql, values: text.values, toAnswer }
}

/** The statement for `count`, whose row has the number as `count`. @throws {NotCovered} */
export function countStatement(modelName: string, args: ReadArgs): Pick<ReadStatement, 'text' | 'values'> {
  const text = new StatementText()
  const model = modelOf(modelName)
  const alias = text.alias()
  if (args.select) throw new NotCovered()
  return {
    text: `SELECT count(*)::int AS "count" FROM (SELECT 1 ${fromOf(text, model, alias, args)}) AS x`,
    values: text.values,
  }
}

function modelOf(name: string): Model {
  const model = models.get(name)
  if (!model) throw new NotCovered()
  return model
}

const known = new Set(['select', 'where', 'orderBy', 'take', 'skip'])

/** Everything from FROM on. A page from the end is read backward, and turned round by {@link inOrder}. */
function fromOf(text: StatementText, model: Model, alias: string, args: ReadArgs, more = ''): string {
  for (const [name, value] of Object.entries(args)) if (value !== undefined && !known.has(name)) throw new NotCovered()
  const { where, orderBy, take, skip } = args
  const parts = [`FROM "${model.name}" AS ${alias} WHERE ${more}${conditionsOf(text, model, alias, where)}`]
  const backward = take !== undefined && take < 0
  const order = orderOf(model, alias, orderBy, backward)
  if (backward && order === '') throw new NotCovered()
  parts.push(order)
  if (take !== undefined) parts.push(` LIMIT ${text.value(Math.abs(take))}`)
  if (skip) parts.push(` OFFSET ${text.value(skip)}`)
  return parts.join('')
}

const inOrder = <T>(rows: readonly T[], { take = 0 }: ReadArgs): readonly T[] => (take < 0 ? rows.toReversed() : rows)

function orderOf(model: Model, alias: string, orderBy: unknown, backward: boolean): string {
  const terms = (Array.isArray(orderBy) ? orderBy : [orderBy ?? {}]).flatMap((term) => Object.entries(term as object))
  if (terms.length === 0) return ''
  const ordered = terms.map(([name, direction]) => {
    if (!model.columns.has(name) || (direction !== 'asc' && direction !== 'desc')) throw new NotCovered()
    return `${alias}."${name}" ${(direction === 'asc') === backward ? 'DESC' : 'ASC'}`
  })
  return ` ORDER BY ${ordered.join(', ')}`
}

/** Values of a row of the answer come from the driver, values within another from JSON. */
type Place = 'row' | 'json'

function membersOf(text: StatementText, model: Model, alias: string, { select }: ReadArgs, place: Place): Member[] {
  if (!select) return [...model.columns.values()].map((column) => ofColumn(alias, column, place))
  return Object.entries(select).flatMap(([name, wanted]): Member[] => {
    if (wanted === undefined || wanted === false) return []
    if (name === '_count') return [ofCounts(text, model, alias, wanted)]
    const column = model.columns.get(name)
    if (column && wanted === true) return [ofColumn(alias, column, place)]
    const relation = model.relations.get(name)
    if (!relation) throw new NotCovered()
    return [ofRelation(text, alias, relation, wanted === true ? {} : (wanted as ReadArgs))]
  })
}

function ofColumn(alias: string, { name, type, isList }: Column, place: Place): Member {
  const sql = `${alias}."${name}"`
  if (place === 'row' || isList) return { name, sql }
  // JSON has no times, and JavaScript's JSON no numbers as large as these.
  if (type === 'DateTime') return { name, sql, make: (value) => (value === null ? null : new Date(value as string)) }
  if (type === 'BigInt') {
    return { name, sql: `${sql}::text`, make: (value) => (value === null ? null : BigInt(value as string)) }
  }
  return { name, sql }
}

/** The row that a relation leads to, or all rows, by a subquery that answers them as JSON. */
function ofRelation(text: StatementText, alias: string, relation: Relation, args: ReadArgs): Member {
  const { name, isList } = relation
  const model = modelOf(relation.model)
  const other = text.alias()
  const members = membersOf(text, model, other, args, 'json')
  const values = `json_build_array(${members.map(({ sql }) => sql)})`
  const from = fromOf(text, model, other, args, `${joined(alias, relation, other)} AND `)
  const toRow = makeRow(members)
  if (!isList) {
    return {
      name,
      sql: `(SELECT ${values} ${from})`,
      make: (value) => (value === null ? null : toRow(value as unknown[])),
    }
  }
  const toRows = (value: unknown) => inOrder(((value ?? []) as unknown[][]).map(toRow), args)
  return { name, sql: `(SELECT json_agg(x.v) FROM (SELECT ${values} AS v ${from}) AS x)`, make: toRows }
}

function makeRow(members: readonly Member[]): (values: readonly unknown[]) => Row {
  return (values) => {
    const row: Row = {}
    for (const [index, { name, make }] of members.entries()) {
      const value = values[index]
      row[name] = make ? make(value) : value
    }
    return row
  }
}

/** How many rows relations lead to: `{ _count: { select: { apps: true } } }`. */
function ofCounts(text: StatementText, model: Model, alias: string, wanted: unknown): Member {
  const { select } = wanted as { readonly select?: Readonly<Record<string, unknown>> }
  if (!select) throw new NotCovered()
  const counts = Object.entries(select).map(([name, counted]) => {
    const relation = model.relations.get(name)
    if (!relation) throw new NotCovered()
    const other = text.alias()
    const where = counted === true ? {} : { where: (counted as ReadArgs).where }
    const from = fromOf(text, modelOf(relation.model), other, where, `${joined(alias, relation, other)} AND `)
    return { name, sql: `(SELECT count(*) ${from})` }
  })
  const toRow = makeRow(counts)
  return {
    name: '_count',
    sql: `json_build_array(${counts.map(({ sql }) => sql)})`,
    make: (value) => toRow(value as unknown[]),
  }
}
