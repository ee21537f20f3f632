import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { environment } from './environment.ts'
import type { Calls, News, Orders } from './protocol.ts'

/** A worker process and the questions it was asked. */
export interface Forked {
  ask<Name extends keyof Calls>(name: Name, given: Calls[Name][0]): Promise<Calls[Name][1]>
  /** Ends it and its browser at once. */
  kill(): void
  gone: Promise<void>
}

/** Beside a built hub stands a built worker; from the sources it is run as it is. */
function programOf(): { path: string; execArgv: string[] } {
  const built = new URL('./whatsapp.mjs', import.meta.url)
  if (existsSync(built)) return { path: fileURLToPath(built), execArgv: [] }
  return { path: fileURLToPath(new URL('./program.ts', import.meta.url)), execArgv: ['--import', 'tsx'] }
}

export function forkWorker(orders: Orders, hear: (news: Exclude<News, { news: 'answer' }>) => void): Forked {
  const { path, execArgv } = programOf()
  const child = fork(path, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: environment() })
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  let [count, browser] = [0, undefined as number | undefined]

  child.on('message', (message) => {
    const news = message as News
    if (news.news !== 'answer') {
      if (news.news === 'browser') browser = news.pid
      return hear(news)
    }
    const asked = waiting.get(news.n)
    waiting.delete(news.n)
    if (news.error === undefined) asked?.resolve(news.value as never)
    else asked?.reject(new Error(news.error))
  })
  const gone = new Promise<void>((resolve) => {
    const over = () => {
      for (const { reject } of waiting.values()) reject(new Error('The browser ended in between.'))
      waiting.clear()
      resolve()
    }
    child.once('exit', over)
    child.once('error', over)
  })
  void gone.then(() => hear({ news: 'ended', reason: 'The worker is gone.' }))
  write(child, orders)

  return {
    gone,
    ask: (name, given) =>
      new Promise((resolve, reject) => {
        count += 1
        waiting.set(count, { resolve, reject })
        if (!write(child, { n: count, name, given })) reject(new Error('The browser ended in between.'))
      }),
    kill() {
      child.kill('SIGKILL')
      if (browser !== undefined) killed(browser)
    },
  }
}

function write(child: ChildProcess, message: object): boolean {
  if (!child.connected) return false
  child.send(message, () => {})
  return true
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
