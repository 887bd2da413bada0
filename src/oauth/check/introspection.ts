import type { Core } from '../../core.ts'
import { publicId } from '../../ids.ts'
import { audienceOf } from '../../tokens/audience.ts'
import type { Standing } from '../../tokens/standing.ts'
import { epoch } from '../engine/ids.ts'

/** The answer about a token (RFC 7662 section 2.2). About a token that is not accepted, it says nothing else. */
export type Introspection = { readonly active: false } | ActiveToken

interface ActiveToken {
  readonly active: true
  /** The scopes that the token is worth now, separated by spaces. */
  readonly scope: string
  /** The public id of the app. */
  readonly client_id: string
  /** The public id of the user; absent where the app acts as itself. */
  readonly sub?: string
  /** Absent for a refresh token, which is for its app alone. */
  readonly token_type?: 'Bearer' | 'DPoP'
  /** In seconds since 1970, as is `iat`. */
  readonly exp: number
  readonly iat: number
  readonly iss: string
  readonly aud: readonly string[]
  /** The public id of the organization in which it is worth something. */
  readonly organization_id: string
  /** The key that it is bound to (RFC 9449 section 6.2). */
  readonly cnf?: { readonly jkt: string }
}

export const inactive: Introspection = { active: false }

/** The answer about a token as it stands, for a caller who may ask about it. */
export function introspection(core: Pick<Core, 'config'>, standing: Standing | null): Introspection {
  if (standing?.condition !== 'ACTIVE') return inactive
  const { kind, app, user, organization, scopes, createdAt, expiresAt, keyThumbprint } = standing
  return {
    active: true,
    scope: scopes.join(' '),
    client_id: publicId('App', app.id),
    ...(user && { sub: publicId('User', user.id) }),
    ...(kind === 'ACCESS' && { token_type: keyThumbprint === null ? 'Bearer' : 'DPoP' }),
    exp: epoch(expiresAt),
    iat: epoch(createdAt),
    iss: core.config.publicUrl,
    aud: audienceOf(core, standing),
    organization_id: publicId('Organization', organization.id),
    ...(keyThumbprint !== null && { cnf: { jkt: keyThumbprint } }),
  }
}
