import { readdirSync, readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildWidget, launchBrowser } from './browser.ts'
import { startHost } from './host.ts'
import { type Standin, startStandin } from './standin.ts'

let browser: Browser
let hub: Standin
let built: URL
const contexts: BrowserContext[] = []
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  built = await buildWidget()
  hub = await startStandin({ root: built })
  browser = await launchBrowser()
}, 120_000)
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
  await Promise.all(ends.splice(0).map((end) => end()))
  Object.assign(hub.site, { online: true, accent: '#2563eb', greeting: 'Hello! How can we help?' })
  Object.assign(hub.faults, { down: false, lose: 0, fail: 0 })
  hub.people.clear()
  hub.ledger.length = 0
})
afterAll(async () => {
  await browser?.close()
  await hub?.stop()
})

interface Visit {
  page: Page
  chat: FrameLocator
  /** What the console of page and frame complained of. */
  complaints: string[]
  requests: string[]
}

async function aVisit({
  language = 'en',
  size = { width: 1280, height: 800 },
  dark = false,
  context = undefined as BrowserContext | undefined,
  address = '',
  before = '',
} = {}): Promise<Visit> {
  const host = address || (await aHost(language))
  const own = context ?? (await browser.newContext({ viewport: size, colorScheme: dark ? 'dark' : 'light', bypassCSP: false }))
  if (!context) contexts.push(own)
  const page = await own.newPage()
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
  await page.goto(host)
  return { page, chat: page.frameLocator('iframe'), complaints, requests }
}

async function aHost(language = 'en', channel = 'demo') {
  const host = await startHost(hub.origin, { language, channel })
  ends.push(host.stop)
  return host.address
}

const launcher = (page: Page) => page.locator('parley-chat button')

async function start({ page, chat }: Visit) {
  if (!(await page.locator('iframe').isVisible())) await launcher(page).click()
  await chat.getByLabel('Name').fill('Maria Souza')
  await chat.getByLabel('E-mail').fill('maria@example.com')
  await chat.getByRole('button', { name: 'Start chat' }).click()
  await chat.getByLabel('Message', { exact: true }).waitFor()
}

async function write({ chat }: Visit, text: string) {
  const box = chat.getByLabel('Message', { exact: true })
  await box.fill(text)
  await box.press('Enter')
}

