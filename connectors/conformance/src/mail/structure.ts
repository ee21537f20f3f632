import addressparser from 'nodemailer/lib/addressparser'
import { type Node, parseMime } from './mime.ts'

/** What the IMAP stand-in says of a letter: RFC 3501, FETCH. */

export const quoted = (text: string | undefined): string =>
  text === undefined
    ? 'NIL'
    : /^[\x20-\x7e]*$/.test(text)
      ? `"${text.replace(/["\\]/g, '\\$&')}"`
      : `{${Buffer.byteLength(text)}}\r\n${text}`

const list = (params: [string, string][]) =>
  params.length ? `(${params.map(([name, value]) => `${quoted(name)} ${quoted(value)}`).join(' ')})` : 'NIL'
const linesOf = (body: Buffer) => body.toString('latin1').split('\n').length - 1

export function bodyStructure(node: Node): string {
  const shown = node.disposition ? `(${quoted(node.disposition.type)} ${list(node.disposition.params)})` : 'NIL'
  const [main = 'text', sub = 'plain'] = node.type.split('/')
  if (node.children.length) return `(${node.children.map(bodyStructure).join('')} ${quoted(sub)} ${list(node.params)} ${shown} NIL NIL)`
  const basic = `${quoted(main)} ${quoted(sub)} ${list(node.params)} ${quoted(node.headers['content-id'])} NIL ${quoted(node.encoding)} ${node.body.length}`
  const more = node.letter
    ? ` ${envelope(node.letter)} ${bodyStructure(node.letter)} ${linesOf(node.body)}`
    : main === 'text'
      ? ` ${linesOf(node.body)}`
      : ''
  return `(${basic}${more} NIL ${shown} NIL NIL)`
}

export function envelope({ headers }: Node): string {
  const from = people(headers.from)
  const or = (header: string | undefined) => (header === undefined ? from : people(header))
  return `(${quoted(headers.date)} ${quoted(headers.subject)} ${from} ${or(headers.sender)} ${or(headers['reply-to'])} ${people(headers.to)} ${people(headers.cc)} NIL ${quoted(headers['in-reply-to'])} ${quoted(headers['message-id'])})`
}

function people(header: string | undefined): string {
  const found = header === undefined ? [] : addressparser(header, { flatten: true })
  const one = ({ name, address }: { name: string; address: string }) => {
    const at = address.lastIndexOf('@')
    return `(${quoted(name || undefined)} NIL ${quoted(at < 0 ? address : address.slice(0, at))} ${quoted(at < 0 ? '' : address.slice(at + 1))})`
  }
  return found.length ? `(${found.map(one).join('')})` : 'NIL'
}

/** The bytes a section names; undefined: there is no such section. */
export function sectionOf(source: Buffer, section: string): Buffer | undefined {
  const root = parseMime(source)
  const [, path = '', , rest = ''] = /^((\d+\.)*\d+)?\.?(.*)$/i.exec(section) ?? []
  const node = path.split('.').filter(Boolean).reduce<Node | undefined>(childOf, root)
  if (!node) return undefined
  const whole = path === '' ? node : (node.letter ?? node)
  switch (rest.split(' ')[0]?.toUpperCase()) {
    case '':
      return path === '' ? source : node.body
    case 'MIME':
      return node.head
    case 'HEADER':
      return whole.head
    case 'TEXT':
      return whole.body
    case 'HEADER.FIELDS':
      return fieldsOf(whole, rest)
    default:
      return undefined
  }
}

/** A letter of one part has this part as its first. */
function childOf(node: Node | undefined, number: string): Node | undefined {
  const within = node?.letter ?? node
  if (within?.children.length) return within.children[Number(number) - 1]
  return number === '1' ? within : undefined
}

function fieldsOf({ head }: Node, names: string): Buffer {
  const wanted = new Set((/\((.*)\)/.exec(names)?.[1] ?? '').toLowerCase().replaceAll('"', '').split(' '))
  const lines = head.toString('latin1').split(/\r\n(?![ \t])/)
  const kept = lines.filter((line) => wanted.has(line.slice(0, line.indexOf(':')).toLowerCase()))
  return Buffer.from([...kept, '', ''].join('\r\n'), 'latin1')
}
