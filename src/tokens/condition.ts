/** In what condition a token is that exists. All but EXPIRED and ROTATED can become ACTIVE again. */
export type Condition = 'ACTIVE' | 'SUSPENDED' | 'EXPIRED' | 'WORTHLESS' | 'ROTATED'

/** What the condition of a token depends on. */
interface Circumstances {
  readonly expiresAt: Date
  readonly rotatedAt: Date | null
  readonly suspended: boolean
  readonly scopes: readonly string[]
}

/** ACTIVE exactly where the token is accepted at `now`; else the most lasting of what keeps it from that. */
export function conditionOf({ expiresAt, rotatedAt, suspended, scopes }: Circumstances, now: Date): Condition {
  if (expiresAt <= now) return 'EXPIRED'
  if (rotatedAt !== null) return 'ROTATED'
  if (suspended) return 'SUSPENDED'
  return scopes.length === 0 ? 'WORTHLESS' : 'ACTIVE'
}
