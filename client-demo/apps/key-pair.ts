import type { Fault } from '../ui/issue-texts.ts'

/** A key pair that was made here. The private half is for a file of the viewer's, and for nothing else. */
export interface KeyPair {
  readonly publicPem: string
  readonly privatePem: string
}

/** Whether the browser makes keys: on https and localhost only. */
export const canMakeKeys = (): boolean => globalThis.crypto?.subtle !== undefined

/** RSA of 2048 bits: what every library and openssl sign with. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { subtle } = globalThis.crypto
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  }
  const { publicKey, privateKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [spki, pkcs8] = await Promise.all([subtle.exportKey('spki', publicKey), subtle.exportKey('pkcs8', privateKey)])
  return { publicPem: pem('PUBLIC KEY', spki), privatePem: pem('PRIVATE KEY', pkcs8) }
}

function pem(label: string, der: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(der)))
  return [`-----BEGIN ${label}-----`, ...(base64.match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ''].join('\n')
}

/** The media type of PEM. */
export const PEM_TYPE = 'application/x-pem-file'

/** The file of the private key with this id: the commands of the app's page name it, too. */
export const privateKeyFile = (kid: string): string => `gatehouse-${kid.replace(/[^\w]/g, '').slice(0, 8)}.private.pem`

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** Whether it may be a private key. Whatever it is then, it is not sent, so that nobody else ever has it. */
export const mayBePrivate = (text: string): boolean =>
  /PRIVATE KEY/i.test(text) || privateMembers.some((member) => new RegExp(`"${member}"\\s*:`).test(text))

/** What is wrong with a text as a public key, as far as can be said without reading the key itself. */
export function keyFault(text: string): Fault | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return { code: 'REQUIRED' }
  if (trimmed.length > 10_000) return { code: 'TOO_LONG', limit: 10_000 }
  const isPem = /^-----BEGIN (RSA )?PUBLIC KEY-----[\s\S]+-----END (RSA )?PUBLIC KEY-----$/.test(trimmed)
  return isPem || isObject(trimmed) ? undefined : { code: 'NOT_A_PUBLIC_KEY' }
}

function isObject(text: string): boolean {
  try {
    return text.startsWith('{') && typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}