const violations = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' ')}`)

describe('the launcher on a strict and careless host page', () => {
  it('appears without a complaint, a shift, or a trace outside its own element', async () => {
    const watch = `window.shifts = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value }).observe({ type: 'layout-shift', buffered: true })
      window.touched = []; addEventListener('DOMContentLoaded', () => new MutationObserver((records) => { for (const record of records) for (const node of [...record.addedNodes, ...record.removedNodes]) window.touched.push(node.nodeName) ; for (const record of records) if (record.type !== 'childList') window.touched.push(record.type) }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true }))`
    const visit = await aVisit({ before: watch })
    await launcher(visit.page).click()
    await visit.chat.getByLabel('Name').waitFor()
    const seen = await visit.page.evaluate(() => {
      const { shifts, touched } = window as unknown as { shifts: number; touched: string[] }
      return {
        shifts,
        touched: touched.filter((name) => !['SCRIPT', 'BODY', 'MAIN', 'H1', 'P', '#text'].includes(name)),
        globals: Object.keys(window).filter((name) => /parley/i.test(name)),
      }
    })
    expect(seen).toEqual({ shifts: 0, touched: ['PARLEY-CHAT'], globals: ['Parley'] })
    expect(visit.complaints).toEqual([])
    expect([...new Set(visit.requests)].sort()).toEqual([hub.origin, new URL(visit.page.url()).origin].sort())
  })

  it('tells by word and shape whether someone is there', async () => {
    const { page } = await aVisit()
    const drawn = () => launcher(page).locator('path').getAttribute('d')
    await launcher(page).filter({ hasText: 'Chat with us' }).waitFor()
    const here = await drawn()
    hub.site.online = false
    const { page: other } = await aVisit()
    await launcher(other).filter({ hasText: 'Leave a message' }).waitFor()
    expect(await launcher(other).locator('path').getAttribute('d')).not.toBe(here)
  })

  it.each([
    ['pt-BR', 'Fale conosco', 'Iniciar chat'],
    ['ru', 'Напишите нам', 'Начать чат'],
    ['es-MX', 'Escríbenos', 'Iniciar chat'],
    ['fr', 'Chat with us', 'Start chat'],
  ])('speaks as a page in %s does', async (language, button, form) => {
    const { page, chat } = await aVisit({ language })
    await launcher(page).filter({ hasText: button }).click()
    await chat.getByRole('button', { name: form }).waitFor()
  })

  it('does not appear for a channel that does not exist', async () => {
    const { page } = await aVisit({ address: await aHost('en', 'nothing') })
    await page.waitForResponse(/widget\/status/).catch(() => {})
    expect(await page.locator('parley-chat').count()).toBe(0)
  })

  it('opens and closes for the page’s own buttons, and tells what happened', async () => {
    const { page } = await aVisit({
      before: `window.Parley = (...call) => (window.Parley.q = window.Parley.q || []).push(call); window.said = []; Parley('on', 'open', () => said.push('open')); Parley('on', 'close', () => said.push('close')); Parley('open')`,
    })
    await page.locator('iframe').waitFor()
    await page.evaluate("Parley('close'); Parley('constructor'); Parley('nonsense')")
    await page.locator('iframe').waitFor({ state: 'hidden' })
    await page.waitForFunction('said.length === 2')
    expect(await page.evaluate('said')).toEqual(['open', 'close'])
  })

  it('fills the screen of a phone', async () => {
    const { page } = await aVisit({ size: { width: 390, height: 844 } })
    await launcher(page).click()
    await expect.poll(() => page.locator('iframe').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 })
    expect(await launcher(page).isVisible()).toBe(false)
  })
})

describe('a visit', () => {
  it('asks first, names what is missing, then carries messages both ways, by keyboard alone', async () => {
    const visit = await aVisit()
    const { page, chat } = visit
    await launcher(page).focus()
    await page.keyboard.press('Enter')
    const name = chat.getByLabel('Name')
    await name.waitFor()
    await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.tagName === 'IFRAME')
    await name.press('Enter')
    await chat.getByText('Please enter your name.').waitFor()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.type('Maria')
    await page.keyboard.press('Tab')
    await page.keyboard.type('maria@blocked.example')
    await page.keyboard.press('Enter')
    await chat.getByText('This address cannot be used. Use another one.').waitFor()
    await chat.getByLabel('E-mail').fill('maria@example.com')
    await page.keyboard.press('Enter')
    await chat.getByLabel('Message', { exact: true }).waitFor()
    await write(visit, 'Hello?')
    await chat.getByText('You are number 1 in the queue').waitFor()
    hub.chat({ state: 'serving', operatorName: 'Ana', place: null })
    hub.typing(true)
    await chat.getByText('Ana is typing…').waitFor()
    const answer = hub.say('Hello Maria!')
    await chat.getByText('Hello Maria!').first().waitFor()
    await expect.poll(() => hub.person().acknowledged).toContainEqual({ messageId: answer.id, read: true })
    await page.keyboard.press('Escape')
    await page.locator('iframe').waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName)).toBe('BUTTON')
    hub.say('Are you there?')
    await page.locator('parley-chat button[aria-label="Chat with us, unread: 1"]').waitFor()
    expect(visit.complaints).toEqual([])
  })

  it('survives reload, double click and a second tab without losing or doubling a message', async () => {
    const visit = await aVisit()
    await start(visit)
    await visit.chat.getByLabel('Message', { exact: true }).fill('twice?')
    await visit.chat.getByRole('button', { name: 'Send' }).dblclick()
    await expect.poll(() => hub.ledger.length).toBe(1)
    hub.faults.lose = 1
    await write(visit, 'in the middle')
    await expect.poll(() => hub.faults.lose).toBe(0)
    await visit.page.reload()
    await visit.chat.getByText('in the middle').waitFor()
    hub.faults.down = true
    hub.cut()
    await write(visit, 'while away')
    await visit.chat.getByText('Sending').waitFor()
    await visit.chat.getByText('No connection.').waitFor()
    const second = await aVisit({ context: contexts[0] as BrowserContext, address: visit.page.url() })
    hub.faults.down = false
    await second.page.reload()
    await launcher(second.page).click()
    await second.chat.getByText('while away').waitFor()
    await expect.poll(() => hub.ledger.map((entry) => entry.text)).toEqual(['twice?', 'in the middle', 'while away'])
    hub.say('to both')
    await visit.chat.getByText('to both').first().waitFor()
    await second.chat.getByText('to both').first().waitFor()
    expect([hub.people.size, await second.chat.locator('.bubble.mine').count()]).toEqual([1, 3])
  })

  it('stands open again after a reload, and leaves the focus to the page', async () => {
    const visit = await aVisit()
    await start(visit)
    expect(await visit.chat.getByLabel('Message', { exact: true }).evaluate((box) => box === document.activeElement)).toBe(true)
    await visit.page.reload()
    await visit.chat.getByLabel('Message', { exact: true }).waitFor()
    expect(await visit.page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
  })

  it('goes on where the browser forbids storage', async () => {
    const visit = await aVisit({
      before: `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })`,
    })
    await start(visit)
    await write(visit, 'without a memory')
    await visit.chat.getByText('Sent', { exact: true }).waitFor()
    expect(visit.complaints).toEqual([])
  })

  it('shows hostile text, names and file names as text', async () => {
    const visit = await aVisit()
    await start(visit)
    const hostile = [
      '<img src=x onerror="alert(1)">',
      '<script>alert(1)</script>',
      '[a](javascript:alert(1))',
      'javascript:alert(1)',
      '{{constructor.constructor("alert(1)")()}}',
      '\u202Egpj.exe <svg/onload=alert(1)>',
    ]
    await write(visit, 'Hello?')
    await expect.poll(() => hub.ledger.length).toBe(1)
    for (const text of hostile) hub.say(text, { authorName: text, files: [hub.keep(Buffer.from('x'), `${text}.png`, 'text/plain')] })
    hub.chat({ state: 'serving', operatorName: hostile[0] as string })
    await visit.chat.getByText(`${hostile[0]} is with you`).waitFor()
    hub.say('the end')
    await visit.chat.getByText('the end').first().waitFor()
    expect(await visit.chat.locator('.bubble.theirs').allTextContents()).toEqual([hub.site.greeting, ...hostile, 'the end'])
    expect(await visit.chat.locator('script:not([src]), .bubble img, .bubble a, iframe').count()).toBe(0)
    expect(visit.complaints).toEqual([])
  })

  it('takes files by picking, pasting and dropping, says in words what it does not take, and shows what comes back', async () => {
    const visit = await aVisit()
    await start(visit)
    const png = await visit.page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 40 } })
    await visit.chat.locator('input[type=file]').setInputFiles([
      { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('note') },
      { name: 'huge.zip', mimeType: 'application/zip', buffer: Buffer.alloc(3_000_000) },
      { name: 'game.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ])
    await visit.chat.getByText('“huge.zip” is larger than 2 MB. Choose a smaller file.').waitFor()
    await visit.chat.getByText('“game.exe” was not accepted. Programs are not accepted.').waitFor()
    for (const [kind, selector] of [
      ['paste', 'textarea'],
      ['drop', '.chat'],
    ] as const) {
      await visit.chat.locator(selector).evaluate(
        (element, { kind, bytes }) => {
          const transfer = new DataTransfer()
          transfer.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: 'image/png' }))
          element.dispatchEvent(
            kind === 'paste'
              ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
              : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
          )
        },
        { kind, bytes: [...png] },
      )
    }
    await expect.poll(() => visit.chat.locator('.staged li').count()).toBe(3)
    await visit.chat.getByRole('button', { name: 'Remove drop.png' }).click()
    await visit.chat.getByRole('button', { name: 'Send' }).click()
    await visit.chat.getByRole('link', { name: /note.txt/ }).waitFor()
    await visit.chat.getByAltText('Picture paste.png').waitFor()
    expect(hub.person().messages[0]?.files.map((file) => file.name)).toEqual(['note.txt', 'paste.png'])
  })

  it('loads older messages on the way up and keeps the place', async () => {
    const visit = await aVisit()
    await start(visit)
    await write(visit, 'n0')
    await expect.poll(() => hub.ledger.length).toBe(1)
    for (let n = 1; n < 60; n++) hub.say(`n${n}`)
    await visit.page.reload()
    const list = visit.chat.locator('.list')
    await visit.chat.getByText('n59', { exact: true }).waitFor()
    expect(await list.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)).toBeLessThan(2)
    await list.evaluate((box) => box.scrollTo(0, 150))
    await visit.chat.getByText('n20', { exact: true }).waitFor({ state: 'attached' })
    expect(await list.evaluate((box) => box.scrollTop)).toBeGreaterThan(600)
  })

  it('hears nobody but the page around it, and the page nobody but it', async () => {
    const visit = await aVisit()
    await launcher(visit.page).click()
    await visit.chat.getByLabel('Name').waitFor()
    await visit.page.evaluate(() => {
      const chat = document.querySelector('parley-chat')?.shadowRoot?.querySelector('iframe')?.contentWindow
      const stranger = document.body.appendChild(document.createElement('iframe'))
      stranger.srcdoc = '<p>'
      for (const type of ['close', 'unread']) window.postMessage({ parley1: { type, value: 99 } }, '*')
      for (const data of [null, 'shut', { type: 'shut' }, { parley1: { type: 'close' } }]) chat?.postMessage(data, '*')
    })
    await visit.page.waitForTimeout(100)
    expect(await visit.page.locator('parley-chat iframe').isVisible()).toBe(true)
    expect(await launcher(visit.page).getAttribute('aria-label')).toBe('Close chat')
  })
})

describe('what everybody can use', () => {
  it.each([
    ['light', '#2563eb'],
    ['dark', '#f5c518'],
  ])('has no fault that axe finds, in %s with %s', async (scheme, accent) => {
    hub.site.accent = accent
    const visit = await aVisit({ dark: scheme === 'dark' })
    await launcher(visit.page).click()
    await visit.chat.getByRole('button', { name: 'Start chat' }).click()
    await visit.chat.getByText('Please enter your name.').waitFor()
    expect(await violations(visit.page)).toEqual([])
    await start(visit)
    await write(visit, 'refuse me')
    await visit.chat.getByText('Not sent').waitFor()
    await write(visit, 'Hello, see https://shop.example')
    await expect.poll(() => hub.ledger.length).toBe(1)
    hub.say('Here it is', { files: [hub.keep(Buffer.from('x'), 'list.pdf', 'application/pdf')] })
    hub.typing(true)
    await visit.chat.getByText('is typing').waitFor()
    expect(await violations(visit.page)).toEqual([])
  })
})

describe('what is shipped', () => {
  const weigh = (url: URL) => brotliCompressSync(readFileSync(url)).length

  it('is at most 3 kB of loader and 25 kB in all, compressed, in any language', () => {
    const loader = weigh(new URL('widget.js', built))
    const assets = readdirSync(new URL('app/assets/', built)).map((name) => ({ name, size: weigh(new URL(`app/assets/${name}`, built)) }))
    const largest = (end: string) => Math.max(...assets.filter(({ name }) => name.endsWith(end)).map(({ size }) => size))
    const all = loader + weigh(new URL('app/index.html', built)) + largest('.js') + largest('.css') + largest('.json')
    expect(assets.filter(({ name }) => !name.endsWith('.json'))).toHaveLength(2)
    expect(loader).toBeLessThanOrEqual(3_000)
    expect(all).toBeLessThanOrEqual(25_000)
  })
})
