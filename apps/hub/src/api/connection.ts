import { limits } from '@parley/schema/vocabulary'
import { HubError } from '../errors.ts'

/** A page of a Relay connection. Cursors are opaque to clients. */
export interface Page<Node> {
  edges: { node: Node; cursor: string }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

/** The size of the page is counted where it is asked for, not again at its edges. */
export const oncePerPage = { field: 1, multiplier: 1 }

/** `rows` holds one more than `size` where there is more. */
export function pageOf<Row, Node>(
  rows: Row[],
  size: number,
  more: { cursor: (row: Row) => string; node: (row: Row) => Node; backward?: boolean; within?: boolean },
): Page<Node> {
  const kept = rows.slice(0, size)
  if (more.backward) kept.reverse()
  const edges = kept.map((row) => ({ node: more.node(row), cursor: more.cursor(row) }))
  const further = rows.length > size
  return {
    edges,
    pageInfo: {
      hasNextPage: more.backward ? (more.within ?? false) : further,
      hasPreviousPage: more.backward ? further : (more.within ?? false),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** How many are asked for: 1 to 100, 50 unless told. */
export function sizeOf(asked: number | null | undefined, field: string): number {
  if (asked == null) return 50
  if (!Number.isInteger(asked) || asked < 1 || asked > limits.pageSize) throw new HubError('invalid', { field })
  return asked
}

export const toCursor = (...keys: (string | number)[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url')

/** What the keys of a cursor may be: a moment is microseconds since 1970, within the years PostgreSQL knows. */
const keyShapes = { number: /^-?\d{1,18}$/, moment: /^\d{1,17}$/, text: /^[\w-]{1,60}$/ }

/** The keys of a cursor of ours: `kinds` says what each must be. */
export function fromCursor(cursor: string, kinds: (keyof typeof keyShapes)[], field: string): string[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor.slice(0, 400), 'base64url').toString())
    if (!Array.isArray(keys) || keys.length !== kinds.length) throw new Error('shape')
    return keys.map((key, n) => {
      const text = String(key)
      if (!keyShapes[kinds[n] ?? 'text'].test(text)) throw new Error('value')
      return text
    })
  } catch {
    throw new HubError('invalid', { field })
  }
}
