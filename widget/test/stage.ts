import type { BrowserContext, FrameLocator, Page } from 'playwright-core'
import { buildWidget, launchBrowser } from './browser.ts'
import { startHost } from './host.ts'
import { startStandin } from './standin.ts'

export interface Visit {
  page: Page
  chat: FrameLocator
  /** What the console of page and frame complained of. */
  complaints: string[]
  requests: string[]
}

interface VisitOptions {
  language?: string
  size?: { width: number; height: number }
  dark?: boolean
  /** Of an earlier visit: the same browser of the same person. */
  context?: BrowserContext
  /** Of a host page that stands already. */
  address?: string
  /** A script that runs before any other in page and frame. */
  before?: string
}

/** The widget as it is shipped, a stand-in hub, and a browser in which people visit host pages. */
export async function openStage() {
  const built = await buildWidget()
  const hub = await startStandin({ root: built.folder })
  const browser = await launchBrowser()
  const ends: (() => Promise<unknown>)[] = []

  async function aHost(language = 'en', channel = 'demo') {
    const host = await startHost(hub.origin, { language, channel })
    ends.push(host.stop)
    return host.address
  }

  async function aContext(size: VisitOptions['size'], dark: boolean) {
    const context = await browser.newContext({ viewport: size ?? { width: 1280, height: 800 }, colorScheme: dark ? 'dark' : 'light' })
    ends.unshift(() => context.close())
    return context
  }

  async function aVisit({ language = 'en', size, dark = false, context, address, before }: VisitOptions = {}): Promise<Visit> {
    const page = await (context ?? (await aContext(size, dark))).newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => requests.push(new URL(request.url()).origin))
    if (before) await page.addInitScript(before)
    await page.goto(address ?? (await aHost(language)))
    return { page, chat: page.frameLocator('iframe'), complaints, requests }
  }

  return {
    hub,
    built: built.folder,
    aHost,
    aVisit,
    /** Ends the visits and makes the hub forget them. */
    async clear() {
      for (const end of ends.splice(0)) await end()
      Object.assign(hub.site, { online: true, accent: '#2563eb', greeting: 'Hello! How can we help?' })
      Object.assign(hub.faults, { down: false, lose: 0, fail: 0, defects: 0 })
      hub.people.clear()
      hub.ledger.length = 0
    },
    async close() {
      await browser.close()
      await hub.stop()
      built.remove()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

export const launcher = (page: Page) => page.locator('parley-chat button')

/** Opens the chat and fills the form. */
export async function start({ page, chat }: Visit) {
  if (!(await page.locator('iframe').isVisible())) await launcher(page).click()
  await chat.getByLabel('Name').fill('Maria Souza')
  await chat.getByLabel('E-mail').fill('maria@example.com')
  await chat.getByRole('button', { name: 'Start chat' }).click()
  await chat.getByLabel('Message', { exact: true }).waitFor()
}

export async function write({ chat }: Visit, text: string) {
  const box = chat.getByLabel('Message', { exact: true })
  await box.fill(text)
  await box.press('Enter')
}
