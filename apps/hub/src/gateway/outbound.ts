import type { NotSent, SendFailure, SendOutcome, StoredFile } from '@parley/schema/connector'
import { and, eq, inArray } from 'drizzle-orm'
import { files } from '../db/tables/file.ts'
import { type ChangeClaim, finishChange } from '../domain/change-delivery.ts'
import { beginNext, type Claim, filesOf, finishPart, withFiles } from '../domain/delivery.ts'
import { finishHandOver, type HandOverClaim } from '../domain/hand-over-delivery.ts'
import { claimLanes, releaseLane } from '../domain/lane.ts'
import { passes } from '../failpoints.ts'
import type { Storage } from '../files/storage.ts'
import type { Log } from '../log.ts'
import { lookWhenWoken } from '../looking.ts'
import { systemOf, type Work, type Works } from '../work.ts'
import { leaseKey, type Owned } from './connections.ts'

const longestPauseMs = 10_000
/** How long a lane that stops tries to tell the database what it knows. */
const tellMs = 5_000

/** Sends what waits in the lanes of one connection: one part in flight per thread, in order, within the channel's rate. */
export function createOutbound(works: Works, storage: Storage, log: Log, owner: string) {
  /** Call `wake` when something may be due. `stop` waits for what is in flight. */
  return function runLanes(owned: Owned): { wake(): void; stop(): Promise<void> } {
    const { channel } = owned
    const { rate } = channel.capabilities
    const flying = new Set<Promise<void>>()
    const fence = { key: leaseKey(channel.id), value: owned.fence }
    const turns = bucket(rate.perSecond)
    const pauseMs = rate.perThreadPerSecond ? 1000 / rate.perThreadPerSecond : 0
    let stopped = false

    async function look(): Promise<void> {
      const free = rate.concurrency - flying.size
      if (free <= 0) return
      const threads = await works.work(systemOf(channel.workspaceId), (work) => claimLanes(work, channel.id, owner, free, fence))
      for (const threadId of threads) fly(threadId)
    }
    const { wake } = lookWhenWoken(look, {
      isOver: () => stopped,
      failed: (error) => log.warn({ err: error, channelId: channel.id }, 'lanes could not be claimed'),
    })

    /** A lane that pauses goes on when its pause ends, not with the look after it. */
    function lookIn(ms: number | null): void {
      if (ms !== null && ms < longestPauseMs) setTimeout(wake, ms + 5).unref()
    }

    function fly(threadId: string): void {
      const flight = drain(threadId)
        .catch((error) => log.error({ err: error, channelId: channel.id }, 'a lane stopped'))
        .finally(() => {
          flying.delete(flight)
          wake()
        })
      flying.add(flight)
    }

    async function drain(threadId: string): Promise<void> {
      for (;;) {
        // Before the part is called "sending": whoever is killed while he waits for his turn has sent nothing.
        await turns.take()
        if (stopped) return void (await kept((work) => releaseLane(work, threadId, owner)))
        const claim = await kept((work) => beginNext(work, threadId, owner))
        if (!claim || ('interrupted' in claim && claim.interrupted)) turns.giveBack()
        if (!claim) return
        if ('change' in claim) {
          const outcome = await attemptChange(claim)
          const wait = await kept((work) => finishChange(work, claim, owner, outcome, pauseMs))
          if (wait === null || wait > 50) return lookIn(wait)
          continue
        }
        if ('handOver' in claim) {
          const outcome = await attemptHandOver(claim)
          const wait = await kept((work) => finishHandOver(work, claim, owner, outcome, pauseMs))
          if (wait === null || wait > 50) return lookIn(wait)
          continue
        }
        passes('outbound.claimed')
        const outcome = await attempt(claim)
        passes('outbound.sent')
        const wait = await kept((work) => finishPart(work, claim, owner, outcome, pauseMs))
        if (wait === null || wait > 50) return lookIn(wait)
      }
    }

    /** What became of a part is known here alone: it is told until the database takes it. */
    async function kept<T>(task: (work: Work) => Promise<T>): Promise<T> {
      const end = (since: number) => stopped && Date.now() - since > tellMs
      for (let tries = 0, since = Date.now(); ; tries += 1) {
        try {
          return await works.work(systemOf(channel.workspaceId), task)
        } catch (error) {
          if (end(since)) throw error
          log.warn({ err: error, channelId: channel.id }, 'a lane waits for the database')
          await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, 50 * 2 ** tries)))
        }
      }
    }

    async function attempt(claim: Claim): Promise<SendOutcome | NotSent> {
      const part = await fileOf(claim).catch((error: unknown) =>
        log.error({ err: error, channelId: channel.id }, 'the files of a part could not be read'),
      )
      if (!part)
        return claim.interrupted
          ? interrupted
          : { outcome: 'retry', scope: 'part', failure: { code: 'internal', message: 'The file could not be read.' } }
      try {
        if (claim.interrupted) return (await owned.connection.settle?.(part)) ?? interrupted
        const outcome = await owned.connection.send(part)
        // Who can look whether it arrived is asked before a person is.
        return outcome.outcome === 'unknown' ? ((await owned.connection.settle?.(part)) ?? outcome) : outcome
      } catch (error) {
        // A connector answers; whatever it throws may have happened after the platform took the part.
        log.error({ err: error, channelId: channel.id }, 'a send was not answered')
        return { outcome: 'unknown', failure: { code: 'internal', message: '' } }
      }
    }
    /** Each only says what shall be so: whatever became of an attempt, the next one asks for the same. */
    async function attemptChange({ change, target }: ChangeClaim): Promise<SendOutcome> {
      const { connection } = owned
      if (!target) return { outcome: 'sent', id: '', at: Date.now() }
      if (target.id === null) return refused('not_found', 'The platform gave this message no id.')
      const at = { thread: target.thread, id: target.id }
      try {
        const outcome =
          change.kind === 'edit'
            ? await connection.edit?.({ ...at, text: target.text ?? '', ...(target.buttons && { buttons: target.buttons }) })
            : change.kind === 'removal'
              ? await connection.remove?.(at)
              : await connection.react?.({ ...at, emoji: change.emoji })
        return outcome ?? refused('unsupported', 'The connection has no such call.')
      } catch (error) {
        log.error({ err: error, channelId: channel.id }, 'a change was not answered')
        return { outcome: 'unknown', failure: { code: 'internal', message: '' } }
      }
    }
    async function attemptHandOver({ thread, handOver: { to } }: HandOverClaim): Promise<SendOutcome> {
      try {
        return (await owned.connection.handOver?.({ thread, to })) ?? refused('unsupported', 'The connection has no such call.')
      } catch (error) {
        log.error({ err: error, channelId: channel.id }, 'a hand-over was not answered')
        return { outcome: 'unknown', failure: { code: 'internal', message: '' } }
      }
    }
    const fileOf = async (claim: Claim) => withFiles(claim, await storedFiles(works, storage, channel.workspaceId, filesOf(claim)))

    wake()
    return {
      wake,
      stop: async () => {
        stopped = true
        await Promise.allSettled([...flying])
      },
    }
  }
}

