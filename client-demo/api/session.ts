import type { Client } from '@urql/core'
import { makeClient } from './client.ts'
import { isSignedIn, readCursor } from './cursors.ts'
import { nextFrame, paced } from './live/batch.ts'
import { makeLine } from './live/line.ts'
import { Live } from './live/live.ts'
import { makeRefetcher } from './refetch.ts'
import { goToSignIn } from './sign-in.ts'
import { watchSurroundings } from './surroundings.ts'

/** What the console speaks to the server with, for as long as its page is open. */
export interface Session {
  readonly client: Client
  readonly live: Live
}

export function startSession(): Session {
  const refetcher = makeRefetcher()
  const onSomebodyElse = () => window.location.reload()
  const client = makeClient({ url: '/graphql', refetcher, onSignedOut: goToSignIn, onSomebodyElse })
  const live = new Live({
    line: makeLine({ url: `${window.location.origin.replace(/^http/, 'ws')}/graphql` }),
    refetcher,
    readCursor: (organizationId) => readCursor(client, organizationId),
    // Where somebody else has signed in, this promise does not resolve: the page begins anew.
    stillSignedIn: async () => (await isSignedIn(client)) ?? true,
    onSignedOut: goToSignIn,
    schedule: paced(nextFrame),
  })
  watchSurroundings(live)
  return { client, live }
}
