import type { Client } from '@urql/core'
import { useMemo } from 'react'
import { useLocation } from 'react-router'
import { useClient } from 'urql'

/** So many lists are there again for somebody who goes back to them. */
const KEPT = 12

/** The lists of each client, the one that was looked at last at the end. A client is one user's. */
const lists = new WeakMap<Client, Map<string, object>>()

/**
 * A list that the browser's Back finds as far as it was read, so that one comes back to where one was in it.
 *
 * @param key what the list is of; on another page, or gone to anew, the same is another list.
 * @param make called where nobody left it behind.
 */
export function useLeftBehind<List extends object>(key: string, make: (client: Client) => List): List {
  const client = useClient()
  const place = `${useLocation().key} ${key}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place says what is made.
  return useMemo(() => {
    const kept = lists.get(client) ?? new Map<string, object>()
    lists.set(client, kept)
    const list = (kept.get(place) as List | undefined) ?? make(client)
    kept.delete(place)
    kept.set(place, list)
    for (const [oldest] of kept) if (kept.size > KEPT) kept.delete(oldest)
    return list
  }, [client, place])
}