const interrupted: SendOutcome = { outcome: 'unknown', failure: { code: 'network', message: 'The hub stopped while this was being sent.' } }

const refused = (code: SendFailure['code'], message: string): SendOutcome => ({
  outcome: 'failed',
  scope: 'part',
  failure: { code, message },
})

/** At most `perSecond`, with a second's worth at once. */
function bucket(perSecond: number): { take(): Promise<void>; giveBack(): void } {
  let free = perSecond
  let at = Date.now()
  return {
    async take() {
      for (;;) {
        free = Math.min(perSecond, free + ((Date.now() - at) / 1000) * perSecond)
        at = Date.now()
        if (free >= 1) {
          free -= 1
          return
        }
        await new Promise((resolve) => setTimeout(resolve, Math.ceil(((1 - free) / perSecond) * 1000)))
      }
    },
    giveBack() {
      free += 1
    },
  }
}

/** Those that are there, in the order of the ids. */
async function storedFiles(works: Works, storage: Storage, workspaceId: string, ids: string[]): Promise<StoredFile[]> {
  if (ids.length === 0) return []
  const rows = await works.read(systemOf(workspaceId), (work) =>
    work.db
      .select()
      .from(files)
      .where(and(eq(files.workspaceId, workspaceId), inArray(files.id, ids))),
  )
  return ids.flatMap((wanted) => {
    const { id, sha256, size, mime, name, storageKey } = rows.find((row) => row.id === wanted) ?? {}
    if (!id || !storageKey) return []
    return [{ id, sha256: sha256 ?? '', size: size ?? 0, mime: mime ?? '', name: name ?? '', open: () => storage.open(storageKey) }]
  })
}
