import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Fault, Ledger } from '@parley/conformance/telegram'

const program = fileURLToPath(new URL('../../connectors/conformance/src/telegram/serve.ts', import.meta.url))

/** A Telegram of its own process: it goes on while hubs die, and keeps its own ledger of both directions. */
export interface Platform {
  apiRoot: string
  token: string
  say(customer: number, text: string): Promise<number>
  photo(customer: number, caption: string): Promise<number>
  edit(customer: number, messageId: number, text: string): Promise<void>
  fault(fault: Fault): Promise<void>
  clearFaults(): Promise<void>
  chaos(chance: { duplicate: number; shuffle: number }): Promise<void>
  pending(): Promise<number>
  ledger(): Promise<Ledger>
  stop(): Promise<void>
}

export async function startPlatform(seed: number, token: string): Promise<Platform> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, '--seed', String(seed), '--token', token], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const { apiRoot } = JSON.parse(String(line)) as { apiRoot: string }
  const get = async <T>(name: string): Promise<T> => (await fetch(`${apiRoot}/standin/${name}`)).json() as Promise<T>
  const tell = async (name: string, args: object = {}): Promise<{ messageId?: number }> => {
    const answer = await fetch(`${apiRoot}/standin/${name}`, { method: 'POST', body: JSON.stringify(args) })
    return ((await answer.json()) as { result: { messageId?: number } }).result
  }
  return {
    apiRoot,
    token,
    say: async (from, text) => (await tell('say', { from, text })).messageId ?? 0,
    photo: async (from, caption) => (await tell('send', { field: 'photo', size: 2_000, caption, from })).messageId ?? 0,
    edit: async (from, messageId, text) => void (await tell('edit', { from, messageId, text })),
    fault: async (fault) => void (await tell('fault', fault)),
    clearFaults: async () => void (await tell('clear-faults')),
    chaos: async (chance) => void (await tell('chaos', chance)),
    pending: async () => (await get<{ pending: number }>('state')).pending,
    ledger: () => get<Ledger>('ledger'),
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
