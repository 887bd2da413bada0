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
      app { id name description logoUrl publisherName type }
      installation { id approvedScopes { ...ScopeFields } }
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

export const Approve = graphql(
  `
    mutation Approve($input: ApproveInstallRequestInput!, $language: Language!) {
      approveInstallRequest(input: $input) {
        __typename
        ... on ApproveInstallRequestSuccess { installRequest { ...RequestRow } }
        ... on AlreadyDecidedError { decidedBy status decidedAt }
        ... on InvalidInputError { issues { path code message limit value } }
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
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [RequestRow],
)

const DenialRow = graphql(
  `
    fragment DenialRow on Denial {
      id
      reason
      createdAt
      deniedUntil
      deniedBy { id name }
      scopes { ...ScopeFields }
      app { id name logoUrl publisherName type }
    }
  `,
  [ScopeFields],
)

export type Denial = ResultOf<typeof DenialRow>

export const Denials = graphql(
  `
    query Denials($organizationId: ID!, $after: String, $language: Language!) {
      organization(id: $organizationId) {
        id
        denials(first: 20, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          edges { node { ...DenialRow } }
        }
      }
    }
  `,
  [DenialRow],
)

export const DenialCount = graphql(`
  query DenialCount($organizationId: ID!) {
    organization(id: $organizationId) { id denials(first: 1) { totalCount } }
  }
`)

export const LiftDenial = graphql(`
  mutation LiftDenial($input: LiftDenialInput!) {
    liftDenial(input: $input) {
      __typename
      ... on LiftDenialSuccess { denialId }
      ... on Error { code message }
    }
  }
`)
