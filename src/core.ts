import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import type { Database } from './database/client.ts'
import type { PrismaClient } from './database/generated/client/client.ts'
import type { Doorbell } from './history/doorbell.ts'
import type { SigningKeys } from './keys/signing-keys.ts'
import type { Issuer } from './sign-in/external/issuer.ts'
import type { LastUse } from './tokens/last-use.ts'

/** The time, so that tests can say what time it is. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** What every service is handed: made once at the start, by `server.ts`. */
export interface Core {
  readonly config: Config
  readonly prisma: PrismaClient
  /** What reads past all that `prisma` has to do: see {@link Database.reserved}. */
  readonly reserved: Database['reserved']
  readonly clock: Clock
  readonly log: Logger
  /** Sign what Gatehouse issues. */
  readonly keys: SigningKeys
  /** The external OIDC issuers of the configuration, with what is known of them. */
  readonly issuers: readonly Issuer[]
  /** Rung after each commit that wrote events, with the streams that have news. */
  readonly doorbell: Doorbell
  /** When tokens and grants were last used, written in batches. */
  readonly lastUse: LastUse
}
