import { hkdfSync } from 'node:crypto'
import type { Config } from '../config/config.ts'

/** 256 bits for this purpose alone, by HKDF (RFC 5869), so that the one secret can serve several. */
export const derivedKey = ({ secret }: Pick<Config, 'secret'>, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32))
