import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Core } from '../core.ts'
import { emailAddress } from '../email.ts'
import { attempt, Counter, DatabaseStore } from './counters.ts'

/**
 * Makes an attempt to sign in with a password, by which it may be guessed: wrong ones are limited by
 * account and by address, over `durations.signInWindow`.
 *
 * @param work is told how to say that the password was wrong; it begins after a place is held, so that
 * attempts made at the same time, be it in one request, cannot all slip below the limit.
 * @throws {TooManyAttempts} where the address or the account has used up its failures.
 */
export function attemptSignIn<T>(
  core: Core,
  { email, address }: { readonly email: string; readonly address: string },
  work: (wrong: () => void) => Promise<T>,
): Promise<T> {
  const { byAddress, byAccount } = countersOf(core)
  // Any text can be typed, and counts in one form; the hash keeps it short, and addresses out of the table.
  const typed = emailAddress(email) ?? email.normalize('NFC')
  const account = createHash('sha256').update(typed).digest('base64url')
  const places = [
    { counter: byAddress, key: networkOf(address) },
    { counter: byAccount, key: account },
  ]
  return attempt(places, (wrong) => work(() => wrong()))
}

/**
 * Makes an invitation of the user's. One that comes about counts, over `durations.invitationWindow`.
 *
 * @throws {TooManyAttempts} where they have made as many as they may for now.
 */
export function countInvitation<T>(core: Core, userId: string, invite: () => Promise<T>): Promise<T> {
  return attempt([{ counter: countersOf(core).ofInvitations, key: userId }], async (count) => {
    const made = await invite()
    count()
    return made
  })
}

interface Counters {
  readonly byAddress: Counter
  readonly byAccount: Counter
  readonly ofInvitations: Counter
}

const known = new WeakMap<Core, Counters>()

/** One set for each server: a counter knows the attempts that it has under way. */
function countersOf(core: Core): Counters {
  const { limits, durations } = core.config
  const make = (prefix: string, limit: number, window: number) =>
    new Counter(core, new DatabaseStore(core, prefix), limit, window)
  const counters = known.get(core) ?? {
    byAddress: make('sign-in-address', limits.failedSignInsPerAddress, durations.signInWindow),
    byAccount: make('sign-in-account', limits.failedSignInsPerAccount, durations.signInWindow),
    ofInvitations: make('invitation', limits.invitationsPerUser, durations.invitationWindow),
  }
  known.set(core, counters)
  return counters
}

/** An IPv6 customer holds at least a /64, and could otherwise take a new address for each attempt. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  if (tail !== undefined)
    groups.push(...Array<string>(8 - groups.length - tail.split(':').filter(Boolean).length).fill('0'))
  return groups.slice(0, 4).join(':')
}
