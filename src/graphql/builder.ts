import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { GraphQLScalarType } from 'graphql'
import { DateTimeResolver, JSONResolver, SafeIntResolver } from 'graphql-scalars'
import { notForApps } from '../access/actions.ts'
import { inTests } from '../config/config.ts'
import { limits } from '../config/defaults.ts'
import type PrismaTypes from '../database/generated/pothos.ts'
import { getDatamodel } from '../database/generated/pothos.ts'
import { Forbidden, InvalidInput, Unauthenticated } from '../errors.ts'
import { publicId, readPublicId, type TypeName } from '../ids.ts'
import AnswerPlugin from './answer-plugin.ts'
import { type AuthScopes, authScopes } from './auth-scopes.ts'
import { batched } from './batch.ts'
import type { Context } from './context.ts'
import KeysetPlugin from './keyset.ts'
import { defaultPageSize } from './paging.ts'
import './query-resolvers.ts'

/** In place of the type of an id that cannot be read. */
const UNREADABLE = ''

/**
 * Defines no types: each noun's `schema.ts` adds its own. Errors come before scope-auth, so that a
 * refusal by an auth scope is one of a mutation's typed errors too.
 */
export const builder = new SchemaBuilder<{
  AuthScopes: AuthScopes
  Context: Context
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: true
  PrismaTypes: PrismaTypes
  Scalars: {
    DateTime: { Input: Date; Output: Date }
    ID: { Input: string; Output: string }
    JSON: { Input: unknown; Output: unknown }
    SafeInt: { Input: number; Output: number | bigint }
  }
}>({
  plugins: [AnswerPlugin, ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, PrismaPlugin, ComplexityPlugin, KeysetPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  errors: { directResult: true },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes,
    unauthorizedError: (_parent, { viewer }) => {
      if (!viewer) return new Unauthenticated()
      return viewer.app ? notForApps() : new Forbidden()
    },
  },
  prisma: {
    client: batched,
    dmmf: getDatamodel(),
    maxConnectionSize: limits.pageSize,
    defaultConnectionSize: defaultPageSize,
    onUnusedQuery: inTests ? 'error' : null,
  },
  relay: {
    encodeGlobalID: (typename, id) => publicId(typename as TypeName, String(id)),
    decodeGlobalID: (text) => {
      const found = readPublicId(text)
      // Which of several ids it is, only the resolvers know.
      return found ? { typename: found.type, id: found.id } : { typename: UNREADABLE, id: text }
    },
    clientMutationId: 'omit',
    cursorType: 'String',
    nodeTypeOptions: { description: 'An object that can be fetched again by its id.' },
    idFieldOptions: { description: 'The id of the object, unique over all types.' },
    nodeQueryOptions: {
      description: 'The object with this id; null where there is none that the viewer may see.',
      args: { id: { description: 'The id of any object.' } },
      authScopes: { signedIn: true },
      resolve(_root, { id }, _context, _info, resolveNode) {
        assertReadable([id], () => 'id')
        return resolveNode(id) as never
      },
    },
    nodesQueryOptions: {
      description: 'The objects with these ids in their order; null for each that the viewer may not see.',
      args: { ids: { description: 'The ids of any objects.' } },
      authScopes: { signedIn: true },
      complexity: ({ ids }) => ({ multiplier: (ids as readonly unknown[]).length }),
      resolve(_root, { ids }, _context, _info, resolveNodes) {
        const most = limits.pageSize
        if (ids.length > most) {
          throw InvalidInput.at('ids', { code: 'TOO_MANY', message: `must be at most ${most}`, limit: most })
        }
        assertReadable(ids, (index) => `ids.${index}`)
        return resolveNodes(ids) as never
      },
    },
    mutationInputArgOptions: { description: 'The one input.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether a page follows.' },
    hasPreviousPageFieldOptions: { description: 'Whether a page precedes.' },
    startCursorFieldOptions: { description: 'The position of the first item of the page.' },
    endCursorFieldOptions: { description: 'The position of the last item of the page: pass it as `after` to go on.' },
    edgesFieldOptions: {
      description: 'The items of the page, each with its position.',
      // How many there are is in the cost of the connection already.
      complexity: { multiplier: 1 },
    },
    pageInfoFieldOptions: { description: 'Where this page stands in the list.' },
    nodeFieldOptions: { description: 'The item itself.' },
    cursorFieldOptions: { description: 'The position of the item: what `after` and `before` take.' },
    defaultConnectionTypeOptions: { description: 'A page of a list.' },
    defaultEdgeTypeOptions: { description: 'An item of a page.' },
    firstArgOptions: { description: 'How many items from the start of the list: 1 to 100; 20 where nothing is said.' },
    lastArgOptions: { description: 'How many items from the end of the list: 1 to 100.' },
    afterArgOptions: { description: 'Only items that come after this position.' },
    beforeArgOptions: { description: 'Only items that come before this position.' },
  },
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 10,
    // Costs are declared here and summed up in cost.ts, for all operations of a request together.
    disabled: true,
    fieldComplexity: (args, _context, field) => {
      if (!field.args.some(({ name }) => name === 'first')) return {}
      const size = (args.first ?? args.last ?? defaultPageSize) as number
      return { multiplier: Math.min(Math.max(size, 1), limits.pageSize) }
    },
  },
})

/** @throws {InvalidInput} that names each of the ids that is one of no object. */
function assertReadable(ids: readonly { typename: string; id: string }[], pathOf: (index: number) => string): void {
  const issues = ids.flatMap(({ typename, id }, index) => {
    const message = `is not an id of any object: ${id.slice(0, 50)}`
    return typename === UNREADABLE ? [{ path: pathOf(index).split('.'), code: 'WRONG_ID' as const, message }] : []
  })
  if (issues.length > 0) throw new InvalidInput(issues)
}

builder.addScalarType(
  'DateTime',
  new GraphQLScalarType({
    ...DateTimeResolver.toConfig(),
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  }),
)
builder.addScalarType('JSON', JSONResolver)
builder.addScalarType('SafeInt', SafeIntResolver)

builder.queryType({ description: 'What can be read.' })
builder.mutationType({
  description: 'What can be changed. Every mutation takes one input and answers with its success or a typed error.',
})
builder.subscriptionType({ description: 'What can be watched live, over WebSocket (graphql-transport-ws) or SSE.' })
