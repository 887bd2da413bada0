import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { TypeName } from '../../src/ids.ts'
import { schema } from '../../src/server/schema.ts'

/** A place in the schema that takes one value from a client. */
export interface Slot {
  /** Such as `Mutation.createApp.input.name`. */
  readonly name: string
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly type: GraphQLInputType
  /** Takes the value as `$value` and, below objects, the one it belongs to as `$parent`. */
  readonly document: string
  /** The other fields that the input of a mutation has to have. */
  readonly beside: readonly GraphQLInputField[]
  /** The name of the argument or input field. */
  readonly field: string
}

const january = 'statistics(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", bucket: DAY)'

/** How to come from the query to what has fields with arguments; the fields on the way are one in the other. */
const routes: Record<string, { readonly open: string; readonly parent: string }> = {
  Query: { open: '', parent: '' },
  Organization: { open: 'organization(id: $parent)', parent: '$parent: ID!, ' },
  App: { open: 'app(clientId: $parent)', parent: '$parent: String!, ' },
  Viewer: { open: 'viewer', parent: '' },
  InstallCase: { open: 'organization(id: $parent) { installCases(first: 1) { edges { node', parent: '$parent: ID!, ' },
  Scope: { open: 'scopes', parent: '' },
  Statistics: { open: `organization(id: $parent) { ${january}`, parent: '$parent: ID!, ' },
  StatisticsBucketCounts: { open: `organization(id: $parent) { ${january} { buckets`, parent: '$parent: ID!, ' },
}

/** What goes beside the value into a field that has to have several arguments. */
const literals: Record<string, string> = { from: '"2026-01-01T00:00:00Z"', to: '"2026-02-01T00:00:00Z"', bucket: 'DAY' }

/** Every argument and input field of the schema. */
export const slots: readonly Slot[] = Object.values(schema.getTypeMap()).flatMap((type) => {
  if (!isObjectType(type) || type.name.startsWith('__')) return []
  return Object.values(type.getFields()).flatMap((field) => {
    const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'
    return field.args.flatMap((arg) => {
      const input = getNamedType(arg.type)
      if (isInputObjectType(input)) return ofInput(type.name, field.name, arg, Object.values(input.getFields()))
      return [ofArgument(type.name, field.name, arg, field.args, selection)]
    })
  })
})

function ofArgument(
  typeName: string,
  fieldName: string,
  arg: GraphQLArgument,
  all: readonly GraphQLArgument[],
  selection: string,
): Slot {
  const name = `${typeName}.${fieldName}.${arg.name}`
  const beside = all.filter((other) => other !== arg && other.name in literals)
  const given = [`${arg.name}: $value`, ...beside.map((other) => `${other.name}: ${literals[other.name]}`)]
  const call = `${fieldName}(${given.join(', ')}) ${selection}`
  const common = { name, type: arg.type, beside: [], field: arg.name }
  if (typeName === 'Subscription') {
    const needsOrganization = arg.name !== 'organizationId' && fieldName !== 'viewerEvents'
    const organization = needsOrganization ? ', organizationId: $parent' : ''
    const document = `subscription (${needsOrganization ? '$parent: ID!, ' : ''}$value: ${arg.type}) {
      ${fieldName}(${arg.name}: $value${organization}) ${selection}
    }`
    return { ...common, kind: 'subscription', document }
  }
  const route = routes[typeName]
  if (!route) throw new Error(`${name} takes a value, and nothing here says how to come there`)
  const depth = route.open ? route.open.split('{').length : 0
  const body = route.open ? `${route.open} { ${call} ${'}'.repeat(depth)}` : call
  return { ...common, kind: 'query', document: `query (${route.parent}$value: ${arg.type}) { ${body} }` }
}

function ofInput(typeName: string, fieldName: string, arg: GraphQLArgument, fields: GraphQLInputField[]): Slot[] {
  const document = `mutation ($value: ${arg.type}) {
    ${fieldName}(input: $value) {
      __typename ... on Error { code message ... on InvalidInputError { issues { path code message } } }
    }
  }`
  return fields.map((field) => ({
    name: `${typeName}.${fieldName}.${arg.name}.${field.name}`,
    kind: 'mutation',
    type: field.type,
    document,
    beside: fields.filter((other) => other !== field && isNonNullType(other.type) && other.defaultValue === undefined),
    field: field.name,
  }))
}

export const namedTypeOf = ({ type }: Slot): string => getNamedType(type).name

export const isList = ({ type }: Slot): boolean => isListType(getNullableType(type))

/** The value in the form in which the slot takes it. */
export const inForm = (slot: Slot, value: unknown): unknown => (isList(slot) ? [value] : value)

/** What an id in a field of this name is the id of. */
export const idTypes: Record<string, TypeName | undefined> = {
  organizationId: 'Organization',
  appId: 'App',
  clientId: 'App',
  installRequestId: 'InstallRequest',
  installationId: 'Installation',
  membershipId: 'Membership',
  secretId: 'AppSecret',
  keyId: 'AppKey',
  grantId: 'Grant',
  denialId: 'Denial',
  userId: 'User',
  invitationId: 'Invitation',
  sessionId: 'Session',
}
