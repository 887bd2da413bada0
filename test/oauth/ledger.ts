/**
 * What the SPEC says that tokens are worth (section 4), kept beside the server and told of what happens
 * to it, without looking at anything that is stored.
 */
export class Ledger {
  readonly tokens: LedgerToken[] = []

  /** A token that was handed out now. */
  issued(token: Omit<LedgerToken, 'issuedAt'>): void {
    this.tokens.push({ ...token, issuedAt: Date.now() })
  }

  end(which: (token: LedgerToken) => boolean): void {
    for (const token of this.tokens) if (which(token)) token.ended = true
  }
}

export interface LedgerApp {
  readonly id: string
  mayAsk: readonly string[]
  isEnabled: boolean
  isInternal: boolean
  isDeleted: boolean
  /** `org_…` */
  readonly publisher: string
}

/** What an app was allowed in one organization. */
export interface LedgerPlace {
  readonly app: LedgerApp
  /** `org_…` */
  readonly organization: string
  readonly isPersonal: boolean
  approved: readonly string[]
  granted: readonly string[]
}

export interface LedgerToken {
  readonly value: string
  readonly kind: 'ACCESS' | 'REFRESH'
  /** Of what descends from one code or assertion. */
  readonly family: object
  readonly place: LedgerPlace
  /** `usr_…`; undefined where the app acts as itself. */
  readonly user: string | undefined
  readonly issuedWith: readonly string[]
  readonly issuedAt: number
  /** In seconds. */
  readonly lifetime: number
  /** Those that were asked for; none for all. */
  readonly audience: readonly string[]
  readonly isBound: boolean
  isRotated?: boolean
  ended?: boolean
}

export const isSuspended = ({ app, organization }: LedgerPlace): boolean =>
  !app.isEnabled || (app.isInternal && app.publisher !== organization)

/** Its own scopes ∩ user granted ∩ organization approved (not in personal) ∩ app may ask. */
export function worthOf({ issuedWith, issuedAt, lifetime, place, ...token }: LedgerToken): string[] {
  const isExpired = Date.now() >= issuedAt + lifetime * 1000
  if (token.ended || token.isRotated || isExpired || isSuspended(place)) return []
  const { app, granted, approved, isPersonal } = place
  const limits = [new Set(granted), new Set(app.mayAsk), new Set(isPersonal ? granted : approved)]
  return issuedWith.filter((scope) => limits.every((limit) => limit.has(scope))).toSorted()
}
