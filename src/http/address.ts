import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP, isIPv6 } from 'node:net'
import type { Config } from '../config.ts'

/**
 * Where a request comes from: the address of the socket or, where that is a trusted proxy's, the last
 * one in X-Forwarded-For that is not. What stands before it, anybody could have written.
 */
export function addressOf({ socket, headers }: IncomingMessage, { proxies }: Pick<Config, 'proxies'>): string {
  const peer = plain(socket.remoteAddress ?? 'unknown')
  const forwarded = [headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((hop) => plain(hop.trim()))
  const hops = [...forwarded.filter(Boolean), peer]
  while (hops.length > 1 && isTrusted(proxies, hops.at(-1) ?? '')) hops.pop()
  return hops.at(-1) ?? peer
}

const isTrusted = (proxies: BlockList, address: string): boolean =>
  isIP(address) !== 0 && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** In the IPv4 form, where it has one. */
const plain = (address: string): string => address.replace(/^::ffff:/, '')
