import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A hub as a person starts it: `node scripts/start.mjs` in a process of its own, with its own data. */
export interface HubProcess {
  address: string
  pid: number
  /** everything it has printed so far */
  said(): string
  /** resolves when /ready answers; throws with what it said when it ended before that */
  ready(): Promise<void>
  /** resolves with the exit code */
  ended: Promise<number | null>
  signal(signal: NodeJS.Signals): void
}

/** Starts a hub on a free port of 127.0.0.1, or the one named by `env.PORT`. Give it a data directory; further settings go into `env`. */
export function startHub(dataDir: string, env: Record<string, string> = {}): Promise<HubProcess> {
  return spawnHub('scripts/start.mjs', dataDir, env)
}

/** The same with what has been built before: for tests, which all use one build. */
export function startBuiltHub(dataDir: string, env: Record<string, string> = {}): Promise<HubProcess> {
  return spawnHub('apps/hub/dist/main.mjs', dataDir, env)
}

async function spawnHub(program: string, dataDir: string, env: Record<string, string>): Promise<HubProcess> {
  const port = env.PORT ?? (await freePort())
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test run that ends in the middle leaves no hub behind.
  const end = () => void child.kill('SIGTERM')
  process.once('exit', end)
  child.once('close', () => process.off('exit', end))
  return watch(child, `http://127.0.0.1:${port}`)
}

function watch(child: ChildProcess, address: string): HubProcess {
  const said: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const words = () => Buffer.concat(said).toString()
  return {
    address,
    pid: child.pid ?? 0,
    said: words,
    ended,
    signal: (signal) => void child.kill(signal),
    async ready() {
      while (!(await answers(`${address}/ready`))) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the hub ended: ${words()}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
