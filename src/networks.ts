import { BlockList, isIPv6 } from 'node:net'

/**
 * A list of networks in CIDR notation and of single addresses.
 *
 * @throws {TypeError | RangeError} for anything else.
 */
export function listNetworks(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
