import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../e2e/src/browser.ts'
import { median, round } from './load.ts'
import type { Stage } from './stage.ts'

interface Load {
  /** Milliseconds of the page. */
  firstPaint: number
  largestPaint: number
  /** What tasks took beyond 50 ms each. */
  blocked: number
  shifted: number
}

/**
 * What a page of another origin pays for carrying the widget, on a phone as Lighthouse pretends it (a processor four times slower, 1.6 Mbit/s,
 * 150 ms a round trip): loads with and without, in turn. And how long after the click the chat stands open, on a computer.
 */
export async function host(stage: Stage, runs = 9): Promise<string[]> {
  const { channels } = await stage.ask('{ channels { publicKey } }')
  const key = channels.find((channel: { publicKey: string | null }) => channel.publicKey).publicKey as string
  const site = await serve(`<script async src="${stage.hub}/widget.js" data-channel="${key}"></script>`)
  const browser = await launchBrowser()
  try {
    const [bare, carrying]: [Load[], Load[]] = [[], []]
    for (let n = 0; n < runs; n += 1) {
      bare.push(await load(browser, `${site.url}/bare`))
      carrying.push(await load(browser, `${site.url}/`))
    }
    const mid = (loads: Load[], of: keyof Load) => median(loads.map((one) => one[of]))
    const line = (name: string, of: keyof Load, digits = 0) =>
      `${name} ${round(mid(bare, of), digits)} → ${round(mid(carrying, of), digits)}`
    const opened: number[] = []
    for (let n = 0; n < runs; n += 1) opened.push(await openTime(browser, site.url))
    return [
      `host page without → with the widget, medians of ${runs}: ${line('first paint ms', 'firstPaint')}, ${line('largest paint ms', 'largestPaint')}, ${line('blocked ms', 'blocked')}, ${line('layout shift', 'shifted', 3)}`,
      `as Lighthouse weighs these four: ${round(score(bare, mid) * 100, 1)} → ${round(score(carrying, mid) * 100, 1)} points (goal: 1 apart)`,
      `from the click on the button to the chat on screen: ${round(median(opened))} ms (goal 100)`,
    ]
  } finally {
    await browser.close()
    site.close()
  }
}

/** Lighthouse's curves for phones: a tenth of all pages are better than the first figure, half than the second. Its Speed Index is left out. */
const curves: Record<keyof Load, [tenth: number, half: number, weight: number]> = {
  firstPaint: [1_800, 3_000, 10],
  largestPaint: [2_500, 4_000, 25],
  blocked: [200, 600, 30],
  shifted: [0.1, 0.25, 25],
}
function score(loads: Load[], mid: (loads: Load[], of: keyof Load) => number): number {
  let [sum, weights] = [0, 0]
  for (const [of, [tenth, half, weight]] of Object.entries(curves)) {
    const spread = Math.abs(Math.log(tenth / half)) / (0.9061938024368232 * Math.SQRT2)
    const value = Math.max(mid(loads, of as keyof Load), 1e-6)
    sum += weight * (1 - error(Math.log(value / half) / (spread * Math.SQRT2))) * 0.5
    weights += weight
  }
  return sum / weights
}
/** The error function, to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function error(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.sign(x) * (1 - tail * Math.exp(-x * x))
}

async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 } })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (750 * 1024) / 8,
  })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.addInitScript({ content: watching })
  await page.goto(url, { waitUntil: 'load' })
  await page.waitForTimeout(3_000)
  const found = await page.evaluate<Load>('globalThis.watched()')
  await context.close()
  return found
}

const watching = `
  const seen = { largestPaint: 0, blocked: 0, shifted: 0 }
  const on = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
  on('largest-contentful-paint', ({ startTime }) => { seen.largestPaint = startTime })
  on('longtask', ({ duration }) => { seen.blocked += duration - 50 })
  on('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shifted += value })
  globalThis.watched = () => ({ ...seen, firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 })`

/** The pointer is over the button for a moment before it is pressed, as a hand does it. */
async function openTime(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(url)
  const launcher = page.locator('parley-chat button').first()
  await launcher.hover()
  await page.waitForTimeout(300)
  const began = performance.now()
  await launcher.click()
  await chatShown(page)
  const ms = performance.now() - began
  await context.close()
  return ms
}

const chatShown = (page: Page) => page.frameLocator('parley-chat iframe').locator('form, article').first().waitFor()

/** A page of an ordinary shop: a heading, a picture, and text. With the script unless it is asked for bare. */
async function serve(script: string): Promise<{ url: string; close(): void }> {
  const text = '<p>A bicycle for every day of the year, built to order in our own workshop and ready to ride when it is at your door.</p>'
  const picture = `<svg viewBox="0 0 800 400" width="800" height="400" style="max-width:100%">${'<circle cx="400" cy="200" r="150" fill="#0f766e"/>'.repeat(20)}</svg>`
  const body = `<h1>Bicycles</h1>${picture}${text.repeat(60)}`
  const page = (more: string) =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title></head><body>${body}${more}</body></html>`
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page(request.url === '/bare' ? '' : script))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
