import type { Connection, ConnectorModule } from '@parley/schema/connector'
import { openDoor } from './door.ts'
import { type Life, recordingHost } from './host.ts'
import { createLanes, type Lanes } from './lanes.ts'
import type { Memory } from './memory.ts'

/** A hub in small around one connection: what a connector may rely on, and no more. */
export interface MiniHub extends Lanes {
  connection: Connection
  failCommits(times: number): void
  /** Ends at once: nothing more is stored, no outcome is heard; what is at the platform stays there. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** Starts the connection over this memory, which may hold what an earlier hub left. */
export async function startHub(module: ConnectorModule, options: object, memory: Memory): Promise<MiniHub> {
  const life: Life = { ended: new AbortController(), failingCommits: 0, publicUrl: '' }
  const read = module.options.parse(options)
  const host = recordingHost(memory, life, read)
  const door = await openDoor(module, () => host)
  life.publicUrl = door.url
  const connection = module.connect(host)
  await connection.start()
  return {
    ...createLanes(memory, connection, module, module.capabilities(read), life.ended.signal),
    connection,
    failCommits(times) {
      life.failingCommits = times
    },
    async crash() {
      life.ended.abort()
      await door.close()
    },
    async stop() {
      await connection.stop()
      life.ended.abort()
      await door.close()
    },
  }
}
