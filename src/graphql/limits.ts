import type { Plugin } from '@envelop/core'
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { GraphQLError, parse } from 'graphql'
import type { Config } from '../config.ts'

/**
 * The bounds that a document must keep before anything of it runs: how long it is, and how many
 * aliases it has. Depth and cost are the builder's.
 */
export function limitDocuments({ limits }: Pick<Config, 'limits'>): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: limits.queryTokens }))
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
