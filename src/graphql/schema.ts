import '../apps/credentials-schema.ts'
import '../apps/schema.ts'
import '../feed/schema.ts'
import '../grants/explain-schema.ts'
import '../grants/schema.ts'
import '../install-requests/schema.ts'
import '../installations/schema.ts'
import '../organizations/invitations-schema.ts'
import '../organizations/members-schema.ts'
import '../organizations/schema.ts'
import '../organizations/statistics-schema.ts'
import '../viewer/schema.ts'
import '../viewer/sessions-schema.ts'
import '../viewer/user-schema.ts'
import './errors.ts'
import { builder } from './builder.ts'

/** The whole schema. */
export const schema = builder.toSchema()
