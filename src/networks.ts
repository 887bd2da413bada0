import { BlockList, isIPv6 } from 'node:net'

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
