import { ImpactFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

export const Members = graphql(`
  query Members($organizationId: ID!, $after: String) {
    organization(id: $organizationId) {
      id
      members(first: 100, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { node { id role createdAt user { id name email } } }
      }
    }
  }
`)

export const Invitations = graphql(`
  query Invitations($organizationId: ID!, $after: String) {
    organization(id: $organizationId) {
      id
      invitations(status: PENDING, first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { id email role status createdAt expiresAt invitedBy { id name } } }
      }
    }
  }
`)

/** Where the viewer is invited to. */
export const MyInvitations = graphql(`
  query MyInvitations($after: String) {
    viewer {
      invitations(first: 20, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { id organizationName role expiresAt invitedBy { id name } } }
      }
    }
  }
`)

export const AcceptInvitation = graphql(`
  mutation AcceptInvitation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
      __typename
      ... on AcceptInvitationSuccess { membership { id organization { id } } }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on Error { code message }
    }
  }
`)

export const Invite = graphql(`
  mutation Invite($input: InviteMemberInput!) {
    inviteMember(input: $input) {
      __typename
      ... on InviteMemberSuccess { link mailed invitation { id email } }
      ... on TooManyAttemptsError { retryAfterSeconds }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on Error { code message }
    }
  }
`)

export const RevokeInvitation = graphql(`
  mutation RevokeInvitation($input: RevokeInvitationInput!) {
    revokeInvitation(input: $input) {
      __typename
      ... on RevokeInvitationSuccess { invitation { id status } }
      ... on Error { code message }
    }
  }
`)

export const ChangeRole = graphql(`
  mutation ChangeRole($input: UpdateMemberRoleInput!) {
    updateMemberRole(input: $input) {
      __typename
      ... on UpdateMemberRoleSuccess { membership { id role } }
      ... on Error { code message }
    }
  }
`)

/** What the end of a membership would touch. */
export const MembershipImpact = graphql(
  `
    query MembershipImpact($id: ID!) {
      node(id: $id) { __typename id ... on Membership { impact { ...ImpactFields } } }
    }
  `,
  [ImpactFields],
)

export const RemoveMember = graphql(
  `
    mutation RemoveMember($input: RemoveMemberInput!) {
      removeMember(input: $input) {
        __typename
        ... on RemoveMemberSuccess { cursor }
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)

export const Leave = graphql(
  `
    mutation Leave($input: LeaveOrganizationInput!) {
      leaveOrganization(input: $input) {
        __typename
        ... on LeaveOrganizationSuccess { cursor }
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)

type Organization<Query> = NonNullable<Query extends { organization: infer O } ? O : never>
export type Member = Organization<ResultOf<typeof Members>>['members']['edges'][number]['node']
export type Invitation = NonNullable<Organization<ResultOf<typeof Invitations>>['invitations']>['edges'][number]['node']
export type MyInvitation = NonNullable<ResultOf<typeof MyInvitations>['viewer']>['invitations']['edges'][number]['node']
export type Role = Member['role']

/** From the least to the most. */
export const roles = ['MEMBER', 'ADMIN', 'SUPER_ADMIN'] as const satisfies readonly Role[]
