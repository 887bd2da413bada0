import { ImpactFields } from '../api/fragments.ts'
import { graphql } from '../api/graphql.ts'

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
