import { useState } from 'react'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage } from '../i18n/LanguageProvider.tsx'
import { caseOf, type Fates, isPending, lastBegunFirst } from './cases.ts'
import { InstallCases, type Request, SettledRequests } from './documents.ts'
import { Memory } from './memory.ts'

/** So many settled cases stay on the screen; with more of them nobody remembers the first. */
const REMEMBERED = 30

const unknown: Fates = new Map()

const casesIn = ({ organization }: ResultOf<typeof InstallCases>) => organization?.installCases

/**
 * What waits for a decision in an organization, app by app, and what did while this page was open: it
 * stays where it was and says what became of it.
 *
 * @param appId only what is asked for this app.
 */
export function useRequests(organizationId: string, appId: string | undefined) {
  const language = useApiLanguage()
  const pages = usePages(InstallCases, { organizationId, appId, language }, casesIn)
  const [memory] = useState(() => new Memory())
  const listed = pages.nodes
  if (listed) memory.see(listed)

  const isListed = new Set(listed?.map(({ id }) => id))
  const former = [...memory.seen.values()].filter(({ id }) => !isListed.has(id)).slice(-REMEMBERED)
  const fates = useFates(former.flatMap(({ requests }) => requests.edges.map(({ node }) => node.id)))
  const cases = [...(listed ?? []), ...former]
    .sort(lastBegunFirst)
    .map((one) => caseOf(one, isListed.has(one.id) ? unknown : fates))
  const settled = cases.filter((one) => isListed.has(one.key) && !isPending(one)).length
  return {
    ...pages,
    cases: listed && cases,
    /** How many are pending: on all pages, less those that this page knows to be settled already. */
    count: listed && Math.max(0, (pages.totalCount ?? 0) - settled),
    /** Whether a request of it came while the page was open. */
    isNew: (key: string) => memory.isNew(key),
  }
}

/** What became of these requests, as far as that is known. */
function useFates(ids: readonly string[]): Fates {
  const [{ data, operation }] = useQuery({
    query: SettledRequests,
    variables: { ids: ids.slice(-100) },
    pause: ids.length === 0,
  })
  // By what was asked for when this was answered, which may be other ids than now.
  const asked: readonly string[] = operation?.variables.ids ?? []
  return new Map(
    data?.nodes.flatMap((node, index): [string, Request | null][] => {
      if (node?.__typename === 'InstallRequest') return [[node.id, node as Request]]
      return node === null && asked[index] ? [[asked[index], null]] : []
    }),
  )
}
