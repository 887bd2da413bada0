import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import type { Database } from './database/client.ts'
import type { PrismaClient } from './database/generated/client/client.ts'
import type { SigningKeys } from './keys/signing-keys.ts'

/** The time, so that tests can say what time it is. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/**
 * Tells all nodes what has news, such as a stream by its id. It carries no events: its listeners read them from
 * the database by position, so a ring that comes twice, late, for nothing or not at all does no harm.
 */
export interface Doorbell {
  ring(topics: ReadonlySet<string>): void
  /** @returns how to stop listening. */
  onRing(listener: (topics: ReadonlySet<string>) => void): () => void
  /** Whether what rings at another node is heard here. Then listeners need to look by themselves less often. */
  readonly hears: boolean
}

/** Notes when tokens, grants, secrets and keys were last used. Nobody waits for it. */
export interface LastUse {
  /** A token was accepted; it counts for its grant, too. */
  note(token: { readonly hash: string; readonly grantId: string }): void
  /** An app proved to have this secret or key. */
  noteCredential(credential: { readonly kind: 'SECRET' | 'KEY'; readonly id: string }): void
  /** Writes what was noted so far; what is deleted by now is passed over. */
  flush(): Promise<void>
}

/** What every service is handed: made once at the start, by `server/server.ts`. */
export interface Core {
  readonly config: Config
  readonly prisma: PrismaClient
  /** What reads past all that `prisma` has to do: see {@link Database.reserved}. */
  readonly reserved: Database['reserved']
  readonly clock: Clock
  readonly log: Logger
  /** Sign what Gatehouse issues. */
  readonly keys: SigningKeys
  /** Rung after each commit that wrote events, with the streams that have news. */
  readonly doorbell: Doorbell
  /** When what was last used. */
  readonly lastUse: LastUse
}
