import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Scene } from './scene.ts'

/** WCAG 2.2 A and AA. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']
/** The same without what axe only tries out. */
const tried = rules.filter((tag) => tag !== 'wcag21a')
/** What colours and sizes decide; the rest is the same in the other two looks, which are held to everything. */
const rulesOfLooks = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable']
export interface Look {
  width: number
  height: number
  colorScheme: 'light' | 'dark'
  held: 'to all rules' | 'to those of looks'
}
export const looks: Look[] = [
  { width: 1440, height: 900, colorScheme: 'light', held: 'to all rules' },
  { width: 1440, height: 900, colorScheme: 'dark', held: 'to those of looks' },
  { width: 390, height: 844, colorScheme: 'light', held: 'to those of looks' },
  { width: 390, height: 844, colorScheme: 'dark', held: 'to all rules' },
]

/** Everything that moves on the page and in its frames has come to rest, but for what never does. */
async function atRest(page: Page): Promise<void> {
  const rest = () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    return Promise.all(ending.map(({ finished }) => finished.catch(() => {}))).then(() => {})
  }
  const [main, ...others] = page.frames()
  // A frame that is gone or loaded anew meanwhile has nothing more to wait for.
  await Promise.all([main?.evaluate(rest), ...others.map((frame) => frame.evaluate(rest).catch(() => {}))])
}

/** What of a page that is at rest, its frames included, breaks WCAG 2.2 A and AA, or any rule there is for good pages. */
export async function faultsOf(page: Page, by: 'WCAG' | 'any rule' = 'WCAG'): Promise<string[]> {
  await atRest(page)
  const axe = new AxeBuilder({ page })
  const { violations } = await (by === 'WCAG' ? axe.withTags(tried) : axe).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** Keeps a picture of a page as it stands and holds it to WCAG 2.2 AA; nothing may stick out sideways. */
export async function onLook(scene: Scene, page: Page, look: Look, name: string, shown: { waitFor(): Promise<void> }): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height })
  await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' })
  await shown.waitFor()
  await atRest(page)
  await scene.keep(page, `${name}-${look.width}-${look.colorScheme}`)
  const axe = new AxeBuilder({ page })
  const { violations } = await (look.held === 'to all rules' ? axe.withTags(rules) : axe.withRules(rulesOfLooks)).analyze()
  const faults = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${name}: ${id} ${node.html.slice(0, 200)} ${node.failureSummary}`),
  )
  expect.soft(faults).toEqual([])
  const tooWide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main')]
      .filter((one) => one.scrollWidth > one.clientWidth)
      .map((one) => one.tagName),
  )
  expect.soft(tooWide, `${name} sticks out`).toEqual([])
}
