import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP, isIPv6 } from 'node:net'
import type { Config } from '../config/config.ts'

/**
 * Where a request comes from: the address of the socket or, where that is a trusted proxy's, the last
 * one in X-Forwarded-For that is not. What stands before it, anybody could have written. Where a
 * trusted proxy names something that is no address, it is the proxy's own that counts.
 */
export function addressOf({ socket, headers }: IncomingMessage, { proxies }: Pick<Config, 'proxies'>): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const hops = forwarded.map((hop) => plain(hop.trim())).filter(Boolean)
  let address = plain(socket.remoteAddress ?? 'unknown')
  while (isTrusted(proxies, address)) {
    const before = hops.pop()
    if (before === undefined || isIP(before) === 0) break
    address = before
  }
  return address
}

const isTrusted = (proxies: BlockList, address: string): boolean =>
  isIP(address) !== 0 && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** Without the port that some proxies add, which is another one for each connection; as IPv4, where it is that. */
const plain = (hop: string): string =>
  hop
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/i, '')
