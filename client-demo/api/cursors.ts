import type { Client } from '@urql/core'
import { graphql } from './graphql.ts'

const ViewerCursor = graphql(`query ViewerCursor { viewer { feedCursor user { id } } }`)
const OrganizationCursor = graphql(`
  query OrganizationCursor($organizationId: ID!) { organization(id: $organizationId) { id feedCursor } }
`)

const fromServer = { requestPolicy: 'network-only' } as const

/** The current position of an organization's stream, or of the viewer's. @throws where it cannot be had. */
export async function readCursor(client: Client, organizationId: string | undefined): Promise<string> {
  if (organizationId === undefined) {
    const { data } = await client.query(ViewerCursor, {}, fromServer).toPromise()
    return data?.viewer?.feedCursor ?? missing()
  }
  const { data } = await client.query(OrganizationCursor, { organizationId }, fromServer).toPromise()
  return data?.organization?.feedCursor ?? missing()
}

/** The id of who is signed in: null for nobody, undefined where the server cannot be asked. */
export async function readUserId(client: Client): Promise<string | null | undefined> {
  const { data, error } = await client.query(ViewerCursor, {}, fromServer).toPromise()
  if (error && !data) return undefined
  return data?.viewer?.user.id ?? null
}

function missing(): never {
  throw new Error('The position of the feed is not to be had now.')
}
