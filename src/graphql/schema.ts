import '../apps/credentials-schema.ts'
import '../apps/schema.ts'
import '../feed/schema.ts'
import '../grants/schema.ts'
import '../install-requests/schema.ts'
import '../installations/schema.ts'
import '../organizations/schema.ts'
import '../viewer/schema.ts'
import '../viewer/user-schema.ts'
import './errors.ts'
import { builder } from './builder.ts'

/** The whole schema. */
export const schema = builder.toSchema()
