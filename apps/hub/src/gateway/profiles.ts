import type { Peer } from '@parley/schema/connector'
import type { Log } from '../log.ts'
import { lookWhenWoken } from '../looking.ts'
import { systemOf, type Works } from '../work.ts'
import { leaseKey, type Owned } from './connections.ts'
import type { createIntake } from './intake.ts'

const gapMs = 1_000
const deadlineMs = 20_000
const atOnce = 10
/** People who came while no hub was there are looked up too, if it was not long ago. */
const backMs = 24 * 3_600_000

/** Asks the platform for the names of people it has told of by id only. What it does not tell is not asked again. */
export function createProfiles(works: Works, intake: ReturnType<typeof createIntake>, log: Log) {
  return function runProfiles({ channel, connection, stop, fence }: Owned): { wake(): void; stop(): Promise<void> } {
    const asked = new Set<string>()
    let since = Date.now() - backMs

    /** Whether there may be more. */
    async function look(): Promise<boolean> {
      const begun = Date.now()
      const nameless = await works.read(systemOf(channel.workspaceId), (work) =>
        work.sql<
          { external_id: string }[]
        >`select external_id from identities where workspace_id = ${channel.workspaceId} and channel_id = ${channel.id}
          and name is null and id >= ${firstIdOf(since)}::uuid order by id desc limit 200`.then((rows) =>
          rows.map((row) => row.external_id),
        ),
      )
      const wanted = nameless.filter((id) => !asked.has(id)).slice(0, atOnce)
      if (wanted.length < atOnce) since = begun - 60_000
      await Promise.all(wanted.map(lookUp))
      return wanted.length === atOnce
    }

    async function lookUp(id: string): Promise<void> {
      asked.add(id)
      try {
        const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(deadlineMs)])
        const peer = await connection.profile?.({ id }, signal)
        if (peer && (peer.name || peer.username)) await keep(peer)
      } catch (error) {
        log.info({ err: error, channelId: channel.id }, 'a profile could not be looked up')
      }
    }
    const keep = (peer: Peer) =>
      intake.submit({
        workspaceId: channel.workspaceId,
        fence: { key: leaseKey(channel.id), value: fence },
        delivery: {
          channelId: channel.id,
          events: [
            {
              type: 'peer',
              key: `profile:${peer.id}:${Date.now()}`,
              at: 0,
              thread: { id: peer.id, kind: 'direct' },
              peer,
              change: 'profile',
            },
          ],
        },
      })

    const { wake, rest } = lookWhenWoken(look, {
      gapMs,
      isOver: () => !connection.profile || stop.signal.aborted,
      failed: (error) => log.warn({ err: error, channelId: channel.id }, 'profiles could not be looked up'),
    })
    wake()
    return { wake, stop: rest }
  }
}

/** Ids begin with the time they were made at, so that what is young is found without looking at what is old. */
function firstIdOf(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
