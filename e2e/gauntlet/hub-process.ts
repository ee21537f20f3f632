import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Settings of a hub that may be started many times: always on the same port, so that its clients find it again. */
export interface HubOptions {
  port: number
  dataDir: string
  env?: Record<string, string>
  /** The built bundle, or the sources. */
  program?: 'bundle' | 'sources'
}

export interface HubProcess {
  url: string
  pid: number
  /** Everything it has printed so far. */
  said(): string
  /** The one-time link, where there is one. */
  setupUrl(): string | null
  /** Resolves when /ready answers; throws with its last words when it ends before. */
  ready(): Promise<void>
  /** Resolves with the exit code or the signal that ended it. */
  ended: Promise<number | string | null>
  alive(): boolean
  signal(signal: NodeJS.Signals): void
}

export function startHubProcess({ port, dataDir, env = {}, program = 'sources' }: HubOptions): HubProcess {
  const args = program === 'bundle' ? ['apps/hub/dist/main.mjs'] : ['--import', 'tsx', 'apps/hub/src/main.ts']
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return watch(child, `http://localhost:${port}`)
}

function watch(child: ChildProcess, url: string): HubProcess {
  const said: Buffer[] = []
  const hear = (chunk: Buffer) => said.push(chunk)
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const words = () => Buffer.concat(said).toString()
  const alive = () => child.exitCode === null && child.signalCode === null
  return {
    url,
    pid: child.pid ?? 0,
    said: words,
    setupUrl: () => /http\S+\/setup\?token=\S+/.exec(words())?.[0] ?? null,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
    alive,
    signal: (signal) => void child.kill(signal),
    async ready() {
      while (!words().includes('Parley is at') || !(await isReady(url))) {
        // Work waits for a hub that comes back: one that is armed may reach its failpoint before anybody asks whether it is ready.
        if (words().includes('Parley is at') && words().includes('failpoint kill@')) return
        if (!alive()) throw new Error(`the hub ended: ${words().slice(-2_000)}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

export const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.ok
    },
    () => false,
  )

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
