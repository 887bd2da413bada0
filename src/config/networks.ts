import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * A list of networks in CIDR notation and of single addresses.
 *
 * @throws {TypeError | RangeError} for anything else.
 */
export function listNetworks(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    // `Number('')` is 0, and with that everybody would be in.
    if (rest.length > 0 || (bits !== undefined && !/^\d+$/.test(bits)))
      throw new RangeError(`not a network: ${network}`)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

const loopback = listNetworks(['127.0.0.0/8', '::1'])

const isLoopbackAddress = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** Whether a server that listens on this host hears from this machine alone. */
export const listensOnLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || isLoopbackAddress(host)

/** Whether it is `localhost`, or any name under it (RFC 6761 section 6.3). */
export const isLocalhost = (hostname: string): boolean => /^(.+\.)?localhost\.?$/.test(hostname)

/** Whether the host of a URL means the machine of the one who opens it. */
export const namesLoopback = (hostname: string): boolean =>
  isLocalhost(hostname) || isLoopbackAddress(hostname.replace(/^\[(.*)\]$/, '$1'))
