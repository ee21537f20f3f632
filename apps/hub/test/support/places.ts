/** A database of places in the format MMDB (version 2), of IPv4 networks alone: what the tests give to a hub as GEOIP_FILE. */
export function placesFile(networks: Record<string, { country?: string; city?: string }>): Buffer {
  const nodes: (number | { data: number } | null)[][] = [[null, null]]
  const pieces: Buffer[] = []
  let length = 0
  for (const [network, { country, city }] of Object.entries(networks)) {
    const piece = map({
      ...(country && { country: map({ iso_code: text(country) }) }),
      ...(city && { city: map({ names: map({ en: text(city) }) }) }),
    })
    insert(nodes, network, { data: length })
    pieces.push(piece)
    length += piece.length
  }
  const tree = Buffer.alloc(nodes.length * 6)
  nodes.forEach((node, at) => {
    node.forEach((record, side) => {
      const value = record === null ? nodes.length : typeof record === 'number' ? record : nodes.length + 16 + record.data
      tree.writeUIntBE(value, at * 6 + side * 3, 3)
    })
  })
  const about = map({
    binary_format_major_version: number(5, 2),
    binary_format_minor_version: number(5, 0),
    build_epoch: Buffer.from([1, 2, 1]),
    database_type: text('Places of the tests'),
    description: map({ en: text('Places') }),
    ip_version: number(5, 4),
    languages: Buffer.concat([Buffer.from([1, 4]), text('en')]),
    node_count: number(6, nodes.length),
    record_size: number(5, 24),
  })
  return Buffer.concat([tree, Buffer.alloc(16), ...pieces, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), about])
}

function insert(nodes: (number | { data: number } | null)[][], network: string, leaf: { data: number }): void {
  const [address = '', bits = '32'] = network.split('/')
  const path = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
    .slice(0, Number(bits))
  let at = 0
  ;[...path].forEach((bit, depth) => {
    const node = nodes[at]
    if (!node) throw new Error('the tree is broken')
    if (depth === path.length - 1) {
      node[Number(bit)] = leaf
      return
    }
    const next = node[Number(bit)]
    if (typeof next === 'number') {
      at = next
      return
    }
    node[Number(bit)] = nodes.length
    at = nodes.length
    nodes.push([null, null])
  })
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([bytes.length < 29 ? Buffer.from([0x40 | bytes.length]) : Buffer.from([0x5d, bytes.length - 29]), bytes])
}
const number = (type: 5 | 6, value: number): Buffer => Buffer.from([(type << 5) | 2, value >> 8, value & 255])
const map = (entries: Record<string, Buffer>): Buffer =>
  Buffer.concat([
    Buffer.from([0xe0 | Object.keys(entries).length]),
    ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]),
  ])
