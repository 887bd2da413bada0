import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import type { Config } from '../config/config.ts'
import { inTurn, Queue } from '../database/queue.ts'
import { passwordForm } from '../text.ts'

type Cost = Config['passwordHashing']

/**
 * Hashing leaves a processor to everything else of this process, and its threads wait in no queue but
 * this: of those who sign in all at once, some are told to try again, and token checks go on.
 */
const processors = new Queue(Math.max(1, availableParallelism() - 1)).lane({ rank: 0, length: 100, wait: 10_000 })

/**
 * The argon2id hash of a password in PHC format, at the cost that the configuration names.
 *
 * @throws {Overloaded} where too many wait for theirs.
 */
export const hashPassword = (config: Config, password: string): Promise<string> =>
  inTurn(processors, () => hash(passwordForm(password), config.passwordHashing))

/**
 * Whether the password is the one that was hashed. Where there is no hash (unknown account) a decoy
 * is verified instead, so that the time it takes does not tell whether the account exists.
 *
 * @throws {Overloaded} where too many wait for theirs.
 */
export async function verifyPassword(config: Config, stored: string | undefined, password: string): Promise<boolean> {
  const matches = await inTurn(processors, async () => {
    const hashed = stored ?? (await decoy(config.passwordHashing))
    for (const form of formsOf(password)) if (await verify(hashed, form)) return true
    return false
  })
  return matches && stored !== undefined
}

/** A hash may be older than the form, and of exactly what was typed. */
const formsOf = (password: string): Set<string> => new Set([passwordForm(password), password])

const decoys = new WeakMap<Cost, Promise<string>>()

function decoy(cost: Cost): Promise<string> {
  const known = decoys.get(cost) ?? hash('a password that nobody has', cost)
  decoys.set(cost, known)
  return known
}
