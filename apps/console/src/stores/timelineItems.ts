import type { CommentNews, MessageFile, MessageNews, TimelineItem } from '../api/fragments.ts'

/** The hub's order of a timeline. */
export const inOrder = (a: TimelineItem, b: TimelineItem) =>
  compare(a.at, b.at) || positionOf(a) - positionOf(b) || compare(tieOf(a), tieOf(b))
/** A late message has the moment of the one it stands before, and a lower position. */
const positionOf = (item: TimelineItem) => (item.__typename === 'Message' ? item.position : 0)
/** What happened at the same moment stands in the order of its events, which are numbers. */
const tieOf = (item: TimelineItem) => (item.__typename === 'Activity' ? item.id.padStart(20, '0') : item.id)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Joins two lists into one in order; of two versions of an item the later list's is kept. */
export function merge(earlier: readonly TimelineItem[], later: readonly TimelineItem[]): TimelineItem[] {
  const last = earlier.at(-1)
  const first = later[0]
  if (!first) return [...earlier]
  if (!last || inOrder(last, first) < 0) return [...earlier, ...later]
  const byId = new Map(earlier.map((item) => [item.id, item]))
  for (const item of later) byId.set(item.id, item)
  return [...byId.values()].sort(inOrder)
}

export const filesOf = (item: TimelineItem | undefined): readonly MessageFile[] =>
  item === undefined || item.__typename === 'Activity' ? [] : item.files

/** The feed tells no links, because they are good for one person only: those which are known stay. */
export function withKnownLinks<News extends MessageNews | CommentNews>(news: News, known: readonly TimelineItem[]) {
  const links = new Map(filesOf(known.find((item) => item.id === news.id)).map((file) => [file.id, file]))
  return { ...news, files: news.files.map((file) => ({ url: null, thumbnailUrl: null, ...pick(links.get(file.id)), ...file })) }
}
const pick = (file: MessageFile | undefined) => (file ? { url: file.url, thumbnailUrl: file.thumbnailUrl } : {})
export const lacksLink = (file: MessageFile) => file.state === 'stored' && file.url === null
