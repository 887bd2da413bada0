import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { faultOf } from '../../keys/key-strength.ts'
import { errors } from './oidc.ts'

/**
 * Looks at the key that a DPoP proof brings along (RFC 9449 section 4.2): a token that is bound to one by which
 * others could sign is bound to nobody. What is wrong with the proof beyond that, the engine says.
 *
 * @throws {errors.InvalidDpopProof} that says what is wrong with the key.
 */
export async function assertStrongProofKey(proof: string | null): Promise<void> {
  const key = proof === null ? undefined : keyIn(proof)
  const fault = key && (await faultOf(key))
  if (fault) throw new errors.InvalidDpopProof(`the key of the proof ${fault.message}`)
}

function keyIn(proof: string) {
  try {
    const { jwk } = decodeProtectedHeader(proof)
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}
