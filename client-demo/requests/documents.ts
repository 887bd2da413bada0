import { ScopeFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

export const RequestRow = graphql(
  `
    fragment RequestRow on InstallRequest {
      id
      status
      reason
      createdAt
      scopes { ...ScopeFields }
      approvedScopes { ...ScopeFields }
      decidedAt
      decisionReason
      decidedBy { id name }
      requester { id name email }
      app { id name description logoUrl homepageUrl publisherName type }
    }
  `,
  [ScopeFields],
)

export type Request = ResultOf<typeof RequestRow>

export const PendingRequests = graphql(
  `
    query PendingRequests($organizationId: ID!, $after: String, $language: Language!) {
      organization(id: $organizationId) {
        id
        installRequests(status: PENDING, first: 100, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          edges { node { ...RequestRow } }
        }
      }
    }
  `,
  [RequestRow],
)

/** Requests that were on the screen: what became of them. */
export const SettledRequests = graphql(
  `
    query SettledRequests($ids: [ID!]!, $language: Language!) {
      nodes(ids: $ids) { __typename id ... on InstallRequest { ...RequestRow } }
    }
  `,
  [RequestRow],
)

/** What is approved already, for the apps of this name. */
export const ApprovedHere = graphql(
  `
    query ApprovedHere($organizationId: ID!, $name: String!, $language: Language!) {
      organization(id: $organizationId) {
        id
        installations(search: $name, first: 20) {
          edges { node { id app { id } approvedScopes { ...ScopeFields } } }
        }
      }
    }
  `,
  [ScopeFields],
)

export const Approve = graphql(
  `
    mutation Approve($input: ApproveInstallRequestInput!, $language: Language!) {
      approveInstallRequest(input: $input) {
        __typename
        ... on ApproveInstallRequestSuccess { installRequest { ...RequestRow } }
        ... on AlreadyDecidedError { decidedBy status decidedAt }
        ... on InvalidInputError { issues { path message } }
        ... on Error { code message }
      }
    }
  `,
  [RequestRow],
)

export const Deny = graphql(
  `
    mutation Deny($input: DenyInstallRequestInput!, $language: Language!) {
      denyInstallRequest(input: $input) {
        __typename
        ... on DenyInstallRequestSuccess { installRequest { ...RequestRow } }
        ... on AlreadyDecidedError { decidedBy status decidedAt }
        ... on InvalidInputError { issues { path message } }
        ... on Error { code message }
      }
    }
  `,
  [RequestRow],
)
