import { and, eq } from 'drizzle-orm'
import { type ChannelCheck, channels } from '../db/tables/channel.ts'
import type { Log } from '../log.ts'
import { lookWhenWoken } from '../looking.ts'
import { systemOf, type Works } from '../work.ts'
import { leaseKey, type Owned } from './connections.ts'
import { ensureOwner } from './leases.ts'

const everyMs = 20_000
const openMs = 3_000
/** Timers come a little early or late. */
const slackMs = 1_000
/** A question that is not answered by then counts as unanswered. */
const deadlineMs = 10_000
/** What has not changed is written this seldom. */
const freshMs = 300_000

/** Asks the platform again and again whether it knows us, and at once when somebody wants to know. */
export function createChecks(works: Works, log: Log) {
  return function runChecks({ channel, connection, fence, stop }: Owned): { wake(): void; stop(): Promise<void> } {
    const system = systemOf(channel.workspaceId)
    const mine = and(eq(channels.workspaceId, channel.workspaceId), eq(channels.id, channel.id))
    let last: ChannelCheck | null = channel.checked

    async function check(asked: boolean): Promise<void> {
      // What is asked for while the platform has not answered is asked for anew.
      const at = Date.now()
      const begun = performance.now()
      const health = await withDeadline(connection.health())
      if (stop.signal.aborted) return
      const latencyMs = health.latencyMs ?? Math.round(performance.now() - begun)
      const same = last !== null && last.ok === health.ok && (last.note ?? '') === (health.note ?? '')
      if (same && !asked && last !== null && at - last.at < freshMs) return
      const next: ChannelCheck = {
        at,
        ok: health.ok,
        ...(health.ok && { latencyMs }),
        ...(health.note && { note: health.note.slice(0, 500) }),
        since: last !== null && last.ok === health.ok ? last.since : at,
      }
      await works.work(system, async (work) => {
        await ensureOwner(work, { key: leaseKey(channel.id), value: fence })
        await work.db.update(channels).set({ checked: next }).where(mine)
        if (!same || asked) work.record({ type: 'channel.changed', subjectId: channel.id })
      })
      last = next
    }
    async function look(): Promise<void> {
      const [row] = await works.read(system, (work) =>
        work.db.select({ asked: channels.checkAskedAt, checked: channels.checked }).from(channels).where(mine),
      )
      const asked = row?.asked != null && row.asked.getTime() > (row.checked?.at ?? 0)
      if (asked || Date.now() - beganAt >= everyMs - slackMs) {
        beganAt = Date.now()
        await check(asked)
      }
    }
    let beganAt = 0
    const { wake, rest } = lookWhenWoken(look, {
      isOver: () => stop.signal.aborted,
      failed: (error) => log.warn({ err: error, channelId: channel.id }, 'a channel could not be checked'),
    })
    // The first question comes when the connection has had time to open: what it was before says nothing any more.
    const first = setTimeout(wake, openMs)
    first.unref()
    const timer = setInterval(wake, everyMs)
    timer.unref()
    return {
      wake,
      stop: async () => {
        clearTimeout(first)
        clearInterval(timer)
        await rest()
      },
    }
  }
}

/** A connection answers within its own deadline; one that does not is not well. */
function withDeadline(asked: ReturnType<Owned['connection']['health']>): ReturnType<Owned['connection']['health']> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<{ ok: boolean; note: string }>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, note: 'The platform did not answer.' }), deadlineMs)
  })
  return Promise.race([asked.catch((error: unknown) => ({ ok: false, note: String(error).slice(0, 200) })), late]).finally(() =>
    clearTimeout(timer),
  )
}
