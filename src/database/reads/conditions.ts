import { type Model, models, type Relation } from './models.ts'
import type { StatementText } from './statement-text.ts'

/** These arguments are for Prisma: no statement of ours says the same. */
export class NotCovered extends Error {}

type Where = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Where =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** SQL for Prisma's `where`, about the rows of the model under this alias. @throws {NotCovered} */
export const conditionsOf = (text: StatementText, model: Model, alias: string, where: unknown): string =>
  everyOf(text, model, alias, where) ?? 'TRUE'

/** Undefined where nothing is asked: that is another thing than a condition which all rows meet. */
function everyOf(text: StatementText, model: Model, alias: string, where: unknown): string | undefined {
  if (where === undefined) return undefined
  if (!isObject(where)) throw new NotCovered()
  return allOf(
    Object.entries(where).map(([name, value]) =>
      value === undefined ? undefined : conditionOf(text, model, alias, name, value),
    ),
  )
}

function allOf(conditions: readonly (string | undefined)[]): string | undefined {
  const asked = conditions.filter((condition) => condition !== undefined)
  return asked.length === 0 ? undefined : `(${asked.join(' AND ')})`
}

function conditionOf(text: StatementText, model: Model, alias: string, name: string, value: unknown) {
  const each = (wheres: unknown) =>
    (Array.isArray(wheres) ? wheres : [wheres]).map((where) => everyOf(text, model, alias, where))
  if (name === 'AND') return allOf(each(value))
  if (name === 'OR' && Array.isArray(value)) {
    const alternatives = each(value)
    // What is left of alternatives that ask for nothing, only Prisma knows.
    if (alternatives.length === 0 || alternatives.includes(undefined)) throw new NotCovered()
    return `(${alternatives.join(' OR ')})`
  }
  if (model.compound.has(name)) return everyOf(text, model, alias, value)
  const relation = model.relations.get(name)
  if (relation) return ofRelation(text, alias, relation, value)
  return ofColumn(text, model, `${alias}."${name}"`, name, value)
}

const comparisons: Readonly<Record<string, string>> = { equals: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' }

function ofColumn(text: StatementText, model: Model, column: string, name: string, value: unknown) {
  const known = model.columns.get(name)
  if (!known || known.isList || known.type === 'Json') throw new NotCovered()
  const isNull = (negated = '') => {
    if (!known.isNullable) throw new NotCovered()
    return `${column} IS ${negated}NULL`
  }
  if (value === null) return isNull()
  if (!isObject(value)) return `${column} = ${text.value(value)}`
  const parts = Object.entries(value).map(([operator, operand]) => {
    if (operand === undefined) return undefined
    if (operator === 'in' && Array.isArray(operand) && !operand.includes(null)) {
      // The driver knows no arrays of our enums.
      const list = known.isEnum ? `CAST(${text.value(operand)}::text[] AS "${known.type}"[])` : text.value(operand)
      return `${column} = ANY(${list})`
    }
    if (operator === 'equals' && operand === null) return isNull()
    if (operator === 'not' && operand === null) return isNull('NOT ')
    const comparison = comparisons[operator]
    if (!comparison || operand === null || isObject(operand)) throw new NotCovered()
    return `${column} ${comparison} ${text.value(operand)}`
  })
  return allOf(parts)
}

function ofRelation(text: StatementText, alias: string, relation: Relation, value: unknown): string {
  const there = (where: unknown) => {
    const other = text.alias()
    const model = models.get(relation.model) as Model
    const conditions = everyOf(text, model, other, where)
    if (conditions === undefined) throw new NotCovered()
    return `EXISTS (SELECT 1 FROM "${relation.model}" AS ${other} WHERE ${joined(alias, relation, other)} AND ${conditions})`
  }
  if (!isObject(value)) throw new NotCovered()
  if (!relation.isList) return there('is' in value ? value.is : value)
  const [[operator, where] = [], ...more] = Object.entries(value)
  if (more.length > 0) throw new NotCovered()
  if (operator === 'some') return there(where)
  if (operator === 'none') return `NOT ${there(where)}`
  throw new NotCovered()
}

/** That a row under the one alias and a row under the other belong together. */
export const joined = (alias: string, { column, otherColumn }: Relation, other: string): string =>
  `${other}."${otherColumn}" = ${alias}."${column}"`
