import '../apps/credentials-schema.ts'
import '../apps/schema.ts'
import '../feed/schema.ts'
import '../grants/explain-schema.ts'
import '../grants/schema.ts'
import '../install-requests/cases-schema.ts'
import '../install-requests/install-schema.ts'
import '../install-requests/schema.ts'
import '../installations/schema.ts'
import '../organizations/events-schema.ts'
import '../organizations/invitations-schema.ts'
import '../organizations/members-schema.ts'
import '../organizations/schema.ts'
import '../organizations/statistics-schema.ts'
import '../sign-in/identities-schema.ts'
import '../sign-in/schema.ts'
import '../sign-in/sessions-schema.ts'
import '../users/schema.ts'
import '../users/viewer-schema.ts'
import '../graphql/errors.ts'
import { DirectiveLocation, GraphQLDeprecatedDirective, GraphQLDirective, specifiedDirectives } from 'graphql'
import { builder } from '../graphql/builder.ts'

/**
 * `@deprecated` without the newest of its locations, which the specification of October 2021 does not have: clients that
 * know a closed list of locations, such as graphql-core 3.2, cannot read an introspection with any other.
 */
const deprecated = new GraphQLDirective({
  ...GraphQLDeprecatedDirective.toConfig(),
  locations: GraphQLDeprecatedDirective.locations.filter(
    (location) => location !== DirectiveLocation.DIRECTIVE_DEFINITION,
  ),
})

/** The whole schema. */
export const schema = builder.toSchema({
  directives: specifiedDirectives.map((directive) => (directive.name === deprecated.name ? deprecated : directive)),
})
