import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './schema.d.ts'

/**
 * Makes a document of its GraphQL text. What it takes and answers is known to TypeScript, from the
 * server's schema; fragments that it uses are passed along.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection
  // A document gets what it selects, also through fragments, without unwrapping each of them.
  disableMasking: true
  scalars: { DateTime: string; SafeInt: number; JSON: unknown; ID: string }
}>()

export type { ResultOf } from 'gql.tada'
