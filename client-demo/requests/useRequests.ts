import { useMemo, useState } from 'react'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage } from '../i18n/LanguageProvider.tsx'
import { type Case, casesOf } from './cases.ts'
import { PendingRequests, type Request, SettledRequests } from './documents.ts'
import { Memory } from './memory.ts'

/** So many settled requests stay on the screen; with more of them nobody remembers the first. */
const REMEMBERED = 50

const requestsIn = ({ organization }: ResultOf<typeof PendingRequests>) => organization?.installRequests

/**
 * The pending requests of an organization, and those that were pending while this page was open: they
 * stay where they were and say what became of them.
 */
export function useRequests(organizationId: string) {
  const language = useApiLanguage()
  const pages = usePages(PendingRequests, { organizationId, language }, requestsIn)
  const [memory] = useState(() => new Memory())
  const { seen } = memory
  const listed = pages.nodes
  if (listed) memory.see(listed)

  const pendingIds = useMemo(() => new Set(listed?.map(({ id }) => id)), [listed])
  const ids = [...seen.keys()].filter((id) => !pendingIds.has(id)).slice(-REMEMBERED)
  const [{ data, operation }] = useQuery({
    query: SettledRequests,
    variables: { ids, language },
    pause: ids.length === 0,
  })

  const settled = new Map(
    data?.nodes.flatMap((node) => (node?.__typename === 'InstallRequest' ? [[node.id, node as Request]] : [])),
  )
  // By what was asked for when this was answered, which may be other ids than now.
  const asked: readonly string[] = operation?.variables.ids ?? []
  const gone = new Set(asked.filter((id, index) => data?.nodes[index] === null && !pendingIds.has(id)))
  const remembered = ids.flatMap((id) => settled.get(id) ?? seen.get(id)?.request ?? [])
  const cases = casesOf([...(listed ?? []), ...remembered], ({ id }) => ({
    key: seen.get(id)?.key ?? id,
    isGone: gone.has(id),
  }))
  const count = listed?.filter(({ status }) => status === 'PENDING').length ?? 0
  return {
    ...pages,
    cases: listed && cases,
    /** How many are pending: on all pages, less those that this page knows to be settled already. */
    count: listed && Math.max(0, (pages.totalCount ?? 0) - (listed.length - count)),
    /** Whether a request of it came while the page was open. */
    isNew: ({ requests, isPending }: Case) => isPending && requests.some(({ id }) => seen.get(id)?.isNew),
  }
}
