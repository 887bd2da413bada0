import { createHmac } from 'node:crypto'
import type { Config } from '../config.ts'
import { derivedKey } from '../viewer/derived-key.ts'

/**
 * The successor of a refresh token, or the access token that comes with it. Being derived, both can be
 * given out once more, should the answer get lost, although only their hashes are stored.
 *
 * @param details what else makes the token another one, such as narrower scopes.
 */
export const successor = (config: Config, refreshToken: string, ...details: readonly (string | undefined)[]): string =>
  createHmac('sha256', derivedKey(config, 'gatehouse refreshed tokens'))
    .update(JSON.stringify([refreshToken, ...details]))
    .digest('base64url')

/** A keyed hash of a user code: it is short enough that all of them could be tried against a plain one. */
export const hashUserCode = (config: Config, userCode: string): string =>
  createHmac('sha256', derivedKey(config, 'gatehouse user codes')).update(userCode).digest('base64url')
