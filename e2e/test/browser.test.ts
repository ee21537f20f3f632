import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../src/browser.ts'

const words = { en: 'Hello', pt: 'Olá, ação', ru: 'Привет, мир', es: '¿Qué tal, mañana?' }
const emoji = ['😀', '👍', '🇧🇷']

let site: Server
let browser: Browser

beforeAll(async () => {
  const text = [...Object.values(words), ...emoji].map((each) => `<p><span>${each}</span></p>`).join('')
  site = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html; charset=utf-8').end(`<body style="font: 40px sans-serif">${text}`),
  )
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  site?.close()
})

test('a browser starts on this machine and shows pages in contexts of their own', async () => {
  const pages = await Promise.all([1, 2].map(async () => (await browser.newContext()).newPage()))
  for (const page of pages) {
    await page.goto(address())
    expect(await page.locator('p').allInnerTexts()).toEqual([...Object.values(words), ...emoji])
  }
  expect((await pages[0]?.screenshot())?.subarray(1, 4).toString()).toBe('PNG')
})

test('letters of all four languages and emoji are drawn, each differently: no empty boxes', async () => {
  const page = await browser.newPage()
  await page.goto(address())
  const drawings = await Promise.all(['Я', 'ж', 'ã', 'ñ', ...emoji, '\u{10FFFD}'].map((sign) => draw(page, sign)))
  expect(new Set(drawings).size).toBe(drawings.length)
})

function address(): string {
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/`
}

/** The pixels of one sign; signs without a glyph all look like the last one, which no font has. */
function draw(page: Awaited<ReturnType<Browser['newPage']>>, sign: string): Promise<string> {
  return page.evaluate((text) => {
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.font = '40px sans-serif'
    context.fillText(text, 10, 60)
    return canvas.toDataURL()
  }, sign)
}
