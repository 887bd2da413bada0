import { createHash, createHmac } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { derivedKey } from '../../keys/derived-key.ts'

/*
 * The SDKs make verifiers of 16 characters and send them as plain challenges; the engine takes neither.
 * So both legs are mapped. What a verifier stands for is its S256 challenge, whichever method named it:
 *
 *   authorize   S256: k = challenge    plain: k = BASE64URL(SHA256(challenge))
 *   token       k = BASE64URL(SHA256(verifier))
 *   engine      verifier V = HMAC(key of this server, k), challenge BASE64URL(SHA256(V)), method S256
 *
 * The engine sees strict PKCE only. V is keyed: were it not, an attacker who saw an S256 challenge could work
 * out V and redeem the code at the standard endpoint. And as every verifier is mapped here, a code that
 * was begun on the standard path fits no verifier on these paths, and the other way round.
 */

/** RFC 7636 section 4.1 asks for 43 at least. */
const VERIFIER = /^.{16,128}$/s
const CHALLENGE = /^[A-Za-z0-9_-]{43}=?$/

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

const strictOf = (config: Config, k: string): string =>
  createHmac('sha256', derivedKey(config, 'gatehouse coze verifiers')).update(k).digest('base64url')

/**
 * The S256 challenge to hand to the engine; undefined where there is none to be made of this one.
 *
 * @param method `plain` or `S256`.
 */
export function mapChallenge(config: Config, challenge: string, method: string): string | undefined {
  if (method === 'S256') {
    return CHALLENGE.test(challenge) ? sha256(strictOf(config, challenge.slice(0, 43))) : undefined
  }
  return VERIFIER.test(challenge) ? sha256(strictOf(config, sha256(challenge))) : undefined
}

/** The verifier to hand to the engine: one that it refuses by its form stays what it is. */
export const mapVerifier = (config: Config, verifier: string): string =>
  VERIFIER.test(verifier) ? strictOf(config, sha256(verifier)) : verifier
