import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Config } from '../config/config.ts'
import { boundLiterals } from './bounds.ts'

/**
 * The rules that a document must keep beside those of GraphQL: how many aliases it has, how often it asks
 * for the schema, and that a subscription selects what it subscribes to. Depth and cost are the builder's.
 */
export function limitDocuments({ limits }: Pick<Config, 'limits'>): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(boundLiterals(limits))
      addValidationRule(fewIntrospections)
      addValidationRule(unconditionalSubscriptions)
      addValidationRule(
        maxAliasesRule({
          n: limits.queryAliases,
          propagateOnRejection: false,
          onReject: [(context) => context?.reportError(tooManyAliases(limits.queryAliases))],
        }),
      )
    },
  }
}

const tooManyAliases = (limit: number): GraphQLError =>
  new GraphQLError(`An operation may have at most ${limit} aliases.`, { extensions: { code: 'TOO_MANY_ALIASES' } })

/** Tools ask for the schema once, and it is large. */
const INTROSPECTIONS = 3

/** How often it asks for the schema at most, under as many names. */
export function introspectionsIn(document: DocumentNode): number {
  let seen = 0
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') seen += 1
    },
  })
  return seen
}

const fewIntrospections = (context: ValidationContext): ASTVisitor => {
  let seen = 0
  return {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return
      seen += 1
      if (seen === INTROSPECTIONS + 1) {
        const message = `A document may ask for the schema at most ${INTROSPECTIONS} times.`
        context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'QUERY_TOO_COMPLEX' } }))
      }
    },
  }
}

/** What is skipped at the root of a subscription leaves nothing to subscribe to (GraphQL section 5.2.4.1). */
const unconditionalSubscriptions = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(operation) {
    if (operation.operation !== 'subscription') return
    // Each fragment once: fragments that are spread twice, in fragments that are, make 2ⁿ ways.
    const seen = new Set<string>()
    const check = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) {
          const message = 'The field that a subscription subscribes to cannot be skipped or included conditionally.'
          context.reportError(new GraphQLError(message, { nodes: selection }))
        }
        if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet)
        if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue
        seen.add(selection.name.value)
        const fragment = context.getFragment(selection.name.value)
        if (fragment) check(fragment.selectionSet)
      }
    }
    check(operation.selectionSet)
  },
})
