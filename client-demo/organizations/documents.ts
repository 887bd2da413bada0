import { ImpactFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

export const CreateOrganization = graphql(`
  mutation CreateOrganization($input: CreateOrganizationInput!) {
    createOrganization(input: $input) {
      __typename
      ... on CreateOrganizationSuccess { organization { id name } }
      ... on QuotaReachedError { quota limit }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on Error { code message }
    }
  }
`)

export const OrganizationSettings = graphql(`
  query OrganizationSettings($organizationId: ID!) {
    organization(id: $organizationId) { id name organizationId createdAt appQuota { used limit } }
  }
`)

/** What deleting it would touch. */
export const OrganizationImpact = graphql(
  `
    query OrganizationImpact($organizationId: ID!) {
      organization(id: $organizationId) { id impact { ...ImpactFields } }
    }
  `,
  [ImpactFields],
)

export const RenameOrganization = graphql(`
  mutation RenameOrganization($input: UpdateOrganizationInput!) {
    updateOrganization(input: $input) {
      __typename
      ... on UpdateOrganizationSuccess { organization { id name } }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on Error { code message }
    }
  }
`)

export const DeleteOrganization = graphql(
  `
    mutation DeleteOrganization($input: DeleteOrganizationInput!) {
      deleteOrganization(input: $input) {
        __typename
        ... on DeleteOrganizationSuccess { cursor }
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)

/** What the viewer signs in with elsewhere. */
export const Identities = graphql(`
  query Identities { viewer { user { id } identities { issuer subject name connectedAt } } }
`)

export type Identity = NonNullable<ResultOf<typeof Identities>['viewer']>['identities'][number]

export const DisconnectIdentity = graphql(`
  mutation DisconnectIdentity($input: DisconnectIdentityInput!) {
    disconnectIdentity(input: $input) {
      __typename
      ... on DisconnectIdentitySuccess { endedSessions }
      ... on SignInTooOldError { maxAgeSeconds }
      ... on Error { code message }
    }
  }
`)

export const DeleteAccount = graphql(`
  mutation DeleteAccount($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      __typename
      ... on DeleteAccountSuccess { userId }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on Error { code message }
    }
  }
`)
