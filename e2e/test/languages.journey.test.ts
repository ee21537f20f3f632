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
const settings = [
  ...['channels', 'operators', 'groups', 'routing', 'hours', 'requests', 'tags', 'fields', 'templates', 'library', 'invitations'],
  ...['closing', 'blocks', 'mail', 'workspace', 'profile', 'account'],
]
/** What is not ours to translate: names, addresses, figures, times, keys and the product's own words of data. */
const data = [
  /^(Ada|Maria|Acme|Support|Chrome|Linux|Português \(Brasil\)|Русский|Español|English|Ctrl|Enter|Shift|Chat|Telegram|Web)$/i,
  /^[\p{Lu}]{1,2}$/u,
  /^[#/]?[\p{P}\d\s+]*$/u,
  /^\S+@\S+$/,
  /^\/?w\/acme$|^acme$/,
  /^[a-zа-я?]$/i,
  /^127\.0\.0\.1$/,
  // The kit's own word for the cross of a dialog.
  /^(Fechar|Закрыть|Cerrar)$/,
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
    const today = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'day')
    const words = [...wordsOf(`apps/console/src/locales/${language}.json`), new RegExp(`^${today}$`, 'iu')]
    const page = await ada.newPage()
    await page.goto('/w/acme/settings/account')
    await page.getByTestId('session').first().waitFor()
    await page.locator('main').getByRole('combobox').click()
    const kept = page.waitForResponse((answer) => /updateAccount/.test(answer.request().postData() ?? ''))
    await page.getByRole('option', { name: ownName }).click()
    await kept
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
    for (const name of settings) {
      await page.goto(`/w/acme/settings/${name}`)
      await page.locator('main h2').first().waitFor()
      await page.waitForLoadState('networkidle')
      await expect.poll(() => foreignTo(page, words), { message: name }).toEqual([])
    }
    for (const name of ['team', 'customers', 'requests', 'search', 'visitors', 'reports', 'undelivered', 'wall']) {
      await page.goto(`/w/acme/${name}`)
      await page.locator('main h1, main h2').first().waitFor()
      await page.waitForLoadState('networkidle')
      await expect.poll(() => foreignTo(page, words), { message: name }).toEqual([])
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
  const isKnown = (part: string) => part === '' || [...words, ...data].some((known) => known.test(part)) || isMoment(part)
  // Several texts may stand in one: each step takes apart what is not known as it is.
  const parts = [' · ', ': ', '. '].reduce(
    (texts, between) => texts.flatMap((text) => (isKnown(text) ? [] : text.split(between).map((part) => part.trim()))),
    seen.map((text) => text.trim()),
  )
  return [...new Set(parts)].filter((part) => !isKnown(part))
}

const english = ['apps/console/src', 'widget/src/app']
  .flatMap((room) => wordsOf(`${room}/locales/en.json`))
  .filter(({ source }) => /[a-z]{3}/.test(source))

/** A date or a length of time, as the browser itself writes it in the language of the page. */
const isMoment = (text: string) => /\d/.test(text) && text.length < 40 && !english.some((word) => word.test(text))
