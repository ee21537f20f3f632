import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'

let scene: Scene
let ada: BrowserContext

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene, {}, { viewport: { width: 390, height: 844 } })
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

test.each([
  ['en', 'Inbox'],
  ['pt_BR', 'Entrada'],
  ['ru', 'Входящие'],
  ['es', 'Bandeja'],
])('on a phone no name in the bar is cut, whichever page is open (%s)', async (language, inbox) => {
  await ask(ada, scene, 'mutation($l: Language!) { updateAccount(language: $l) { __typename ... on Refusal { code } } }', { l: language })
  const page = await ada.newPage()
  for (const place of ['inbox', 'requests', 'search']) {
    await page.goto(`/w/acme/${place}`)
    await page.getByTestId('rail-more').filter({ visible: true }).waitFor()
    await expect.poll(() => namesIn(page)).toHaveLength(4)
    for (const width of [390, 360]) {
      await page.setViewportSize({ width, height: 844 })
      const names = await namesIn(page)
      expect(names[0]?.text).toBe(inbox)
      expect({ place, width, cut: names.filter(({ isCut }) => isCut) }).toEqual({ place, width, cut: [] })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
    await scene.keep(page, `bar ${language} ${place} 360`)
  }
  await page.close()
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})

/** The names below the pictures of the bar. */
const namesIn = (page: Page) =>
  page
    .locator('nav:has([data-testid=rail-more])')
    .locator('a, [data-testid=rail-more]')
    .filter({ visible: true })
    .locator('span.truncate')
    .evaluateAll((names) => names.map((name) => ({ text: name.textContent?.trim(), isCut: name.scrollWidth > name.clientWidth })))
