import { graphql, type ResultOf } from '../graphql.ts'

/** The fields of an event that the console reads: those it shows, and those that tell what to read anew. */
export const LiveEventFields = graphql(`
  fragment LiveEvent on Event {
    id
    cursor
    sequence
    type
    at
    actor { kind id name }
    appId
    appName
    userId
    userName
    organizationId
    organizationName
    installRequestId
    installationId
    grantId
    changes { field before after }
  }
`)

export const OrganizationEvents = graphql(
  `subscription OrganizationEvents($organizationId: ID!, $after: String!) {
    delivery: organizationEvents(organizationId: $organizationId, after: $after) { cursor event { ...LiveEvent } }
  }`,
  [LiveEventFields],
)

export const ViewerEvents = graphql(
  `subscription ViewerEvents($after: String!) {
    delivery: viewerEvents(after: $after) { cursor event { ...LiveEvent } }
  }`,
  [LiveEventFields],
)

export type LiveEvent = ResultOf<typeof LiveEventFields>

/** What a subscription sends: an event, or only how far it has come. */
export type Delivery = ResultOf<typeof ViewerEvents>['delivery']
