import type { MediaPosition, MediaRef, MediaStream } from '@parley/schema/connector'
import { limits } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { files } from '../db/tables/file.ts'
import { messages } from '../db/tables/message.ts'
import { passes } from '../failpoints.ts'
import { keepFile } from '../files/keep.ts'
import type { Partials } from '../files/partial.ts'
import { anyFile } from '../files/policy.ts'
import { FileRefusal } from '../files/refusal.ts'
import type { Storage } from '../files/storage.ts'
import { keepThumbnail, type Thumbnails, thumbnailTypes } from '../files/thumbnails.ts'
import type { Log } from '../log.ts'
import { lookWhenWoken } from '../looking.ts'
import { systemOf, type Work, type Works } from '../work.ts'
import type { Owned } from './connections.ts'
import { FileGone, fetchWhole } from './resuming.ts'

const lookMs = 2_000
const gapMs = 200
/** Of one stretch without a break, and of a whole file. */
const stretchMs = 5 * 60_000
const deadlineMs = 30 * 60_000
const atOnce = 3
const patience = { breaks: 3, beginnings: 2, pauseMs: 250 }
const retrySeconds = [2, 10, 30, 120, 600, 1_800, 3_600]

type FileRow = typeof files.$inferSelect

class WrongBytes extends Error {}

/** Fetches the files of a connection's messages into the storage, those that expire first before the others. */
export function createMedia(works: Works, storage: Storage, partials: Partials, thumbnails: Thumbnails, log: Log) {
  return function runFetches({ channel, connection, stop }: Owned): { wake(): void; stop(): Promise<void> } {
    const flying = new Map<string, Promise<void>>()
    const system = systemOf(channel.workspaceId)

    async function look(): Promise<void> {
      const free = atOnce - flying.size
      if (free > 0) for (const file of await works.work(system, (work) => claim(work, channel.id, free, [...flying.keys()]))) fly(file)
    }
    const { wake, rest } = lookWhenWoken(look, {
      // Wake-ups come with every event of the workspace, and few of them bring a file.
      gapMs,
      isOver: () => !connection.openMedia || stop.signal.aborted,
      failed: (error) => log.warn({ err: error, channelId: channel.id }, 'files could not be fetched'),
    })

    /** A large file keeps one place busy, not those that came with it. */
    function fly(file: FileRow): void {
      const flight = fetchOne(file)
        .catch((error) => log.error({ err: error, channelId: channel.id }, 'what became of a file could not be told'))
        .finally(() => {
          flying.delete(file.id)
          wake()
        })
      flying.set(file.id, flight)
    }

    async function fetchOne(file: FileRow): Promise<void> {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(deadlineMs)])
      const open = async (position?: MediaPosition) =>
        connection.openMedia?.(file.source as MediaRef, AbortSignal.any([signal, AbortSignal.timeout(stretchMs)]), position)
      const partial = partials.of(file.id)
      try {
        await finish(file, await fetchWhole(open, (media, bytes) => store(file, media, bytes), { ...patience, signal }, partial))
        await partial.drop()
      } catch (error) {
        const lost =
          error instanceof FileGone || file.attempts >= retrySeconds.length || (error instanceof FileRefusal && error.code === 'too_large')
        if (lost || error instanceof WrongBytes) await partial.drop()
        if (lost) await finish(file, { state: 'gone', goneReason: error instanceof Error ? error.message.slice(0, 200) : '' })
        else log.info({ err: error, channelId: channel.id, fileId: file.id }, 'a file will be fetched again')
      } finally {
        await partial.close()
      }
    }
    async function store(file: FileRow, media: MediaStream, bytes: AsyncIterable<Uint8Array>): Promise<Partial<FileRow>> {
      const kept = await keepFile(
        bytes,
        { name: media.name ?? file.name, mime: media.mime ?? file.mime },
        { storage, maxBytes: limits.fileBytes, allowed: anyFile },
      )
      if (media.sha256 && media.sha256 !== kept.sha256) {
        await storage.remove(kept.key)
        throw new WrongBytes('The bytes that came are not those the platform vouches for.')
      }
      const thumbnail = thumbnailTypes.includes(kept.mime) ? await keepThumbnail(thumbnails, storage, kept.key) : undefined
      passes('media.stored')
      const told = file.kind === 'voice' || file.kind === 'sticker' ? file.kind : kept.kind
      return {
        state: 'stored',
        name: kept.name,
        mime: kept.mime,
        size: kept.size,
        sha256: kept.sha256,
        storageKey: kept.key,
        kind: told,
        width: kept.width ?? file.width,
        height: kept.height ?? file.height,
        thumbnailKey: thumbnail?.key ?? null,
        dueAt: null,
      }
    }
    const finish = (file: FileRow, change: Partial<FileRow>) =>
      works.work(system, async (work) => {
        await work.db
          .update(files)
          .set(change)
          .where(and(eq(files.workspaceId, channel.workspaceId), eq(files.id, file.id)))
        const [message] = await work.db
          .select({ chatId: messages.chatId })
          .from(messages)
          .where(and(eq(messages.workspaceId, channel.workspaceId), eq(messages.id, file.messageId ?? file.id)))
        if (message) work.record({ type: 'file.changed', chatId: message.chatId, subjectId: file.id })
      })

    const timer = setInterval(wake, lookMs)
    timer.unref()
    wake()
    return {
      wake,
      stop: async () => {
        clearInterval(timer)
        await rest()
        await Promise.all(flying.values())
      },
    }
  }
}

/**
 * The next try is noted before the fetch: a hub that dies in it leaves a file that is tried again, not one that is forgotten. Chosen
 * apart from the change, else PostgreSQL may choose anew for each row, and more than so many.
 */
async function claim(work: Work, channelId: string, most: number, busy: string[]): Promise<FileRow[]> {
  const rows = await work.sql<{ id: string; attempts: number }[]>`
    with d as materialized (select id from files where workspace_id = ${work.workspaceId} and state = 'fetching' and channel_id = ${channelId} and due_at <= clock_timestamp()
        and id <> all(${busy}::uuid[])
      order by (source ->> 'expiresAt')::numeric nulls last, due_at limit ${most} for update skip locked)
    update files f set attempts = f.attempts + 1, due_at = clock_timestamp() + (${retrySeconds}::int[])[least(f.attempts + 1, ${retrySeconds.length})] * interval '1 second'
    from d where f.workspace_id = ${work.workspaceId} and f.id = d.id returning f.id, f.attempts`
  const found = await Promise.all(
    rows.map(
      async ({ id }) =>
        (
          await work.db
            .select()
            .from(files)
            .where(and(eq(files.workspaceId, work.workspaceId), eq(files.id, id)))
        )[0],
    ),
  )
  return found.filter((row) => row !== undefined)
}
