import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { holdChat } from './hold.ts'
import { type HubProcess, startBuiltHub } from './hub-process.ts'
import { type Watch, watchContext } from './watch.ts'

/** A hub with its own data, and a browser in front of it. */
export interface Scene {
  /** where people reach the hub, as it printed it */
  address: string
  /** the one-time link a new hub prints */
  setupLink: string
  /** whatever no page should have done so far */
  watch: Watch
  /** someone's own browser: cookies, storage and settings of their own */
  visit(options?: BrowserContextOptions): Promise<BrowserContext>
  /** of the hub that runs now */
  hubPid(): number
  /** kill -9 */
  kill(): Promise<void>
  /** on the same data and the same port */
  startAgain(): Promise<void>
  /** nothing happens to this chat until the answer is called */
  hold(chatId: string): Promise<() => Promise<void>>
  /** keeps a picture of this page in e2e/screens */
  keep(page: Page, name: string): Promise<void>
  /** keeps a picture of every page that is open */
  photograph(name: string): Promise<void>
  end(): Promise<void>
}

const screens = fileURLToPath(new URL('../screens/', import.meta.url))

/** `env`: of the hub; `args`: of the browser, such as a microphone that is none. */
export async function openScene(env: Record<string, string> = {}, args: string[] = []): Promise<Scene> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-journey-'))
  const browser = await launchBrowser({ args })
  let hub = await startBuiltHub(dataDir, env)
  await hub.ready()
  const setupLink = await printedLink(hub)
  const { origin, port } = new URL(setupLink)
  const watch: Watch = { faults: [], outage: false }
  return {
    address: origin,
    setupLink,
    watch,
    visit: (options) => visit(browser, watch, origin, options),
    hubPid: () => hub.pid,
    kill: () => end(hub, 'SIGKILL'),
    async startAgain() {
      hub = await startBuiltHub(dataDir, { ...env, PORT: port })
      await hub.ready()
    },
    hold: (chatId) => holdChat(dataDir, chatId),
    keep: async (page, name) => void (await page.screenshot({ path: pictureOf(name) })),
    photograph: (name) => photograph(browser, name),
    async end() {
      await browser.close()
      await end(hub, 'SIGTERM')
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

/** The hub answers a moment before it has printed. */
async function printedLink(hub: HubProcess): Promise<string> {
  for (;;) {
    const link = /http:\S+\/setup\?token=\S+(?=\s)/.exec(hub.said())?.[0]
    if (link) return link
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function visit(browser: Browser, watch: Watch, origin: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', baseURL: origin, ...options })
  context.setDefaultTimeout(Number(process.env.PATIENCE ?? 40_000))
  watchContext(context, origin, watch)
  return context
}

async function end(hub: HubProcess, signal: NodeJS.Signals): Promise<void> {
  hub.signal(signal)
  await hub.ended
}

async function photograph(browser: Browser, name: string): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages())
  // A picture of a failure must never hide the failure.
  await Promise.all(
    pages.map((page, at) => page.screenshot({ path: pictureOf(`failed ${name.slice(0, 60)} ${at}`), timeout: 5_000 }).catch(() => {})),
  )
}

function pictureOf(name: string): string {
  mkdirSync(screens, { recursive: true })
  return join(screens, `${name.replace(/\W+/g, '-')}.png`)
}
