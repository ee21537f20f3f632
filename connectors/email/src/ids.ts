import { createHash } from 'node:crypto'

/** The id of a letter without its brackets; what is longer than a column takes, or holds what no id has, becomes its digest. */
export function bareId(value: string | undefined): string | undefined {
  const bare = value?.trim().replace(/^<|>$/g, '').trim()
  if (!bare) return undefined
  return bare.length <= 200 && /^[\x21-\x7e]+$/.test(bare) ? bare : `${digest(bare)}@long`
}

/** Whether an id is one that a letter bears, and not what stands here for it. */
export const isId = (id: string): boolean => id !== '' && !/@(long|no-id)$/.test(id)

/** The ids a header such as References lists, in its order. */
export const idsIn = (header: string | undefined): string[] =>
  (header?.match(/<[^<>]+>/g) ?? []).flatMap((one) => bareId(one) ?? []).slice(0, 100)

/** What the letters of one exchange share: made of the id of the first. */
export const rootOf = (id: string): string => digest(id).slice(0, 20)

/**
 * A thread is one exchange with one person: whoever else answers into it is another customer, who must not be taken for the
 * first.
 */
export const threadId = (root: string, peer: string): string => `${root}~${peer}`
export const rootIn = (thread: string): string => thread.split('~')[0] ?? ''
export const peerIn = (thread: string): string => thread.slice(thread.indexOf('~') + 1)

/** The id of our letter: the part's key, by which it is found again, and the exchange it belongs to. */
export const ownId = (partKey: string, root: string, address: string): string => `parley.${partKey}.${root}@${domainOf(address)}`

/** What our own id says; undefined of anybody else's, also where only the name before the @ is like ours. */
export function readOwnId(id: string, address: string): { partKey: string; root: string } | undefined {
  const [, partKey, root, domain] = /^parley\.(.+)\.([0-9a-f]{20})@(.+)$/i.exec(id) ?? []
  return partKey && root && domain?.toLowerCase() === domainOf(address) ? { partKey, root } : undefined
}

/** The exchange a letter belongs to: that of our letter it answers, else the one its first ancestor began, else its own. */
export function rootFor(id: string, ancestors: string[], address: string): string {
  const ours = ancestors.toReversed().flatMap((one) => readOwnId(one, address)?.root ?? [])[0]
  return ours ?? rootOf(ancestors[0] ?? id)
}

export const isAddress = (text: string): boolean => /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(text.trim())

const domainOf = (address: string): string => address.split('@').at(-1)?.toLowerCase() ?? 'localhost'
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
