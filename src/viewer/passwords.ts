import { hash, verify } from '@node-rs/argon2'
import type { Config } from '../config.ts'
import { passwordForm } from '../text.ts'

type Cost = Config['passwordHashing']

/** The argon2id hash of a password in PHC format, at the cost that the configuration names. */
export const hashPassword = (config: Config, password: string): Promise<string> =>
  hash(passwordForm(password), config.passwordHashing)

/**
 * Whether the password is the one that was hashed. Where there is no hash (unknown account) a decoy
 * is verified instead, so that the time it takes does not tell whether the account exists.
 */
export async function verifyPassword(config: Config, stored: string | undefined, password: string): Promise<boolean> {
  const hashed = stored ?? (await decoy(config.passwordHashing))
  for (const form of formsOf(password)) {
    if (await verify(hashed, form)) return stored !== undefined
  }
  return false
}

/** A hash may be older than the form, and of exactly what was typed. */
const formsOf = (password: string): Set<string> => new Set([passwordForm(password), password])

const decoys = new WeakMap<Cost, Promise<string>>()

function decoy(cost: Cost): Promise<string> {
  const known = decoys.get(cost) ?? hash('a password that nobody has', cost)
  decoys.set(cost, known)
  return known
}
