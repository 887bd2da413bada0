import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible'
import type { Core } from '../core.ts'
import { emailAddress } from '../email.ts'
import { TooManyAttempts } from '../errors.ts'

/**
 * Counts an attempt to sign in, before the password is looked at: so that attempts made at the same
 * time, be it in one request, cannot all slip below the limit. Both counts end by themselves
 * `durations.signInWindow` after the first attempt, by the system's time.
 *
 * @returns how to take the attempt back, for one that succeeds: only failures count.
 * @throws {TooManyAttempts} where the address or the account has used up its failures.
 */
export async function countAttempt(core: Core, email: string, address: string): Promise<() => Promise<unknown>> {
  const { failedSignInsPerAddress, failedSignInsPerAccount } = core.config.limits
  const byAddress = limiter(core, 'sign-in-address', failedSignInsPerAddress)
  const byAccount = limiter(core, 'sign-in-account', failedSignInsPerAccount)
  const network = networkOf(address)
  // Whatever is typed into the form is counted, in one form; the hash keeps it short, and addresses out of the table.
  const typed = emailAddress(email) ?? email.normalize('NFC')
  const account = createHash('sha256').update(typed).digest('base64url')

  await consume(byAddress, network)
  await consume(byAccount, account)
  return () => Promise.all([byAddress.reward(network), byAccount.reward(account)])
}

/**
 * Counts an invitation that the user is about to make.
 *
 * @throws {TooManyAttempts} where they have made as many as they may for now.
 */
export async function countInvitation(core: Core, userId: string): Promise<void> {
  const { limits, durations } = core.config
  await consume(limiter(core, 'invitation', limits.invitationsPerUser, durations.invitationWindow), userId)
}

const limiter = (
  { config, prisma }: Core,
  keyPrefix: string,
  points: number,
  window = config.durations.signInWindow,
): RateLimiterPrisma =>
  new RateLimiterPrisma({
    storeClient: prisma,
    tableName: 'rateLimit',
    keyPrefix,
    points,
    duration: window / 1000,
    clearExpiredByTimeout: false,
  })

async function consume(limiter: RateLimiterPrisma, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) throw new TooManyAttempts(Math.ceil(refusal.msBeforeNext / 1000))
    throw refusal
  }
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
