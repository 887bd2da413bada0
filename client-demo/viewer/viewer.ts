import { graphql, type ResultOf } from '../api/graphql.ts'

/** Who is signed in, and where they belong: what the frame is built of. */
export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      feedCursor
      user { id name email }
      organizations(first: 100) { edges { node { id role organization { id name edition } } } }
    }
  }
`)

export type SignedIn = NonNullable<ResultOf<typeof ViewerQuery>['viewer']>
export type Membership = SignedIn['organizations']['edges'][number]['node']

/** Whether the role is one that administers. A role that this console does not know is taken to be none. */
export const isAdmin = ({ role }: Pick<Membership, 'role'>): boolean => role === 'ADMIN' || role === 'SUPER_ADMIN'

export const isPersonal = ({ organization }: Membership): boolean => organization.edition === 'PERSONAL'

/** The organizations of the viewer: the shared ones by name, then the personal one. */
export const membershipsOf = ({ organizations }: SignedIn): Membership[] =>
  organizations.edges
    .map(({ node }) => node)
    .toSorted(
      (a, b) => Number(isPersonal(a)) - Number(isPersonal(b)) || a.organization.name.localeCompare(b.organization.name),
    )
