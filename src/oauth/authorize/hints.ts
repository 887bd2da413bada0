import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Core } from '../../core.ts'

/**
 * Verifies an ID token of ours that names a user as a hint (`id_token_hint`). It may have expired, and a key may have
 * signed it that is retired by now.
 *
 * @param audience the client that it must have been issued to, where that is known.
 * @returns its claims; undefined for anything else.
 */
export async function readHint(
  { config, keys, clock }: Pick<Core, 'config' | 'keys' | 'clock'>,
  hint: string,
  audience?: string,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(hint, keys.findForHint, {
      algorithms: keys.algorithms,
      issuer: config.publicUrl,
      ...(audience !== undefined && { audience }),
      requiredClaims: ['sub', 'aud', 'iat'],
      currentDate: clock.now(),
      // Expired ones are good: only the signature says whose it is.
      clockTolerance: Number.MAX_SAFE_INTEGER,
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
