import whatsapp, { type Client } from 'whatsapp-web.js'
import { createDevice } from './device.ts'
import { environment } from './environment.ts'
import { wordsOf } from './errors.ts'
import { memoryOf } from './memory.ts'
import { nudge, prepare, refreshCode } from './page.ts'
import { within } from './pause.ts'
import type { News, Orders, Question } from './protocol.ts'

/** How long WhatsApp shows one code. */
const codeMs = 20_000

/**
 * A program of its own around one browser: whatever goes wrong in it ends it, and the supervisor starts another. `tell` must
 * be safe to call when nobody listens any more.
 */
export function runWorker(orders: Orders, tell: (news: News) => void, leave: () => void) {
  const { timing } = orders
  const client = newClient(orders)
  const device = createDevice({ client, orders, heard: (heard) => tell({ news: 'heard', heard }) })
  let [ready, ended, misses] = [false, false, 0]
  const clocks: NodeJS.Timeout[] = []

  function end(reason: string) {
    if (ended) return
    ended = true
    for (const clock of clocks) clearInterval(clock)
    tell({ news: 'ended', reason })
    void shut(client, timing.graceMs).then(leave)
  }

  const every = (ms: number, act: () => Promise<unknown>) => void clocks.push(setInterval(() => void act().catch(() => {}), ms))
  const after = (ms: number, act: () => void) => void clocks.push(setTimeout(act, ms))

  async function begin() {
    watch()
    after(timing.openMs, () => {
      if (!client.pupPage) end('The browser did not open WhatsApp Web in time.')
    })
    await client.initialize()
    client.pupBrowser?.on('disconnected', () => end('The browser is gone.'))
    client.pupPage?.on('error', () => end('The page crashed.'))
    client.pupPage?.on('close', () => end('The page was closed.'))
    const pid = client.pupBrowser?.process()?.pid
    if (pid) tell({ news: 'browser', pid })
    every(1_000, async () => {
      if (!ready && client.pupPage) await nudge(client.pupPage)
    })
    every(timing.pingMs, ping)
    if (pid) every(timing.pingMs, () => weigh(pid))
  }

  function watch() {
    client.on('qr', (data: string) => {
      // After a scan the library tells of a code that is none.
      if (!/^(undefined|null)/.test(data)) tell({ news: 'pairing', pairing: { step: 'qr', data, expiresAt: Date.now() + codeMs } })
    })
    client.on('code', (code: string) =>
      tell({ news: 'pairing', pairing: { step: 'code', code, expiresAt: Date.now() + timing.pairingMs } }),
    )
    client.on('authenticated', () => {
      tell({ news: 'paired' })
      after(timing.readyMs, () => {
        if (!ready) end('WhatsApp Web did not become ready in time.')
      })
    })
    client.on('auth_failure', (reason: string) => tell({ news: 'unlinked', reason: wordsOf(reason) }))
    client.on('ready', () => void becomeReady().catch((error) => end(wordsOf(error))))
    client.on('change_state', (state: string) => {
      if (state === 'CONNECTED') tell({ news: 'restored' })
      else if (['TIMEOUT', 'OPENING', 'UNLAUNCHED'].includes(state)) tell({ news: 'degraded', reason: 'WhatsApp Web lost its connection.' })
    })
    client.on('disconnected', (reason: string) => {
      if (reason === 'CONFLICT') tell({ news: 'conflict' })
      else if (['LOGOUT', 'UNPAIRED'].includes(reason)) tell({ news: 'unlinked', reason: 'The device was removed on the phone.' })
      end(`WhatsApp Web was disconnected (${reason}).`)
    })
  }

  async function becomeReady() {
    // Told again after each reconnection.
    if (ready || !client.pupPage) return
    await prepare(client.pupPage)
    ready = true
    device.listen()
    const { wid, pushname } = client.info
    const phone = /^(\d{7,15})@c\.us$/.exec(wid._serialized)?.[1]
    tell({ news: 'ready', account: { id: wid._serialized, name: phone ? `+${phone}` : pushname } })
  }

  async function ping() {
    if (!client.pupPage) return
    try {
      const state = await within(Promise.resolve(client.getState()), Math.min(timing.pingMs, 10_000), 'no answer')
      misses = 0
      if (String(state) === 'UNPAIRED_IDLE') await refreshCode(client.pupPage)
    } catch {
      misses += 1
      if (misses >= 2) end('The page does not answer.')
    }
  }

  async function weigh(pid: number) {
    const bytes = await memoryOf(pid)
    if (bytes === undefined) return
    tell({ news: 'memory', bytes })
    if (bytes > orders.memoryBytes) end(`The browser took ${Math.round(bytes / 1024 / 1024)} MB of memory.`)
  }

  async function answer({ n, name, given }: Question) {
    if (name === 'end') return end('It was stopped.')
    try {
      if (!ready) throw new Error('WhatsApp Web is not ready.')
      tell({ news: 'answer', n, value: await device.answers[name](given as never) })
    } catch (error) {
      tell({ news: 'answer', n, error: wordsOf(error) })
    }
  }

  begin().catch((error) => end(wordsOf(error)))
  return { answer, end }
}

function newClient({ profile, browser, phone }: Orders): Client {
  const { Client, LocalAuth } = whatsapp
  return new Client({
    authStrategy: new LocalAuth({ dataPath: profile }),
    webVersionCache: { type: 'none' },
    authTimeoutMs: 30_000,
    takeoverOnConflict: false,
    ...(phone && { pairWithPhoneNumber: { phoneNumber: phone, showNotification: true, intervalMs: 180_000 } }),
    puppeteer: {
      executablePath: browser.path,
      headless: true,
      // Through its own two files instead of a port: nobody else can reach it, and it ends when we do.
      pipe: true,
      protocolTimeout: 0,
      env: { ...environment(), ...browser.env },
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...['--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--disable-sync', '--disable-component-update'],
      ],
    },
  })
}

async function shut(client: Client, graceMs: number): Promise<void> {
  const running = client.pupBrowser?.process()
  await within(Promise.resolve(client.destroy()), graceMs, 'slow').catch(() => {})
  if (running && running.exitCode === null) running.kill('SIGKILL')
}
