import type { TypedDocumentNode } from '@urql/core'
import { useEffect, useState } from 'react'
import { useMutation } from 'urql'
import { type AnsweredIssue, type Problem, problemOf, problemOfError } from './problem.ts'
import { useSession } from './SessionProvider.tsx'
import { goToSignIn } from './sign-in.ts'

/** Refusals that say that things are not as the screen shows them. */
const surprises = [
  'ALREADY_DECIDED',
  'ALREADY_INSTALLED',
  'APP_DISABLED',
  'FORBIDDEN',
  'IMPACT_CHANGED',
  'NOT_FOUND',
  'NOT_INSTALLED',
  'REQUESTS_CHANGED',
]

/** What is selected of whatever a mutation answers with; of issues all by which they are said in any language. */
interface Selected {
  readonly __typename: string
  readonly issues?: readonly AnsweredIssue[]
}

/** The one field of a mutation: its success, or one of its typed errors. */
type Answer<Data> = Data[keyof Data]
type Success<Data> = Extract<Answer<Data>, { __typename: `${string}Success` }>

/** What became of it: one of the two. */
export type Outcome<Data> =
  | { readonly success: Success<Data>; readonly problem?: undefined }
  | { readonly success?: undefined; readonly problem: Problem }

export interface Action<Data, Input> {
  /** Whether it is under way. */
  readonly busy: boolean
  /** Why it had no effect last time, until it is tried again. */
  readonly problem: Problem | undefined
  readonly run: (input: Input) => Promise<Outcome<Data>>
  /** Forgets the problem. */
  readonly forget: () => void
}

/**
 * A mutation as something to do. Its document selects `__typename` and, of its errors,
 * `... on Error { code message }` and the details that are shown: `... on InvalidInputError { issues { path
 * code message limit value } }`.
 *
 * @param rest the variables of the document beside its input.
 */
export function useAction<Data extends { [Field in keyof Data]: Selected }, Variables extends { input: unknown }>(
  document: TypedDocumentNode<Data, Variables>,
  ...[rest]: keyof Variables extends 'input' ? [] : [Omit<Variables, 'input'>]
): Action<Data, Variables['input']> {
  const [{ fetching }, execute] = useMutation<Data, Variables>(document)
  const { live } = useSession()
  const [problem, setProblem] = useState<Problem>()
  // The server can be reached again once its events come again.
  useEffect(
    () =>
      live.onStatus(() => {
        if (live.status() === 'live') setProblem((now) => (now?.code === 'NETWORK' ? undefined : now))
      }),
    [live],
  )
  const run = async (input: Variables['input']): Promise<Outcome<Data>> => {
    setProblem(undefined)
    const { data, error } = await execute({ ...rest, input } as Variables)
    const answer: Partial<{ __typename: string; code: string; message: string }> = Object.values(data ?? {})[0] ?? {}
    if (answer.__typename?.endsWith('Success')) {
      // Else its event says what it changed.
      if (live.status() !== 'live') live.refresh()
      return { success: answer as Success<Data> }
    }
    // Of a type that only a newer server knows, there is nothing but its name.
    const { code = 'UNKNOWN', message = answer.__typename ?? '' } = answer
    const found = error ? problemOfError(error) : problemOf({ ...answer, code, message })
    if (found.code === 'UNAUTHENTICATED') goToSignIn()
    if (surprises.includes(found.code)) live.refresh()
    setProblem(found)
    return { problem: found }
  }
  return { busy: fetching, problem, run, forget: () => setProblem(undefined) }
}
