import { getDatamodel } from '../generated/pothos.ts'

/** A column of a table, which has the name of its field. */
export interface Column {
  readonly name: string
  /** The scalar type or the enum. */
  readonly type: string
  readonly isEnum: boolean
  readonly isList: boolean
  readonly isNullable: boolean
}

/** From the rows of one model to rows of another, by a column on either side. */
export interface Relation {
  readonly name: string
  readonly model: string
  readonly isList: boolean
  /** The column of this model that equals the other one. */
  readonly column: string
  readonly otherColumn: string
}

export interface Model {
  readonly name: string
  readonly columns: ReadonlyMap<string, Column>
  readonly relations: ReadonlyMap<string, Relation>
  /** Names that Prisma gives to unique indexes of several columns. */
  readonly compound: ReadonlySet<string>
}

type DatamodelModel = ReturnType<typeof getDatamodel>['datamodel']['models'][string]
type Field = DatamodelModel['fields'][number]

const { models: described } = getDatamodel().datamodel

/** The models of Prisma's schema, by name. */
export const models: ReadonlyMap<string, Model> = new Map(
  Object.entries(described).map(([name, model]) => [name, toModel(name, model)]),
)

function toModel(name: string, model: DatamodelModel): Model {
  const columns = new Map<string, Column>()
  const relations = new Map<string, Relation>()
  for (const field of model.fields) {
    if (field.kind === 'object') {
      const relation = toRelation(name, model, field)
      if (relation) relations.set(field.name, relation)
    } else {
      const { name, type, kind, isList, isRequired } = field
      columns.set(name, { name, type, isEnum: kind === 'enum', isList, isNullable: !isRequired })
    }
  }
  const indexes = [model.primaryKey, ...model.uniqueIndexes].filter((index) => index !== null)
  return { name, columns, relations, compound: new Set(indexes.map((index) => index.name ?? index.fields.join('_'))) }
}

/** Undefined for a relation by more than one column: no statement of ours goes along it. */
function toRelation(name: string, model: DatamodelModel, field: Field): Relation | undefined {
  const other = described[field.type] as DatamodelModel
  const back = other.fields.find(
    (end) => end.kind === 'object' && end.relationName === field.relationName && end.type === name,
  )
  const [here, ...moreHere] = field.relationFromFields ?? []
  const [there, ...moreThere] = back?.relationFromFields ?? []
  if (moreHere.length + moreThere.length > 0) return undefined
  // A foreign key refers to the primary key of the other side.
  const column = here ?? keyOf(model)
  const otherColumn = there ?? keyOf(other)
  if (!column || !otherColumn || Boolean(here) === Boolean(there)) return undefined
  return { name: field.name, model: field.type, isList: field.isList, column, otherColumn }
}

function keyOf({ fields }: DatamodelModel): string | undefined {
  return fields.find(({ isId }) => isId)?.name
}
