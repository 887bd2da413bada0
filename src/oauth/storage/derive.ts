import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { derivedKey } from '../../keys/derived-key.ts'

/** A refresh token that is exchanged, and the random value of this exchange. */
export interface Rotating {
  readonly token: string
  /** As {@link newRandom} makes it; empty for an exchange by a release that had none. */
  readonly random: string
}

/** The random value of one exchange: 256 bits. */
export const newRandom = (): string => randomBytes(32).toString('base64url')

/**
 * A token that follows from a refresh token: its successor, or the access token that comes with that. Being
 * derived, both can be given out once more, should the answer get lost, although only their hashes are stored.
 * The random value is deleted once that is over, so the refresh token and the secret together yield
 * nothing any more.
 *
 * @param secret of the deployment.
 * @param what the successor where nothing is said; else what makes the token another one, such as its scopes.
 */
export function successor(
  secret: string,
  { token, random }: Rotating,
  ...what: readonly (string | undefined)[]
): string {
  const parts = random === '' ? [token, ...what] : [token, random, ...what]
  return createHmac('sha256', derivedKey({ secret }, 'gatehouse refreshed tokens'))
    .update(JSON.stringify(parts))
    .digest('base64url')
}

/** A keyed hash of a user code: it is short enough that all of them could be tried against a plain one. */
export const hashUserCode = (config: Config, userCode: string): string =>
  createHmac('sha256', derivedKey(config, 'gatehouse user codes')).update(userCode).digest('base64url')
