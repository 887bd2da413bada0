import type { Client } from '@urql/core'
import { graphql } from './graphql.ts'

const ViewerCursor = graphql(`query ViewerCursor { viewer { feedCursor } }`)
const OrganizationCursor = graphql(`
  query OrganizationCursor($organizationId: ID!) { organization(id: $organizationId) { id feedCursor } }
`)

/** The caller tries again in its own time where the server does not answer now. */
const fromServer = { requestPolicy: 'network-only', isOnce: true } as const

/** The current position of an organization's stream, or of the viewer's. @throws where it cannot be had. */
export async function readCursor(client: Client, organizationId: string | undefined): Promise<string> {
  if (organizationId === undefined) {
    const { data } = await client.query(ViewerCursor, {}, fromServer).toPromise()
    return data?.viewer?.feedCursor ?? missing()
  }
  const { data } = await client.query(OrganizationCursor, { organizationId }, fromServer).toPromise()
  return data?.organization?.feedCursor ?? missing()
}

/** Whether somebody is signed in; undefined where the server cannot be asked. */
export async function isSignedIn(client: Client): Promise<boolean | undefined> {
  const { data } = await client.query(ViewerCursor, {}, fromServer).toPromise()
  return data && data.viewer !== null
}

function missing(): never {
  throw new Error('The position of the feed is not to be had now.')
}
