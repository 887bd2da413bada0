import type { CombinedError } from '@urql/core'
import type { graphql } from './graphql.ts'

/** What can be wrong with a value, as far as this console knows. */
export type IssueCode = ReturnType<typeof graphql.scalar<'InputIssueCode'>>

/** What is wrong with a value. */
export interface Issue {
  /** An {@link IssueCode}, or one that only a newer server knows. */
  readonly code: string
  /** In English, from the server: for where the console has no words of its own. */
  readonly message: string
  readonly limit?: number | null | undefined
  readonly value?: string | null | undefined
}

/** The same as the API answers it. */
export interface AnsweredIssue extends Required<Issue> {
  readonly path: readonly string[]
}

/** What went wrong, in one form: a typed error of a mutation, an error of a query, or no answer at all. */
export interface Problem {
  /** One of docs/api.md, or `NETWORK` where the server was not reached. */
  readonly code: string
  /** In English, from the server: for where the console has no words of its own. */
  readonly message: string
  /** By the path of the field, as `redirectUris.0`. */
  readonly issues: Readonly<Record<string, Issue>>
  /** Whatever else the typed error says: `quota`, `decidedBy`, `impact`, … */
  readonly details: Readonly<Record<string, unknown>>
  /** Where it is a defect of the server: by what it is found in the server's log. */
  readonly requestId?: string | undefined
}

type Answered = Issue & Pick<AnsweredIssue, 'path'>

interface TypedError {
  readonly code: string
  readonly message: string
  readonly issues?: readonly Answered[]
}

/** Of a field the first alone: people put right one thing after the other. */
function byPath(issues: readonly Answered[]): Problem['issues'] {
  const found: Record<string, Issue> = {}
  for (const { path, ...issue } of issues) found[path.join('.')] ??= issue
  return found
}

/** The problem that a mutation answered with instead of its success. */
export const problemOf = ({ code, message, issues = [], ...details }: TypedError): Problem => ({
  code,
  message,
  issues: byPath(issues),
  details: details as Record<string, unknown>,
})

/** The problem behind an operation that was not answered as it should. */
export function problemOfError({ networkError, graphQLErrors, message }: CombinedError): Problem {
  const [first] = graphQLErrors
  const code = networkError ? 'NETWORK' : String(first?.extensions?.code ?? 'INTERNAL')
  const issues = (first?.extensions?.issues ?? []) as readonly Answered[]
  const said = first?.message ?? message
  const requestId = /^Internal error, request (\S+)$/.exec(said)?.[1]
  return { code, message: said, issues: byPath(issues), details: {}, requestId }
}

const isWrongId = ({ code }: Issue) => code === 'WRONG_ID'

/** The same for a query. No form could be put right: an id that cannot be one is of nothing. */
export function problemOfQuery(error: CombinedError): Problem {
  const problem = problemOfError(error)
  const isOfNothing = problem.code === 'INVALID_INPUT' && Object.values(problem.issues).every(isWrongId)
  return isOfNothing ? { ...problem, code: 'NOT_FOUND', issues: {} } : problem
}
