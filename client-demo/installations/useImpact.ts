import { useState } from 'react'
import { useQuery } from 'urql'
import type { Impact } from '../api/fragments.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import { ImpactOf } from './documents.ts'

interface Touching {
  /** Null while it is being asked. */
  readonly impact: Impact | null
  /** Why it cannot be said. */
  readonly problem: Problem | undefined
  /** Takes the impact that a refusal came with. */
  readonly learn: (problem: Problem) => void
}

/** What it is about is not there any more. */
export const gone: Problem = { code: 'NOT_FOUND', message: '', issues: {}, details: {} }

/** What ending an installation or a grant would touch: as it is now, and as it becomes while one looks at it. */
export function useImpact(id: string): Touching {
  const [{ data, error }] = useQuery({ query: ImpactOf, variables: { id }, requestPolicy: 'network-only' })
  const [learned, setLearned] = useState<{ readonly impact: Impact; readonly after: typeof data }>()
  const node = data?.node
  const read = node && 'impact' in node ? node.impact : null
  return {
    // What a refusal said is newer than what was read before it.
    impact: learned && learned.after === data ? learned.impact : read,
    problem: node === null ? gone : error && !read ? problemOfError(error) : undefined,
    learn: ({ details }) => {
      if (details.impact) setLearned({ impact: details.impact as Impact, after: data })
    },
  }
}
