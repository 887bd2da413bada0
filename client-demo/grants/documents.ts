import { ImpactFields, ScopeFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

const GrantRow = graphql(
  `
    fragment GrantRow on Grant {
      id
      createdAt
      lastUsedAt
      liveTokens
      suspended
      scopes { ...ScopeFields }
      app { id name logoUrl publisherName type }
      user { id name email }
      organization { id name edition }
    }
  `,
  [ScopeFields],
)

export type Grant = ResultOf<typeof GrantRow>

export const Grants = graphql(
  `
    query Grants($organizationId: ID!, $appId: ID, $userId: ID, $after: String, $language: Language!) {
      organization(id: $organizationId) {
        id
        grants(appId: $appId, userId: $userId, first: 100, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          edges { node { ...GrantRow } }
        }
      }
    }
  `,
  [GrantRow],
)

/** Whose names stand in the filters: both may be null, where only the address still knows them. */
export const Filtered = graphql(`
  query Filtered($ids: [ID!]!) {
    nodes(ids: $ids) { __typename id ... on App { name } ... on User { name } }
  }
`)

export const AppsByName = graphql(`
  query AppsByName($organizationId: ID!, $search: String) {
    organization(id: $organizationId) {
      id
      installations(search: $search, first: 20) { edges { node { id app { id name } } } }
    }
  }
`)

export const People = graphql(`
  query People($organizationId: ID!, $after: String) {
    organization(id: $organizationId) {
      id
      members(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { id user { id name email } } }
      }
    }
  }
`)

export const MyGrants = graphql(
  `
    query MyGrants($after: String, $language: Language!) {
      viewer {
        grants(first: 50, after: $after) {
          pageInfo { hasNextPage endCursor }
          edges { node { ...GrantRow } }
        }
      }
    }
  `,
  [GrantRow],
)

const MyRequestRow = graphql(
  `
    fragment MyRequestRow on InstallRequest {
      id
      status
      reason
      createdAt
      decidedAt
      decisionReason
      decidedBy { id name }
      scopes { ...ScopeFields }
      approvedScopes { ...ScopeFields }
      app { id name logoUrl publisherName type }
      organization { id name }
    }
  `,
  [ScopeFields],
)

export type MyRequest = ResultOf<typeof MyRequestRow>

export const MyRequests = graphql(
  `
    query MyRequests($after: String, $language: Language!) {
      viewer {
        installRequests(first: 20, after: $after) {
          pageInfo { hasNextPage endCursor }
          edges { node { ...MyRequestRow } }
        }
      }
    }
  `,
  [MyRequestRow],
)

/** What revoking it would touch. */
export const GrantImpact = graphql(
  `
    query GrantImpact($id: ID!) {
      node(id: $id) { __typename id ... on Grant { impact { ...ImpactFields } } }
    }
  `,
  [ImpactFields],
)

export const Revoke = graphql(
  `
    mutation Revoke($input: RevokeGrantInput!) {
      revokeGrant(input: $input) {
        __typename
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)

export const Withdraw = graphql(
  `
    mutation Withdraw($input: WithdrawInstallRequestInput!, $language: Language!) {
      withdrawInstallRequest(input: $input) {
        __typename
        ... on WithdrawInstallRequestSuccess { installRequest { ...MyRequestRow } }
        ... on AlreadyDecidedError { decidedBy status decidedAt }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [MyRequestRow],
)
