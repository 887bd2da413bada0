import { ImpactFields, ScopeFields } from '../api/fragments.ts'
import { graphql, type ResultOf } from '../api/graphql.ts'

export const Apps = graphql(`
  query Apps($organizationId: ID!, $search: String, $after: String) {
    organization(id: $organizationId) {
      id
      apps(search: $search, first: 50, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { node { id name logoUrl type distribution status createdAt } }
      }
    }
  }
`)

export const Quota = graphql(`
  query Quota($organizationId: ID!) { organization(id: $organizationId) { id appQuota { used limit } } }
`)

export const Catalogue = graphql(`query Catalogue($language: Language!) { scopes { ...ScopeFields } }`, [ScopeFields])

/** What its publisher may change of an app. */
const EditableFields = graphql(
  `
    fragment EditableFields on App {
      id
      name
      description
      logoUrl
      homepageUrl
      distribution
      redirectUris
      postLogoutRedirectUris
      scopes { ...ScopeFields }
    }
  `,
  [ScopeFields],
)

export const OneApp = graphql(
  `
    query OneApp($clientId: String!, $language: Language!) {
      app(clientId: $clientId) {
        ...EditableFields
        clientId
        type
        status
        createdAt
        publisher { id name }
      }
    }
  `,
  [EditableFields],
)

export type App = NonNullable<ResultOf<typeof OneApp>['app']>

export const AppImpact = graphql(
  `
    query AppImpact($clientId: String!, $action: AppAction!) {
      app(clientId: $clientId) { id impact(action: $action) { ...ImpactFields } }
    }
  `,
  [ImpactFields],
)

/** What an edit would touch by what it takes away. */
export const UpdateImpact = graphql(
  `
    query UpdateImpact($clientId: String!, $distribution: Distribution, $scopes: [String!]) {
      app(clientId: $clientId) { id impact: updateImpact(distribution: $distribution, scopes: $scopes) { ...ImpactFields } }
    }
  `,
  [ImpactFields],
)

export const impactIn = ({ app }: ResultOf<typeof AppImpact>) => app?.impact

export const Secrets = graphql(`
  query Secrets($clientId: String!, $after: String) {
    app(clientId: $clientId) {
      id
      secrets(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { id hint createdAt createdBy { id name } lastUsedAt revokedAt } }
      }
    }
  }
`)

export const Keys = graphql(`
  query Keys($clientId: String!, $after: String) {
    app(clientId: $clientId) {
      id
      keys(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { id kid algorithm createdAt createdBy { id name } lastUsedAt removedAt } }
      }
    }
  }
`)

export const Installations = graphql(`
  query AppInstallations($clientId: String!, $after: String) {
    app(clientId: $clientId) {
      id
      installations(first: 20, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { node { organizationName standing } }
      }
    }
  }
`)

/** What a service app may do in its own organization. */
export const OwnGrant = graphql(`
  query OwnGrant($organizationId: ID!, $appId: ID!) {
    organization(id: $organizationId) { id grants(appId: $appId, first: 1) { edges { node { id scopes { name } } } } }
  }
`)

export const Create = graphql(`
  mutation CreateApp($input: CreateAppInput!) {
    createApp(input: $input) {
      __typename
      ... on CreateAppSuccess { app { id } }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on QuotaReachedError { quota limit }
      ... on Error { code message }
    }
  }
`)

export const Update = graphql(
  `
    mutation UpdateApp($input: UpdateAppInput!, $language: Language!) {
      updateApp(input: $input) {
        __typename
        ... on UpdateAppSuccess { app { ...EditableFields } }
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on QuotaReachedError { quota limit }
        ... on Error { code message }
      }
    }
  `,
  [EditableFields, ImpactFields],
)

export const Disable = graphql(
  `
    mutation DisableApp($input: DisableAppInput!) {
      disableApp(input: $input) {
        __typename
        ... on DisableAppSuccess { app { id status } }
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)

export const Enable = graphql(`
  mutation EnableApp($input: EnableAppInput!) {
    enableApp(input: $input) {
      __typename
      ... on EnableAppSuccess { app { id status } }
      ... on Error { code message }
    }
  }
`)

export const Delete = graphql(
  `
    mutation DeleteApp($input: DeleteAppInput!) {
      deleteApp(input: $input) {
        __typename
        ... on DeleteAppSuccess { appId }
        ... on ImpactChangedError { impact { ...ImpactFields } }
        ... on InvalidInputError { issues { path code message limit value } }
        ... on Error { code message }
      }
    }
  `,
  [ImpactFields],
)

export const CreateSecret = graphql(`
  mutation CreateSecret($input: CreateAppSecretInput!) {
    createAppSecret(input: $input) {
      __typename
      ... on CreateAppSecretSuccess { secret appSecret { id hint } }
      ... on QuotaReachedError { quota limit }
      ... on Error { code message }
    }
  }
`)

export const RevokeSecret = graphql(`
  mutation RevokeSecret($input: RevokeAppSecretInput!) {
    revokeAppSecret(input: $input) {
      __typename
      ... on RevokeAppSecretSuccess { appSecret { id revokedAt } }
      ... on Error { code message }
    }
  }
`)

export const AddKey = graphql(`
  mutation AddKey($input: AddAppKeyInput!) {
    addAppKey(input: $input) {
      __typename
      ... on AddAppKeySuccess { appKey { id kid } }
      ... on InvalidInputError { issues { path code message limit value } }
      ... on QuotaReachedError { quota limit }
      ... on Error { code message }
    }
  }
`)

export const RemoveKey = graphql(`
  mutation RemoveKey($input: RemoveAppKeyInput!) {
    removeAppKey(input: $input) {
      __typename
      ... on RemoveAppKeySuccess { appKey { id removedAt } }
      ... on Error { code message }
    }
  }
`)
