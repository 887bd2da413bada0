import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import type { Impact } from '../api/fragments.ts'
import { type Problem, problemOfError } from '../api/problem.ts'

/** What an action would touch, as it is now and as it becomes while one looks at it. */
export interface Touching {
  /** Null while it is being asked. */
  readonly impact: Impact | null
  /** Why it cannot be said. */
  readonly problem: Problem | undefined
  /** Asks again; undefined where that is of no use. */
  readonly retry: (() => void) | undefined
  /** Takes the impact that a refusal came with. */
  readonly learn: (refusal: Problem) => void
}

/** What it is about is not there any more. */
export const gone: Problem = { code: 'NOT_FOUND', message: '', issues: {}, details: {} }

/** @param impactIn where it is in what is answered; nothing where that is gone. */
export function useImpact<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  impactIn: (data: Data) => Impact | null | undefined,
): Touching {
  const [{ data, error, fetching }, ask] = useQuery<Data>({
    query: document as TypedDocumentNode<Data>,
    variables: variables as object,
    requestPolicy: 'network-only',
  })
  const [learned, setLearned] = useState<{ readonly impact: Impact; readonly after: Data | undefined }>()
  const read = data ? impactIn(data) : undefined
  const failure = read || fetching ? undefined : error
  return {
    // What a refusal said is newer than what was read before it.
    impact: (learned?.after === data ? learned?.impact : undefined) ?? read ?? null,
    problem: failure ? problemOfError(failure) : data && !read ? gone : undefined,
    retry: failure && (() => ask({ requestPolicy: 'network-only' })),
    learn: ({ details }) => {
      if (details.impact) setLearned({ impact: details.impact as Impact, after: data })
    },
  }
}
