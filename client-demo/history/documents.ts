import { graphql, type ResultOf } from '../api/graphql.ts'
import { type LiveEvent, LiveEventFields } from '../api/live/event.ts'

/** A page of the history, which runs forward in time: the `last` events before a cursor. */
export const HistoryEvents = graphql(
  `
    query HistoryEvents($organizationId: ID!, $types: [EventType!], $appId: ID, $last: Int!, $before: String) {
      organization(id: $organizationId) {
        id
        events(last: $last, before: $before, types: $types, appId: $appId) {
          pageInfo { hasPreviousPage }
          edges { node { ...LiveEvent } }
        }
      }
    }
  `,
  [LiveEventFields],
)

/** Which of the objects that events name are still there. */
export const NamedObjects = graphql(`
  query NamedObjects($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on App { name publisher { id } }
      ... on InstallRequest { status app { name } }
      ... on Installation { app { name } }
      ... on Grant { app { id } user { id } }
    }
  }
`)

/** The apps that the history may be about, by name: those that are published or installed here. */
export const AppChoices = graphql(`
  query AppChoices($organizationId: ID!, $search: String) {
    organization(id: $organizationId) {
      id
      apps(search: $search, first: 20) { edges { node { id name } } }
      installations(search: $search, first: 20) { edges { node { id app { id name } } } }
    }
  }
`)

export const ChosenApp = graphql(`
  query ChosenApp($id: ID!) {
    node(id: $id) { __typename id ... on App { name } }
  }
`)

export const HistoryStatistics = graphql(`
  query HistoryStatistics($organizationId: ID!, $from: DateTime!, $to: DateTime!, $bucket: StatisticsBucket!) {
    organization(id: $organizationId) {
      id
      statistics(from: $from, to: $to, bucket: $bucket) {
        buckets { start end requests approvals denials }
        apps(first: 5) { app { id name } liveTokens }
      }
    }
  }
`)

export type HistoryEvent = LiveEvent
export type PageOfEvents = NonNullable<ResultOf<typeof HistoryEvents>['organization']>['events']
export type EventType = HistoryEvent['type']
export type Buckets = NonNullable<
  NonNullable<NonNullable<ResultOf<typeof HistoryStatistics>['organization']>['statistics']>
>['buckets']
