import { ScopeFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

/** One of those who ask. */
const AskRow = graphql(`
  fragment AskRow on InstallRequest {
    id
    status
    reason
    createdAt
    decidedAt
    decisionReason
    decidedBy { id name }
    requester { id name email }
  }
`)

/** A request that was decided, and what the organization has of the app since. */
const SettledRow = graphql(
  `
    fragment SettledRow on InstallRequest {
      ...AskRow
      installation { id approvedScopes { name } }
    }
  `,
  [AskRow],
)

export type Request = ResultOf<typeof AskRow> & Partial<Pick<ResultOf<typeof SettledRow>, 'installation'>>

/** What is asked for one app, and by whom first of all: the rest is read where the viewer wants to see it. */
const CaseRow = graphql(
  `
    fragment CaseRow on InstallCase {
      id
      requestCount
      scopes { ...ScopeFields }
      approvedScopes { ...ScopeFields }
      app { id name description logoUrl publisherName type }
      requests(first: 3) { edges { node { ...AskRow } } }
    }
  `,
  [ScopeFields, AskRow],
)

export type InstallCase = ResultOf<typeof CaseRow>

export const InstallCases = graphql(
  `
    query InstallCases($organizationId: ID!, $appId: ID, $after: String, $language: Language!) {
      organization(id: $organizationId) {
        id
        installCases(appId: $appId, first: 20, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          edges { node { ...CaseRow } }
        }
      }
    }
  `,
  [CaseRow],
)

/** All who ask for one app. */
export const Requesters = graphql(
  `
    query Requesters($caseId: ID!, $after: String) {
      node(id: $caseId) {
        __typename
        id
        ... on InstallCase {
          requests(first: 50, after: $after) {
            totalCount
            pageInfo { hasNextPage endCursor }
            edges { node { ...AskRow } }
          }
        }
      }
    }
  `,
  [AskRow],
)

/** Requests that were on the screen: what became of them. */
export const SettledRequests = graphql(
  `
    query SettledRequests($ids: [ID!]!) {
      nodes(ids: $ids) { __typename id ... on InstallRequest { ...SettledRow } }
    }
  `,
  [SettledRow],
)

export const Approve = graphql(
  `
    mutation Approve($input: ApproveInstallRequestInput!) {
      approveInstallRequest(input: $input) {
        __typename
        ... on ApproveInstallRequestSuccess { installRequest { ...SettledRow } }
        ... on AlreadyDecidedError { decidedBy status decidedAt }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [SettledRow],
)

export const Deny = graphql(
  `
    mutation Deny($input: DenyInstallRequestInput!) {
      denyInstallRequest(input: $input) {
        __typename
        ... on DenyInstallRequestSuccess { installRequest { ...SettledRow } }
        ... on AlreadyDecidedError { decidedBy status decidedAt }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [SettledRow],
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
