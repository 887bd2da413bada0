import type { Client } from '@urql/core'
import { makeClient } from './client.ts'
import { readCursor, readUserId } from './cursors.ts'
import { nextFrame } from './live/batch.ts'
import { makeLine } from './live/line.ts'
import { Live } from './live/live.ts'
import { makeRefetcher } from './refetch.ts'
import { goToSignIn } from './sign-in.ts'

/** What the console speaks to the server with, for as long as its page is open. */
export interface Session {
  readonly client: Client
  readonly live: Live
  /** Says who it is that everything here is read for. */
  identify(userId: string): void
}

export function startSession(): Session {
  const refetcher = makeRefetcher()
  const client = makeClient({ url: '/graphql', refetcher, onSignedOut: goToSignIn })
  let userId: string | undefined
  const live = new Live({
    line: makeLine({ url: `${window.location.origin.replace(/^http/, 'ws')}/graphql` }),
    refetcher,
    readCursor: (organizationId) => readCursor(client, organizationId),
    async stillSignedIn() {
      const now = await readUserId(client)
      if (now === undefined) return true
      // Somebody else in another tab: nothing of what was read here is theirs.
      if (now !== null && userId !== undefined && now !== userId) window.location.reload()
      return now !== null
    },
    onSignedOut: goToSignIn,
    schedule: nextFrame,
  })
  watchSurroundings(live)
  return {
    client,
    live,
    identify: (id) => {
      userId = id
    },
  }
}

/** The network goes and comes, and so does whoever looks: both are reasons not to wait any longer. */
function watchSurroundings(live: Live): void {
  live.setOnline(navigator.onLine)
  window.addEventListener('online', () => live.setOnline(true))
  window.addEventListener('offline', () => live.setOnline(false))
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) live.wake()
  })
}
