import { type Model, models, type Relation } from './models.ts'
import type { StatementText } from './statement-text.ts'

/** These arguments are for Prisma: no statement of ours says the same. */
export class NotCovered extends Error {}

type Where = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Where =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** SQL for Prisma's `where`, about the rows of the model under this alias. @throws {NotCovered} */
export function conditionsOf(text: StatementText, model: Model, alias: string, where: unknown): string {
  if (where === undefined) return 'TRUE'
  if (!isObject(where)) throw new NotCovered()
  const parts = Object.entries(where).flatMap(([name, value]) =>
    value === undefined ? [] : [conditionOf(text, model, alias, name, value)],
  )
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ')
}

function conditionOf(text: StatementText, model: Model, alias: string, name: string, value: unknown): string {
  const each = (wheres: unknown) =>
    (Array.isArray(wheres) ? wheres : [wheres]).map((where) => `(${conditionsOf(text, model, alias, where)})`)
  if (name === 'AND') return each(value).join(' AND ') || 'TRUE'
  if (name === 'OR' && Array.isArray(value)) {
    const alternatives = each(value)
    // Prisma passes over alternatives without a condition, as if they were not there.
    if (alternatives.some((alternative) => /^\(+TRUE\)+$/.test(alternative))) throw new NotCovered()
    return `(${alternatives.join(' OR ') || 'FALSE'})`
  }
  if (name === 'NOT' && isObject(value)) throw new NotCovered()
  if (model.compound.has(name)) return conditionsOf(text, model, alias, value)
  const relation = model.relations.get(name)
  if (relation) return ofRelation(text, alias, relation, value)
  return ofColumn(text, model, `${alias}."${name}"`, name, value)
}

const comparisons: Readonly<Record<string, string>> = { equals: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' }

function ofColumn(text: StatementText, model: Model, column: string, name: string, value: unknown): string {
  const known = model.columns.get(name)
  if (!known || known.isList || known.type === 'Json') throw new NotCovered()
  const isNull = (negated = '') => {
    if (!known.isNullable) throw new NotCovered()
    return `${column} IS ${negated}NULL`
  }
  if (value === null) return isNull()
  if (!isObject(value)) return `${column} = ${text.value(value)}`
  const parts = Object.entries(value).flatMap(([operator, operand]) => {
    if (operand === undefined) return []
    if (operator === 'in' && Array.isArray(operand) && !operand.includes(null)) {
      // The driver knows no arrays of our enums.
      const list = known.isEnum ? `CAST(${text.value(operand)}::text[] AS "${known.type}"[])` : text.value(operand)
      return [`${column} = ANY(${list})`]
    }
    if (operator === 'equals' && operand === null) return [isNull()]
    if (operator === 'not' && operand === null) return [isNull('NOT ')]
    const comparison = comparisons[operator]
    if (!comparison || operand === null || isObject(operand)) throw new NotCovered()
    return [`${column} ${comparison} ${text.value(operand)}`]
  })
  return parts.join(' AND ') || 'TRUE'
}

function ofRelation(text: StatementText, alias: string, relation: Relation, value: unknown): string {
  const there = (where: unknown) => {
    const other = text.alias()
    const model = models.get(relation.model) as Model
    const conditions = conditionsOf(text, model, other, where)
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
