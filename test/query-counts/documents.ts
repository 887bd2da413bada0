import { type GraphQLNamedType, getNamedType, getNullableType, isLeafType, isListType, isObjectType } from 'graphql'
import { schema } from '../../src/server/schema.ts'
import type { Scene } from './scene.ts'

/** Sends a statement of its own for each object, and is therefore charged for in the cost of a query. */
const single = new Set([
  'Organization.impact',
  'Organization.statistics',
  'Organization.explainToken',
  'App.updateImpact',
])

/** What fields with arguments that must be there are asked with. */
const given: Readonly<Record<string, string>> = { 'App.impact': '(action: DELETE)' }

export const isConnection = (type: GraphQLNamedType): boolean => isObjectType(type) && 'edges' in type.getFields()

/** Every field of the type, with what it leads to, so many steps far; lists only where they are the type's own. */
export function everything(type: GraphQLNamedType | undefined, steps: number, lists = true): string {
  if (!isObjectType(type)) throw new TypeError(`${type} has no fields`)
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const target = getNamedType(field.type)
    const name = `${type.name}.${field.name}`
    if (isLeafType(target)) return [field.name]
    if (steps === 0 || single.has(name) || isConnection(target)) return []
    if (!lists && isListType(getNullableType(field.type))) return []
    return [`${field.name}${given[name] ?? ''} { ${everything(target, steps - 1, false)} }`]
  })
  return fields.join(' ')
}

export interface Case {
  readonly document: string
  readonly variables: (size: number) => object
  /** The names from the data down to what has as many items as were asked for. */
  readonly path: readonly string[]
}

/** The connection `Type.field`, with everything of its nodes, so many steps far. */
export function connectionCase({ team, appId, caseId }: Scene, name: string, steps = 2): Case {
  const [parent = '', fieldName = ''] = name.split('.')
  const [root, field] = {
    Organization: ['organization', 'organization(id: $parent)'],
    App: ['app', 'app(clientId: $parent)'],
    Viewer: ['viewer', 'viewer'],
    InstallCase: ['node', 'node(id: $parent)'],
  }[parent] ?? ['', '']
  const parentType = schema.getType(parent)
  const connection = isObjectType(parentType) && getNamedType(parentType.getFields()[fieldName]?.type)
  const edge = isObjectType(connection) && getNamedType(connection.getFields().edges?.type)
  const node = isObjectType(edge) ? getNamedType(edge.getFields().node?.type) : undefined
  const id = { Organization: 'ID!', App: 'String!', InstallCase: 'ID!' }[parent]
  return {
    document: `query (${id ? `$parent: ${id}, ` : ''}$first: Int, $after: String, $last: Int, $before: String) {
      ${field} { ... on ${parent} {
        list: ${fieldName}(${fieldName === 'events' ? 'types: [INSTALL_DENIED], ' : ''}first: $first, after: $after, last: $last, before: $before) {
          totalCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          edges { cursor node { ${everything(node, steps)} } }
        }
      } }
    }`,
    variables: (first) => ({
      first,
      ...(parent === 'App' && { parent: appId }),
      ...(parent === 'Organization' && { parent: team.id }),
      ...(parent === 'InstallCase' && { parent: caseId }),
    }),
    path: [root as string, 'list', 'edges'],
  }
}

/** `nodes` of one type, with everything of them. */
export const nodesCase = ({ publicIds }: Scene, type: string): Case => ({
  document: `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ${type} { ${everything(schema.getType(type), 2)} } } }`,
  variables: (size) => ({ ids: publicIds[type]?.slice(0, size) }),
  path: ['nodes'],
})
