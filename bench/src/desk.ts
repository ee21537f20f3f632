import type { BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../../e2e/src/browser.ts'
import type { Filter } from '../../schema/src/filter.ts'
import { fillStored } from './growth.ts'
import { median, round } from './load.ts'
import type { Stage } from './stage.ts'

/** The desk with the list of all that is closed. */
const allClosed = `/w/bench/inbox?f=${encodeURIComponent(JSON.stringify({ all: [{ field: 'state', is: 'any', values: ['closed'] }] } satisfies Filter))}`
const rowsOf = (page: Page) => page.getByTestId('chat-row')

/**
 * The desk in a real browser with 100,000 chats stored: from the request of the page to the first row of its list, the
 * longest task while its list is scrolled (the browser tells of those over 50 ms), opening a chat of 5,000 messages and going
 * from chat to chat, each to the frame that shows it.
 */
export async function desk(stage: Stage, chats = 100_000, long = 5_000): Promise<string[]> {
  await fillStored(stage, chats, 1)
  await fillStored(stage, chats + long, long)
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({ baseURL: stage.hub, viewport: { width: 1440, height: 900 }, locale: 'en' })
    await signIn(context, stage)
    // tsx names functions by a helper that the page does not have.
    await context.addInitScript({ content: 'globalThis.__name = (one) => one' })
    const opened: number[] = []
    for (let n = 0; n < 6; n += 1) opened.push(await openTime(context))
    const page = await context.newPage()
    await page.goto(allClosed)
    await rowsOf(page).first().waitFor()
    const longChat = await switchTime(page, 0)
    const switches: number[] = []
    for (let n = 1; n < 9; n += 1) switches.push(await switchTime(page, n))
    const again = await switchTime(page, 0)
    const scrolled = await scroll(page)
    return [
      `desk with ${round(chats)} chats: on screen after ${round(median(opened.slice(1)))} ms (goal 1,000); the first time, with an empty cache, ${round(opened[0] ?? 0)} ms`,
      `list scrolled through ${scrolled.rows} chats: ${scrolled.tasks.length} tasks over 50 ms, the longest ${round(Math.max(0, ...scrolled.tasks))} ms (goal none)`,
      `chat of ${round(long)} messages: shown after ${round(longChat)} ms, again after ${round(again)} ms (goal 150); from chat to chat ${round(median(switches))} ms`,
    ]
  } finally {
    await browser.close()
  }
}

async function signIn(context: BrowserContext, stage: Stage): Promise<void> {
  const cookies = stage.admin.cookie.split('; ').map((pair) => {
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: stage.hub }
  })
  await context.addCookies(cookies)
}

async function openTime(context: BrowserContext): Promise<number> {
  const page = await context.newPage()
  await page.goto(allClosed, { waitUntil: 'commit' })
  await rowsOf(page).first().waitFor()
  const ms = await page.evaluate(shown)
  await page.close()
  return ms
}

/** When the next frame is drawn, counted from the request of the page. */
const shown = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))

/** From the click on the row to the frame that shows the chat's messages and no others. */
async function switchTime(page: Page, row: number): Promise<number> {
  return page.evaluate(async (n) => {
    const place = document.querySelectorAll<HTMLElement>('[data-testid="chat-row"]')[n]
    const before = document.querySelector('[data-testid="message"]')
    const began = performance.now()
    place?.click()
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    for (;;) {
      await frame()
      const now = document.querySelector('[data-testid="message"]')
      if (now && now !== before) return performance.now() - began
      if (performance.now() - began > 10_000) throw new Error('void: the chat was not shown')
    }
  }, row)
}

async function scroll(page: Page, steps = 150): Promise<{ rows: number; tasks: number[] }> {
  await page.evaluate(() => {
    const tasks: number[] = []
    Object.assign(window, { tasks })
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' })
  })
  const box = await rowsOf(page).first().boundingBox()
  if (!box) throw new Error('void: there is no list')
  await page.mouse.move(box.x + 40, box.y + 40)
  for (let n = 0; n < steps; n += 1) {
    await page.mouse.wheel(0, 400)
    await page.waitForTimeout(30)
  }
  await page.waitForTimeout(500)
  return page.evaluate(
    (height) => ({
      rows: Math.round((height.steps * 400) / height.row),
      tasks: (window as unknown as { tasks: number[] }).tasks,
    }),
    { steps, row: box.height },
  )
}
