/** Ids that the ready operations are shown with, so that they run as they stand. */
export interface Examples {
  /** An organization that the viewer administers. */
  readonly organizationId: string
  /** An app that is not installed there yet. */
  readonly appId: string
  /** A request that waits there for a decision. */
  readonly installRequestId: string
  /** What is installed there. */
  readonly installationId: string
  /** An invitation to the viewer that waits. */
  readonly invitationId: string
  /** A member there whose role can be changed. */
  readonly membershipId: string
}

/** An operation that GraphiQL opens with. */
export interface Tab {
  readonly query: string
  variables(examples: Examples): object
}

/** In the order of the tabs. A test holds every document against the schema. */
export const tabs: readonly Tab[] = [
  {
    query: `# Who you are, and where you may do what.
# The other tabs are filled in with one of your organizations.
query WhoAmI {
  viewer {
    user {
      id
      name
      email
    }
    organizations {
      edges {
        node {
          role
          organization {
            id
            name
            edition
          }
        }
      }
    }
  }
}
`,
    variables: () => ({}),
  },
  {
    query: `# The apps that an organization publishes.
query ListApps($organizationId: ID!) {
  organization(id: $organizationId) {
    name
    apps(first: 20) {
      edges {
        node {
          id
          name
          type
          status
          distribution
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
`,
    variables: ({ organizationId }) => ({ organizationId }),
  },
  {
    query: `mutation CreateApp($input: CreateAppInput!) {
  createApp(input: $input) {
    ... on CreateAppSuccess {
      app {
        id
        clientId
        name
        status
      }
      cursor
    }
    ... on Error {
      code
      message
    }
    ... on InvalidInputError {
      issues {
        path
        code
        message
      }
    }
  }
}
`,
    variables: ({ organizationId }) => ({
      input: {
        organizationId,
        name: 'My first app',
        type: 'WEB',
        redirectUris: ['https://app.example.com/callback'],
        scopes: ['openid', 'profile'],
      },
    }),
  },
  {
    query: `# Runs until you stop it. Leave it running, and make a request in the next tab.
subscription WatchInstallRequests($organizationId: ID!) {
  installRequests(organizationId: $organizationId) {
    cursor
    event {
      type
      at
      appName
      userName
      installRequestId
    }
  }
}
`,
    variables: ({ organizationId }) => ({ organizationId }),
  },
  {
    query: `# Asks the admins of the organization to install an app.
mutation RequestInstall($input: RequestInstallInput!) {
  requestInstall(input: $input) {
    ... on RequestInstallSuccess {
      installRequest {
        id
        status
        app {
          name
        }
        scopes {
          name
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: ({ organizationId, appId }) => ({ input: { organizationId, appId, reason: 'I would like to try it.' } }),
  },
  {
    query: `# One decision settles everything that is asked for the app.
mutation Approve($input: ApproveInstallRequestInput!) {
  approveInstallRequest(input: $input) {
    ... on ApproveInstallRequestSuccess {
      installRequest {
        id
        status
        approvedScopes {
          name
        }
      }
      cursor
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: ({ installRequestId }) => ({ input: { installRequestId } }),
  },
  {
    query: `# First look at what it would touch …
query UninstallImpact($installationId: ID!) {
  node(id: $installationId) {
    ... on Installation {
      app {
        name
      }
      impact {
        users
        grants
        liveTokens
        lastUsedAt
        version
      }
    }
  }
}

# … then do it. With the version of the impact it is refused where the world has changed since.
mutation Uninstall($installationId: ID!, $version: String) {
  uninstallApp(input: { installationId: $installationId, impactVersion: $version }) {
    ... on UninstallAppSuccess {
      installationId
      cursor
    }
    ... on Error {
      code
      message
    }
    ... on ImpactChangedError {
      impact {
        users
        grants
        liveTokens
        version
      }
    }
  }
}
`,
    variables: ({ installationId }) => ({ installationId, version: null }),
  },
  {
    query: `# The owner of the address can join by the link. A server that sends no mail returns it: hand it over yourself.
mutation Invite($input: InviteMemberInput!) {
  inviteMember(input: $input) {
    ... on InviteMemberSuccess {
      link
      invitation {
        id
        email
        role
        expiresAt
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: ({ organizationId }) => ({
      input: { organizationId, email: 'somebody@example.com', role: 'MEMBER' },
    }),
  },
  {
    query: `# The invitations to your own address …
query MyInvitations {
  viewer {
    invitations {
      edges {
        node {
          id
          organizationName
          role
          invitedBy {
            name
          }
        }
      }
    }
  }
}

# … and how to accept one.
mutation Accept($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    ... on AcceptInvitationSuccess {
      membership {
        role
        organization {
          id
          name
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: ({ invitationId }) => ({ input: { invitationId } }),
  },
  {
    query: `# Who belongs to the organization …
query Members($organizationId: ID!) {
  organization(id: $organizationId) {
    members {
      edges {
        node {
          id
          role
          user {
            name
            email
          }
        }
      }
    }
  }
}

# … promoting one of them, which takes a super admin …
mutation ChangeRole($membershipId: ID!) {
  updateMemberRole(input: { membershipId: $membershipId, role: ADMIN }) {
    ... on UpdateMemberRoleSuccess {
      membership {
        role
      }
    }
    ... on Error {
      code
      message
    }
  }
}

# … and leaving it yourself.
mutation Leave($organizationId: ID!) {
  leaveOrganization(input: { organizationId: $organizationId }) {
    ... on LeaveOrganizationSuccess {
      organizationId
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: ({ organizationId, membershipId }) => ({ organizationId, membershipId }),
  },
]
