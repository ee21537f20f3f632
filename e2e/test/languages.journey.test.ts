import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDesk } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

interface Words {
  [key: string]: string | Words
}
const languages = [
  { language: 'pt-BR', ownName: 'Português (Brasil)' },
  { language: 'ru', ownName: 'Русский' },
  { language: 'es', ownName: 'Español' },
]
/** What is not ours to translate: names, addresses, figures, times, keys and the product's own words of data. */
const data = [
  /^(Ada|Maria|Acme|Support|Chrome|Linux|Português \(Brasil\)|Русский|Español|English|Ctrl|Enter|Shift|Chat|Telegram)$/i,
  /^[\p{Lu}]{1,2}$/u,
  /^[#/]?[\p{P}\d\s+]*$/u,
  /^\S+@\S+$/,
  /^\/?w\/acme$|^acme$/,
  /^[a-zа-я?]$/i,
  /^127\.0\.0\.1$/,
]

let scene: Scene
let ada: BrowserContext
let channel: string

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const desk = await openDesk(ada)
  await (await startVisitor(scene, 'Maria')).say('42')
  await desk.tab('new')
  await desk.open('Maria')
  await desk.take()
  await desk.write('43')
  await desk.page.locator('[data-message-id]').filter({ hasText: '43' }).waitFor()
  await desk.page.close()
  const shop = await (await fetch(`${scene.address}/demo`)).text()
  channel = /data-channel="([^"]+)"/.exec(shop)?.[1] ?? ''
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

describe.each(languages)('in $language', ({ language, ownName }) => {
  test('every word of the desk and the account is in that language once it is chosen', async () => {
    const words = wordsOf(`apps/console/src/locales/${language}.json`)
    const page = await ada.newPage()
    await page.goto('/w/acme/settings/account')
    await page.getByTestId('session').first().waitFor()
    await page.locator('main').getByRole('combobox').click()
    await page.getByRole('option', { name: ownName }).click()
    await expect.poll(() => page.getAttribute('html', 'lang')).toBe(language)
    await expect.poll(() => foreignTo(page, words)).toEqual([])
    await page.goto('/w/acme/inbox')
    await page.getByTestId('chat-row').first().click()
    await page.getByTestId('message').first().waitFor()
    await expect.poll(() => foreignTo(page, words)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => foreignTo(page, words)).toEqual([])
    for (const name of ['operators', 'groups', 'workspace']) {
      await page.goto(`/w/acme/settings/${name}`)
      await page.locator('main h2').first().waitFor()
      await expect.poll(() => foreignTo(page, words)).toEqual([])
    }
    await page.close()
  })

  test('every word of the widget is too, before and after its form', async () => {
    const words = wordsOf(`widget/src/app/locales/${language}.json`)
    const page = await (await scene.visit({ locale: language })).newPage()
    await page.goto(`/widget/frame?channel=${channel}#${language}`)
    await page.locator('#email').waitFor()
    await expect.poll(() => foreignTo(page, words)).toEqual([])
    await page.locator('button[type=submit]').click()
    await page.locator('.fault').first().waitFor()
    await expect.poll(() => foreignTo(page, words)).toEqual([])
    await page.locator('#name').fill('Maria')
    await page.locator('#email').fill('maria@customer.example')
    await page.locator('button[type=submit]').click()
    await page.locator('textarea').fill('44')
    await page.locator('textarea').press('Enter')
    await page.locator('article.own').waitFor()
    await expect.poll(() => foreignTo(page, words)).toEqual([])
    await page.close()
  })
})

/** All texts of a file of words as patterns: `{places}` may hold anything, `|` parts the plural forms. */
function wordsOf(file: string): RegExp[] {
  const texts = (words: Words): string[] =>
    Object.values(words).flatMap((value) => (typeof value === 'string' ? value.split(' | ') : texts(value)))
  const all = texts(JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as Words)
  return all.map(
    (text) =>
      new RegExp(
        `^${text
          .split(/\{\w+\}/)
          .map(escaped)
          .join('.+')}$`,
        'su',
      ),
  )
}
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What is to be read or heard on a page and is neither from these words, nor data, nor a time or date. */
async function foreignTo(page: Page, words: RegExp[]): Promise<string[]> {
  const seen = await page.evaluate(() => {
    const texts: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement
      if (!element?.checkVisibility() || element.closest('script, style, time, [aria-hidden=true]')) continue
      if (node instanceof Element) texts.push(...['aria-label', 'placeholder', 'alt'].map((name) => element.getAttribute(name) ?? ''))
      else texts.push(node.textContent ?? '')
    }
    return texts
  })
  const parts = seen
    .flatMap((text) => (words.some((word) => word.test(text.trim())) ? [] : text.split(/ · |: /)))
    .map((part) => part.trim())
  return [...new Set(parts)].filter((part) => part !== '' && ![...words, ...data].some((known) => known.test(part)) && !isMoment(part))
}

/** A date or a length of time, as the browser itself writes it in the language of the page. */
const isMoment = (text: string) => /\d/.test(text) && text.length < 40
