import { sql } from 'drizzle-orm'
import type { AnyPgTable } from 'drizzle-orm/pg-core'
import { chats, threads } from '../db/tables/chat.ts'
import { comments } from '../db/tables/comment.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { events } from '../db/tables/event.ts'
import { files } from '../db/tables/file.ts'
import { messages, parts } from '../db/tables/message.ts'
import { counters } from '../db/tables/workspace.ts'
import { newId } from '../domain/ids.ts'
import type { Storage } from '../files/storage.ts'
import type { Work } from '../work.ts'
import { type Enclosed, enclose } from './enclosures.ts'
import type { FileRow, PartRow } from './episode.ts'
import type { History } from './history.ts'
import type { Random } from './random.ts'

type KeptFile = Omit<typeof files.$inferInsert, 'workspaceId'> & { id: string; messageId: string }

/** Puts the bytes of all files of the past into the storage, a few at a time. */
export async function keepFiles(storage: Storage, history: History, random: Random): Promise<KeptFile[]> {
  const rows = history.episodes.flatMap((episode) => episode.files)
  const made: [FileRow, Enclosed][] = []
  // One after another, so that chance falls in the same order every time.
  for (const row of rows) made.push([row, await enclose(row.what, row.order, random)])
  const kept: KeptFile[] = []
  const queue = made.entries()
  const keep = async () => {
    for (const [n, [row, file]] of queue) kept[n] = await keepOne(storage, row, file)
  }
  await Promise.all(Array.from({ length: 16 }, keep))
  return kept
}

async function keepOne(storage: Storage, row: FileRow, file: Enclosed): Promise<KeptFile> {
  const put = (bytes: Uint8Array) => storage.put(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(), { maxBytes: bytes.byteLength })
  const [stored, thumbnail] = await Promise.all([put(file.bytes), file.thumbnail && put(file.thumbnail)])
  return {
    id: newId(),
    messageId: row.messageId,
    uploaderId: row.uploaderId,
    name: file.name,
    mime: file.mime,
    size: stored.size,
    kind: file.kind,
    width: file.width ?? null,
    height: file.height ?? null,
    durationMs: file.durationMs ?? null,
    state: 'stored',
    sha256: stored.sha256,
    storageKey: stored.key,
    thumbnailKey: thumbnail?.key ?? null,
    createdAt: row.at,
  }
}

/** Writes the past as if it had been lived: rows, numbers, counters and the events that belong to the timelines. */
export async function storeHistory(work: Work, history: History, kept: KeptFile[]): Promise<void> {
  const { episodes } = history
  await insert(work, customers, history.customers)
  await insert(work, identities, history.identities)
  await insert(work, threads, history.threads)
  await insert(
    work,
    chats,
    episodes.map(({ chat }) => chat),
  )
  await insert(
    work,
    messages,
    episodes.flatMap((episode) => episode.messages),
  )
  await insert(
    work,
    parts,
    episodes.flatMap((episode) => episode.parts.map((part) => withFileId(part, kept))),
  )
  await insert(
    work,
    comments,
    episodes.flatMap((episode) => episode.comments),
  )
  await insert(work, files, kept)
  await count(work, 'chat', episodes.length)
  await storeEvents(work, history)
  await agePlace(work, episodes[0]?.chat.openedAt as Date | undefined)
}

function withFileId(part: PartRow, kept: KeptFile[]): PartRow {
  if (part.content.type !== 'media') return part
  const file = kept.find(({ messageId }) => messageId === part.messageId)
  return { ...part, content: { ...part.content, fileId: file?.id ?? part.content.fileId } }
}

/** Numbered in the order of time. Whoever would replay them is told to load anew: what else happened then was not recorded. */
async function storeEvents(work: Work, { episodes }: History): Promise<void> {
  const told = episodes.flatMap((episode) => episode.events).sort((a, b) => (a.at as Date).getTime() - (b.at as Date).getTime())
  const last = await count(work, 'event', told.length)
  await insert(
    work,
    events,
    told.map((event, n) => ({ ...event, seq: last - told.length + n + 1 })),
  )
  await count(work, 'pruned', last)
}

async function count(work: Work, name: string, more: number): Promise<number> {
  const [row] = await work.db
    .insert(counters)
    .values({ workspaceId: work.workspaceId, name, value: more })
    .onConflictDoUpdate({ target: [counters.workspaceId, counters.name], set: { value: sql`${counters.value} + ${more}` } })
    .returning()
  return row?.value ?? more
}

/** The company is older than its first chat. */
async function agePlace(work: Work, first: Date | undefined): Promise<void> {
  if (!first) return
  const born = new Date(first.getTime() - 24 * 3_600_000).toISOString()
  for (const table of ['workspaces', 'operators', 'groups', 'channels'])
    await work.sql`update ${work.sql(table)} set created_at = ${born}::timestamptz where workspace_id = ${work.workspaceId}`
}

const rowsAtOnce = 500

/** Some hundred rows at a time. */
export async function insert<T extends AnyPgTable>(
  work: Work,
  table: T,
  rows: readonly Omit<T['$inferInsert'], 'workspaceId'>[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce).map((row) => ({ ...row, workspaceId: work.workspaceId }))
    await work.db.insert(table).values(some as never)
  }
}
