import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { type DocumentNode, GraphQLError, type ParseOptions, parse, type Source } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Config } from '../config.ts'

/**
 * The bounds that a document must keep before anything of it runs: how long it is, and how many
 * aliases it has. Depth and cost are the builder's.
 */
export function limitDocuments({ limits }: Pick<Config, 'limits'>): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseWithin(limits.queryTokens, source, options))
    },
    onValidate({ addValidationRule }) {
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

function parseWithin(maxTokens: number, source: string | Source, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens })
  } catch (error) {
    // The parser calls itself for each level of nesting.
    if (error instanceof RangeError) throw new GraphQLError('Syntax Error: Document is nested too deeply.')
    throw error
  }
}
