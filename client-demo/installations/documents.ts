import { ImpactFields, ScopeFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

export const AppCard = graphql(
  `
    fragment AppCard on App {
      id
      name
      description
      logoUrl
      publisherName
      type
      authorizationKind
      scopes { ...ScopeFields }
    }
  `,
  [ScopeFields],
)

export type AppCard = ResultOf<typeof AppCard>

const InstallationRow = graphql(
  `
    fragment InstallationRow on Installation {
      id
      standing
      suspended
      createdAt
      installedAt
      installedBy { id name }
      approvedScopes { ...ScopeFields }
      scopesNotApproved { name }
      app { id name logoUrl publisherName type }
    }
  `,
  [ScopeFields],
)

export type Installation = ResultOf<typeof InstallationRow>

export const Installations = graphql(
  `
    query Installations(
      $organizationId: ID!
      $standing: InstallationStanding
      $type: AppType
      $search: String
      $after: String
      $language: Language!
    ) {
      organization(id: $organizationId) {
        id
        installations(standing: $standing, type: $type, search: $search, first: 50, after: $after) {
          pageInfo { hasNextPage endCursor }
          edges { node { ...InstallationRow } }
        }
      }
    }
  `,
  [InstallationRow],
)

/** How many there are of each standing, among what is looked for. */
export const StandingCounts = graphql(`
  query StandingCounts($organizationId: ID!, $type: AppType, $search: String) {
    organization(id: $organizationId) {
      id
      all: installations(type: $type, search: $search, first: 1) { totalCount }
      APP_AUTH_INSTALLED: installations(standing: APP_AUTH_INSTALLED, type: $type, search: $search, first: 1) {
        totalCount
      }
      OBO_INSTALLED: installations(standing: OBO_INSTALLED, type: $type, search: $search, first: 1) { totalCount }
      OBO_NOT_INSTALLED: installations(standing: OBO_NOT_INSTALLED, type: $type, search: $search, first: 1) {
        totalCount
      }
    }
  }
`)

export const AppByClientId = graphql(
  `
    query AppByClientId($clientId: String!, $language: Language!) {
      app(clientId: $clientId) { ...AppCard }
    }
  `,
  [AppCard],
)

/** What is approved for an app already, and what an admin denied it. */
export const Approved = graphql(`
  query Approved($organizationId: ID!, $appId: ID!) {
    organization(id: $organizationId) {
      id
      installations(appId: $appId, first: 1) { edges { node { id approvedScopes { name } } } }
      denials(appId: $appId, first: 1) {
        edges { node { id reason deniedUntil deniedBy { id name } scopes { name } } }
      }
    }
  }
`)

/** What uninstalling it would touch. */
export const InstallationImpact = graphql(
  `
    query InstallationImpact($id: ID!) {
      node(id: $id) { __typename id ... on Installation { impact { ...ImpactFields } } }
    }
  `,
  [ImpactFields],
)

export const Install = graphql(
  `
    mutation Install($input: InstallAppInput!, $language: Language!) {
      installApp(input: $input) {
        __typename
        ... on InstallAppSuccess { installation { ...InstallationRow } }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [InstallationRow],
)

/** For a service app, in every edition. */
export const Authorize = graphql(`
  mutation Authorize($input: AuthorizeAppInput!) {
    authorizeApp(input: $input) {
      __typename
      ... on AuthorizeAppSuccess { grant { id } }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on Error { code message }
    }
  }
`)

export const Uninstall = graphql(
  `
    mutation Uninstall($input: UninstallAppInput!) {
      uninstallApp(input: $input) {
        __typename
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)
