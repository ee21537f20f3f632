import { BlockList, isIP } from 'node:net'

/** The address a request came from: of the socket, or what a trusted proxy says about it. `unknown` when neither is one. */
export type ClientAddress = (socket: string | undefined, forwardedFor: string | null | undefined) => string

/** `proxies`: addresses or ranges such as 10.0.0.0/8 whose X-Forwarded-For is believed. None: the header never counts. */
export function clientAddresses(proxies: readonly string[] = []): ClientAddress {
  const trusted = new BlockList()
  for (const proxy of proxies) trust(trusted, proxy)
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (socket, forwardedFor) => {
    let address = plain(socket ?? '')
    // From the nearest hop outwards: what stands left of the first untrusted one may be invented.
    const hops = (forwardedFor ?? '')
      .slice(-1_000)
      .split(',')
      .reverse()
      .map((hop) => plain(hop.trim()))
    for (const hop of hops) {
      if (!isTrusted(address) || isIP(hop) === 0) break
      address = hop
    }
    return isIP(address) ? address : 'unknown'
  }
}

/** What rate limits count by: an IPv4 address, or the /64 that one subscriber has of IPv6. */
export function subscriberOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1).split('::')
  const start = head ? head.split(':') : []
  const end = tail ? tail.split(':') : []
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - start.length - end.length)).fill('0')
  return [...start, ...zeros, ...end].slice(0, 4).join(':')
}

const plain = (address: string): string => (/^::ffff:\d+\./i.test(address) ? address.slice(7) : address)

function trust(list: BlockList, proxy: string): void {
  const [address = '', bits] = proxy.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}
