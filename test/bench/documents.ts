const scope = 'fragment ScopeFields on Scope { name description(language: EN) sensitive }'

/** The lists that are measured. Each takes `organizationId`, and the last one `appId`, too. */
export const documents = {
  /** 50 apps with 3 installations each. */
  apps: `query ($organizationId: ID!) { organization(id: $organizationId) { apps(first: 50) {
    edges { node { id name type status installations(first: 3) { edges { node { organizationName standing } } } } }
    pageInfo { hasNextPage endCursor } } } }`,
  /** 100 pending requests. */
  requests: `query ($organizationId: ID!) { organization(id: $organizationId) { id installRequests(status: PENDING, first: 100) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { ...RequestRow } } } } }
    fragment RequestRow on InstallRequest { id status reason createdAt scopes { ...ScopeFields } approvedScopes { ...ScopeFields }
      decidedAt decisionReason decidedBy { id name } requester { id name email }
      app { id name description logoUrl publisherName type } installation { id approvedScopes { ...ScopeFields } } } ${scope}`,
  /** The last 50 events. */
  events: `query ($organizationId: ID!) { organization(id: $organizationId) { id events(last: 50) {
      pageInfo { hasPreviousPage } edges { node { ...LiveEvent } } } } }
    fragment LiveEvent on Event { id cursor sequence type at actor { kind id name } appId appName userId userName
      organizationId organizationName installRequestId installationId grantId changes { field before after } }`,
  /** 50 installations, each with the card of its app. */
  installations: `query ($organizationId: ID!) { organization(id: $organizationId) { id installations(first: 50) {
      pageInfo { hasNextPage endCursor } edges { node { ...InstallationRow } } } } }
    fragment InstallationRow on Installation { id standing suspended createdAt installedAt installedBy { id name }
      approvedScopes { ...ScopeFields } scopesNotApproved { name } app { id name logoUrl publisherName type } } ${scope}`,
  /** 100 grants of one app. */
  grants: `query ($organizationId: ID!, $appId: ID!) { organization(id: $organizationId) { id grants(appId: $appId, first: 100) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { ...GrantRow } } } } }
    fragment GrantRow on Grant { id createdAt lastUsedAt liveTokens suspended scopes { ...ScopeFields }
      app { id name logoUrl publisherName type } user { id name email } organization { id name edition } } ${scope}`,
}
