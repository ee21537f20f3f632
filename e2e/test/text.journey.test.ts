import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { allPayloads, payloads, run } from '../src/payloads.ts'
import { addColleague, addGroup, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'
import { startVisitor } from '../src/visitor.ts'

/** Six of them in one message. */
const messages = Array.from({ length: Math.ceil(payloads.length / 6) }, (_, at) => payloads.slice(6 * at, 6 * at + 6).join('\n'))
const image = `<img src=x onerror=${run}>`

let scene: Scene
let maria: BrowserContext
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  // Only what is near the visible part of a thread is drawn: here it is all of it.
  const ada = await setUp(scene, { company: `Acme ${image}`, name: `Ada ${image}` }, { viewport: { width: 1440, height: 4_000 } })
  const group = await addGroup(scene, ada, `Billing ${image}`)
  const bea = await addColleague(scene, ada, `Bea ${image}`, { groupIds: [group], email: 'bea@acme.example' })
  // Only who is there is offered a chat, and is there no longer than the desk is open.
  await openDesk(bea)
  await ask(bea, scene, 'mutation { setPresence(presence: busy) { __typename } }')
  desk = await openDesk(ada)
  maria = await scene.visit()
  shop = await openShop(maria)
  await shop.open()
  await shop.introduce(`Maria ${image}`, 'maria@customer.example')
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

/** No page, nor any frame on it, has run a word of what it showed. */
async function nothingRan(...pages: Page[]): Promise<void> {
  for (const frame of pages.flatMap((page) => page.frames())) {
    expect(await frame.evaluate(() => '__pwned' in window)).toBe(false)
    expect(await frame.locator('a[href^="javascript:" i]').count()).toBe(0)
  }
}

test('what a visitor writes is shown to the operator and to himself as he wrote it, to the letter', async () => {
  await shop.write(messages[0] as string)
  await desk.tab('new')
  await desk.open('Maria')
  await desk.take()
  await desk.composer.waitFor()
  for (const text of messages.slice(1)) await shop.write(text)
  await expect.poll(desk.texts).toEqual(messages)
  await expect.poll(shop.allTexts).toEqual(messages)
  await nothingRan(desk.page, shop.page)
})

test('what an operator writes is shown to the visitor as it was written, to the letter', async () => {
  for (const text of messages) await desk.write(text)
  await expect.poll(desk.arrived).toEqual([...messages, ...messages])
  await expect.poll(shop.allTexts).toEqual([...messages, ...messages])
  await nothingRan(desk.page, shop.page)
})

test('so is each of them behind whatever could end the place it stands in, hundreds in all', async () => {
  expect(allPayloads.length).toBeGreaterThanOrEqual(600)
  for (let from = 0; from < allPayloads.length; from += 60) {
    const text = allPayloads.slice(from, from + 60).join('\n')
    await shop.write(text)
    await expect.poll(async () => (await desk.texts()).at(-1)).toBe(text)
    await expect.poll(async () => (await shop.texts()).at(-1)).toBe(text)
    await nothingRan(desk.page, shop.page)
  }
})

test('names of customers, operators, groups, companies and files are text wherever they stand', async () => {
  const { page } = desk
  await shop.frame.locator('input[type=file]').setInputFiles({ name: `x${image}.txt`, mimeType: 'text/plain', buffer: Buffer.from('text') })
  await shop.write('a file')
  // Signs that file systems and shells would stumble over do not stay in a file's name.
  await expect.poll(() => wordsOf(desk.messages.last())).toContain(`x${image.replace(/[<>]/g, '_')}.txt`)
  await expect.poll(() => wordsOf(desk.rows.first())).toContain(`Maria ${image}`)
  await expect.poll(() => wordsOf(page.getByTestId('context'))).toContain(`Maria ${image}`)
  await expect.poll(() => wordsOf(shop.frame.locator('body'))).toContain(`Ada ${image}`)
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await expect.poll(() => wordsOf(page.getByRole('dialog'))).toContain(`Billing ${image}`)
  await expect.poll(() => wordsOf(page.getByRole('dialog'))).toContain(`Bea ${image}`)
  await page.keyboard.press('Escape')
  await page.getByTestId('me').click()
  await expect.poll(() => wordsOf(page.getByRole('menu'))).toContain(`Acme ${image}`)
  await nothingRan(page, shop.page)
  for (const name of ['channels', 'operators', 'groups', 'workspace', 'account']) {
    await page.goto(`/w/acme/settings/${name}`)
    await page.locator('main h2').first().waitFor()
    await nothingRan(page)
  }
})

test('chats of customers with such names are listed and opened like any other', async () => {
  const names = payloads.filter((text) => text.length <= 60).slice(0, 8)
  for (const name of names) await (await startVisitor(scene, name)).say(`I am ${name}`)
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await expect.poll(() => desk.rows.count()).toBe(names.length)
  const listed = await wordsOf(desk.rows)
  for (const name of names) expect(listed).toContain(name)
  await desk.rows.first().click()
  await expect.poll(desk.texts).toEqual([`I am ${names[0]}`])
  await nothingRan(desk.page)
})

test('no page asked another host, tried to run or load anything of it, or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
