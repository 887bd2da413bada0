import type { CombinedError } from '@urql/core'

/** What went wrong, in one form: a typed error of a mutation, an error of a query, or no answer at all. */
export interface Problem {
  /** One of docs/api.md, or `NETWORK` where the server was not reached. */
  readonly code: string
  /** In English, from the server: for where the console has no words of its own. */
  readonly message: string
  /** By the path of the field, as `redirectUris.0`. */
  readonly issues: Readonly<Record<string, string>>
  /** Whatever else the typed error says: `quota`, `decidedBy`, `impact`, … */
  readonly details: Readonly<Record<string, unknown>>
}

interface TypedError {
  readonly code: string
  readonly message: string
  readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[]
}

/** The problem that a mutation answered with instead of its success. */
export const problemOf = ({ code, message, issues = [], ...details }: TypedError): Problem => ({
  code,
  message,
  issues: Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message])),
  details: details as Record<string, unknown>,
})

/** The problem behind an operation that was not answered as it should. */
export function problemOfError({ networkError, graphQLErrors, message }: CombinedError): Problem {
  const [first] = graphQLErrors
  const code = networkError ? 'NETWORK' : String(first?.extensions?.code ?? 'INTERNAL')
  return { code, message: first?.message ?? message, issues: {}, details: {} }
}
