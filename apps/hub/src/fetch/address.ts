import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Where an address lies. Only `public` ones are open to a request whose destination came from outside. */
export type AddressArea = 'public' | 'intranet' | 'forbidden'

/** May be reached when whoever runs the hub names the host: loopback, private networks, carrier-grade NAT, unique local. */
const intranet = listOf(['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'], ['::1/128', 'fc00::/7'])

/** Within the carrier-grade block, yet the metadata service of a cloud. */
const metadata = listOf(['100.100.100.200/32'], ['fd00:ec2::254/128', 'fd20:ce::254/128'])

/** The rest of the IANA special-purpose registry: unspecified, link-local (metadata services), protocol, test and benchmark nets, multicast, reserved. */
// biome-ignore format: a list
const special = listOf([
  '0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.175.48.0/24',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '168.63.129.16/32', '224.0.0.0/4', '240.0.0.0/4',
], ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'])

const globalUnicast = listOf([], ['2000::/3'])
const translated = listOf([], ['64:ff9b::/96'])

/** `address`: IPv4 in four decimal numbers, or IPv6, without brackets; anything else is forbidden. */
export function areaOf(address: string): AddressArea {
  if (isIPv4(address)) return areaOfV4(address)
  return isIPv6(address) && !address.includes('%') ? areaOfV6(address) : 'forbidden'
}

function areaOfV4(address: string): AddressArea {
  if (metadata.check(address) || special.check(address)) return 'forbidden'
  return intranet.check(address) ? 'intranet' : 'public'
}

/** Only global unicast is public; of the forms that carry an IPv4 address, only the translation of a public one. */
function areaOfV6(address: string): AddressArea {
  if (metadata.check(address, 'ipv6') || special.check(address, 'ipv6')) return 'forbidden'
  if (translated.check(address, 'ipv6')) return areaOfV4(lastFourBytes(address)) === 'public' ? 'public' : 'forbidden'
  if (isMapped(address)) return 'forbidden'
  if (intranet.check(address, 'ipv6')) return 'intranet'
  return globalUnicast.check(address, 'ipv6') ? 'public' : 'forbidden'
}

/** BlockList would take `::ffff:127.0.0.1` for the IPv4 address within it. */
function isMapped(address: string): boolean {
  return canonical(address).startsWith('::ffff:')
}

/** The address parser of URL writes every IPv6 address in its one shortest form, in hex groups. */
function canonical(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1)
}

function lastFourBytes(address: string): string {
  const groups = canonical(address)
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group || '0', 16))
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.')
}

function listOf(v4: string[], v6: string[]): BlockList {
  const list = new BlockList()
  const add = (range: string, type: 'ipv4' | 'ipv6') => {
    const [net = '', bits] = range.split('/')
    list.addSubnet(net, Number(bits), type)
  }
  for (const range of v4) add(range, 'ipv4')
  for (const range of v6) add(range, 'ipv6')
  return list
}
