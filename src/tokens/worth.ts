import type { App } from '../database/generated/client/client.ts'
import { intersection } from '../scopes.ts'

/** The four lists that decide what a token is worth. */
export interface ScopeLimits {
  /** The token's own scopes, as they were recorded. */
  readonly recorded: readonly string[]
  /** What the user, or for a service app the organization, granted. */
  readonly granted: readonly string[]
  /** What the organization approved; null in a personal organization, which approves nothing. */
  readonly approved: readonly string[] | null
  /** What the app may ask for. */
  readonly mayAsk: readonly string[]
}

/** What a token is worth: the scopes that are in all four lists. Where none are left it is inactive. */
export function worth({ recorded, granted, approved, mayAsk }: ScopeLimits): string[] {
  const within = intersection(intersection(recorded, granted), mayAsk)
  return approved === null ? within : intersection(within, approved)
}

/** Whether the publisher keeps the app from working in this organization. Tokens sleep, they do not die. */
export function isSuspended(
  app: Pick<App, 'status' | 'distribution' | 'organizationId'>,
  organizationId: string,
): boolean {
  return app.status === 'DISABLED' || (app.distribution === 'INTERNAL' && app.organizationId !== organizationId)
}
