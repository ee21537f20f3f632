/** A part of a letter, as far as IMAP speaks of it. */
export interface Node {
  type: string
  params: [string, string][]
  headers: Record<string, string>
  disposition?: { type: string; params: [string, string][] }
  encoding: string
  head: Buffer
  body: Buffer
  children: Node[]
  /** The letter within a letter. */
  letter?: Node
}

const blankLine = Buffer.from('\r\n\r\n')

/** Reads a letter or a part of one. Lines end with CRLF. */
export function parseMime(source: Buffer): Node {
  const end = source.indexOf(blankLine)
  const head = end < 0 ? source : source.subarray(0, end + 4)
  const body = end < 0 ? Buffer.alloc(0) : source.subarray(end + 4)
  const headers = headersOf(head)
  const { value, params } = parametersOf(headers['content-type'] ?? 'text/plain; charset=us-ascii')
  const type = /^[^/\s]+\/[^/\s]+$/.test(value) ? value.toLowerCase() : 'text/plain'
  const shown = headers['content-disposition'] ? parametersOf(headers['content-disposition']) : undefined
  const boundary = params.find(([name]) => name === 'boundary')?.[1]
  return {
    type,
    params,
    headers,
    ...(shown && { disposition: { type: shown.value.toLowerCase(), params: shown.params } }),
    encoding: (headers['content-transfer-encoding'] ?? '7bit').trim().toLowerCase(),
    head,
    body,
    children: type.startsWith('multipart/') && boundary ? partsOf(body, boundary) : [],
    ...(type === 'message/rfc822' && { letter: parseMime(body) }),
  }
}

export function headersOf(head: Buffer): Record<string, string> {
  const found: Record<string, string> = {}
  for (const line of head
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const at = line.indexOf(':')
    if (at > 0) found[line.slice(0, at).toLowerCase()] ??= Buffer.from(line.slice(at + 1).trim(), 'latin1').toString('utf8')
  }
  return found
}

function parametersOf(header: string): { value: string; params: [string, string][] } {
  const [value = '', ...rest] = header.match(/(?:"(?:\\.|[^"\\])*"|[^;"])+/g) ?? []
  const params = rest.flatMap((one): [string, string][] => {
    const at = one.indexOf('=')
    if (at < 0) return []
    const text = one.slice(at + 1).trim()
    return [[one.slice(0, at).trim().toLowerCase(), text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text]]
  })
  return { value: value.trim(), params }
}

function partsOf(body: Buffer, boundary: string): Node[] {
  const mark = `--${boundary}`
  const text = body.toString('latin1')
  const nodes: Node[] = []
  let start = -1
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    if (start >= 0) nodes.push(parseMime(body.subarray(start, Math.max(start, at - 2))))
    if (text.startsWith('--', at + mark.length)) break
    start = text.indexOf('\n', at) + 1
  }
  return nodes
}

/** The bytes of a part without their encoding. */
export function decoded({ encoding, body }: Node): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (encoding !== 'quoted-printable') return body
  const text = body
    .toString('latin1')
    .replace(/[ \t]+\r\n/g, '\r\n')
    .replace(/=\r\n/g, '')
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

export const leavesOf = (node: Node): Node[] => (node.children.length ? node.children.flatMap(leavesOf) : [node])
