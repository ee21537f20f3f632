import { isIP } from 'node:net'
import type { Host, Log } from '@parley/schema/connector'
import { type Memory, store } from './memory.ts'

/** The life of one hub process over a memory. */
export interface Life {
  ended: AbortController
  /** This many commits fail from now on, as with a database that is away. */
  failingCommits: number
  publicUrl: string
}

/** A host that keeps all a connector tells it. After the end of its life nothing is stored any more. */
export function recordingHost<Options>(memory: Memory, life: Life, options: Options): Host<Options> {
  return {
    options,
    signal: life.ended.signal,
    async commit({ events, delivery, cursor }) {
      if (life.ended.signal.aborted) throw new Error('the hub is gone')
      if (life.failingCommits > 0) {
        life.failingCommits--
        throw new Error('the database is away')
      }
      if (delivery) memory.journal.push(delivery)
      store(memory, events)
      if (cursor !== undefined) memory.cursor = cursor
    },
    cursor: async () => memory.cursor,
    report: (state) => void memory.reports.push(state),
    secrets: {
      get: async (name) => memory.secrets.get(name),
      set: async (name, value) => void memory.secrets.set(name, value),
    },
    async directory() {
      if (!memory.machine.folder) throw new Error('No folder was expected to be needed.')
      return memory.machine.folder
    },
    ...(memory.machine.chromiumPath && { chromiumPath: memory.machine.chromiumPath }),
    publicUrl: () => life.publicUrl,
    fetch,
    resolve: async (host) => [{ address: isIP(host) ? host : '127.0.0.1', family: 4 }],
    log: recordingLog(memory),
  }
}

function recordingLog(memory: Memory): Log {
  const at = (level: string) => (message: string, data?: object) =>
    void memory.log.push({ level, line: `${message} ${JSON.stringify(data ?? {})}` })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
