import { readdirSync, readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launcher, openStage, type Stage } from './stage.ts'

let stage: Stage
let aVisit: Stage['aVisit']
let aHost: Stage['aHost']
let hub: Stage['hub']

beforeAll(async () => {
  stage = await openStage()
  aVisit = stage.aVisit
  aHost = stage.aHost
  hub = stage.hub
}, 120_000)
afterEach(() => stage.clear())
afterAll(() => stage?.close())

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
    const answered = () => performance.getEntriesByType('resource').some(({ name }) => name.includes('/widget/status'))
    await expect.poll(() => page.evaluate(answered)).toBe(true)
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
    expect(await launcher(visit.page).getAttribute('aria-label')).toBe('Hide chat')
  })
})

describe('what is shipped', () => {
  const weigh = (url: URL) => brotliCompressSync(readFileSync(url)).length

  it('is at most 3 kB of loader and 30 kB in all, compressed, in any language', () => {
    const loader = weigh(new URL('widget.js', stage.built))
    const assets = readdirSync(new URL('app/assets/', stage.built)).map((name) => ({
      name,
      size: weigh(new URL(`app/assets/${name}`, stage.built)),
    }))
    const sizes = (end: string) => assets.filter(({ name }) => name.endsWith(end)).map(({ size }) => size)
    const scripts = sizes('.js').reduce((sum, size) => sum + size, 0)
    const all = loader + weigh(new URL('app/index.html', stage.built)) + scripts + Math.max(...sizes('.css')) + Math.max(...sizes('.json'))
    expect(sizes('.css')).toHaveLength(1)
    expect(loader).toBeLessThanOrEqual(3_000)
    expect(all).toBeLessThanOrEqual(30_000)
  })
})
