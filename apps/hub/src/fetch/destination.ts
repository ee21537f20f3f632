import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { areaOf } from './address.ts'

export interface ResolvedAddress {
  address: string
  family: number
}

/** Names to addresses; by default what the machine itself answers. */
export type Resolve = (host: string) => Promise<ResolvedAddress[]>

export interface DestinationRules {
  /** `host:port` of this machine or network that may be reached, as whoever runs the hub wrote them. */
  allowed?: readonly string[] | undefined
  /** Ports that any host may be asked on; 80 and 443 unless told. */
  ports?: readonly number[] | undefined
  /** When given, nothing else: a host, or `.example.com` for it and all beneath it. */
  hosts?: readonly string[] | undefined
  resolve?: Resolve | undefined
}

export type FetchRefusalCode = 'ERR_DESTINATION_REFUSED' | 'ERR_REDIRECT_REFUSED' | 'ERR_RESPONSE_TOO_LARGE' | 'ERR_RESPONSE_REFUSED'

/** Why a request was not made or its answer not taken. The words name the host, never the path: paths carry tokens. */
export class FetchRefused extends Error {
  override name = 'FetchRefused'
  readonly code: FetchRefusalCode

  constructor(code: FetchRefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

const standardPorts: Record<string, number> = { 'http:': 80, 'https:': 443 }

/** Names that mean this machine or this network whatever a resolver says. */
const localName = /^(?:[^.]*|.*\.(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa))$/

/** Checks the address and resolves its host, once; the connection must go to one of the answers. Throws FetchRefused. */
export async function destinationOf(url: URL, rules: DestinationRules): Promise<ResolvedAddress[]> {
  const host = hostOf(url)
  const named = isNamed(url, host, rules.allowed ?? [])
  const why = faultOf(url, host, named, rules)
  if (why) throw refused(host, why)
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await (rules.resolve ?? resolveAll)(host)
  if (addresses.length === 0) throw refused(host, 'the name has no address')
  // One closed answer refuses the name: a name with two faces is an attempt.
  if (!addresses.every(({ address }) => isOpen(address, named))) {
    throw refused(host, 'its address lies within a private network; PARLEY_ALLOW_PRIVATE_FETCH can name hosts of your own')
  }
  return addresses
}

function faultOf(
  url: URL,
  host: string,
  named: boolean,
  { hosts, ports = Object.values(standardPorts) }: DestinationRules,
): string | undefined {
  if (!standardPorts[url.protocol]) return 'only http and https are asked'
  if (url.username || url.password) return 'the address carries a user name or password'
  if (hosts && !hosts.some((each) => matchesHost(host, each))) return 'not a host of this platform'
  if (named) return undefined
  if (!ports.includes(portOf(url))) return `port ${portOf(url)} is not open to requests`
  return !isIP(host) && localName.test(host) ? 'a name of the local network' : undefined
}

function isOpen(address: string, named: boolean): boolean {
  const area = areaOf(address)
  return area === 'public' || (named && area === 'intranet')
}

function isNamed(url: URL, host: string, allowed: readonly string[]): boolean {
  const own = `${host}:${portOf(url)}`
  return allowed.some((each) => each.toLowerCase().replace(/^\[(.*)\]:/, '$1:') === own)
}

/** URL leaves the port away where it is the protocol's own. */
function portOf(url: URL): number {
  return Number(url.port || standardPorts[url.protocol])
}

/** For `http.request`: the addresses that were checked, whatever the name answers by now. */
export function pinnedLookup(addresses: ResolvedAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (options.all) done(null, addresses)
    else if (first) done(null, first.address, first.family)
  }
}

/** As URL gives it (IPv4 in any spelling is four decimal numbers by then), without brackets and without the root's dot. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

function matchesHost(host: string, rule: string): boolean {
  return rule.startsWith('.') ? host === rule.slice(1) || host.endsWith(rule) : host === rule
}

function refused(host: string, why: string): FetchRefused {
  return new FetchRefused('ERR_DESTINATION_REFUSED', `${host}: ${why}`)
}

function resolveAll(host: string): Promise<ResolvedAddress[]> {
  return lookup(host, { all: true })
}
