import type { BrowserContext, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let bea: BrowserContext
let admin: Desk
let desk: Desk

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  bea = await addColleague(scene, ada, 'Bea', { groupIds: groups.map(({ id }) => id) })
  await (await startVisitor(scene, 'Maria Souza')).say('When are you open?')
  admin = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const picture = {
  name: 'how to pay.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
}

test('an admin writes a template for everybody, with a variable and a file, and puts a picture into the library', async () => {
  const { page } = admin
  await page.goto('/w/acme/settings/templates')
  await page.getByTestId('template-create').click()
  await page.getByTestId('template-title').fill('Opening hours')
  await page.getByTestId('template-shortcut').fill('hours')
  await page
    .getByTestId('template-body')
    .fill('Hello {{customer.first_name|friend}}, we are open from nine to six. Call {{customer.phone}}?')
  await page.getByTestId('template-files').setInputFiles({ name: 'hours.txt', mimeType: 'text/plain', buffer: Buffer.from('Nine to six') })
  await expect.poll(() => page.getByTestId('template-save').isEnabled()).toBe(true)
  await page.getByTestId('template-save').click()
  await expect.poll(() => wordsOf(page.getByTestId('template-row'))).toContain('Opening hours')

  await page.goto('/w/acme/settings/library')
  await page.getByTestId('library-files').setInputFiles(picture)
  await expect.poll(() => page.getByTestId('library-row').locator('input').inputValue()).toBe('how to pay')
})

test('an operator finds it behind a slash, by key, and it goes in where he is writing', async () => {
  desk = await openDesk(bea)
  await desk.tab('new')
  await desk.open('Maria Souza')
  await desk.composer.fill('Good morning! /hou')
  await desk.page.getByTestId('template-match').filter({ hasText: 'Opening hours' }).waitFor()
  await desk.composer.press('Enter')
  await expect
    .poll(() => desk.composer.inputValue())
    .toBe('Good morning! Hello Maria, we are open from nine to six. Call {{customer.phone}}?')
  await expect.poll(() => wordsOf(desk.page.getByRole('list', { name: 'Attached files' }))).toContain('hours.txt')
})

test('what nobody knows is not said to the customer by accident', async () => {
  await desk.composer.press('Enter')
  const note = desk.page.getByTestId('unfilled')
  await expect.poll(() => wordsOf(note)).toContain("Customer's phone")
  await note.getByRole('button', { name: 'Send anyway' }).waitFor()
  expect(await desk.texts()).toEqual(['When are you open?'])
  await desk.composer.fill('Good morning! We are open from nine to six.')
  await note.waitFor({ state: 'hidden' })
  await desk.send()
  await expect.poll(desk.texts).toEqual(['When are you open?', 'Good morning! We are open from nine to six.'])
  await expect.poll(() => wordsOf(desk.messages.last())).toContain('hours.txt')
})

test('the window stays open beside the chat: a template is written in it, used by a click, and a picture sent', async () => {
  const { page } = desk
  await page.getByTestId('templates').click()
  await page.getByTestId('template-new').click()
  await page.getByTestId('template-title').fill('Thanks')
  await page.getByTestId('template-body').fill('Thank you, {{customer.name}}! {{operator.name}}')
  await expect.poll(() => wordsOf(page.getByTestId('template-preview'))).toContain('Thank you, Maria Souza! Bea')
  await page.getByTestId('template-save').click()
  await page.getByTestId('template-match').filter({ hasText: 'Thanks' }).click()
  await expect.poll(() => desk.composer.inputValue()).toBe('Thank you, Maria Souza! Bea')
  await page.getByTestId('template-tab-images').click()
  await page.getByTestId('library-pick').click()
  await expect.poll(() => wordsOf(page.getByRole('list', { name: 'Attached files' }))).toContain('how to pay.png')
  await expect.poll(() => page.getByTestId('template-window').isVisible()).toBe(true)
  await scene.keep(page, 'composer-window')
  await desk.send()
  await expect.poll(async () => (await desk.texts()).at(-1)).toBe('Thank you, Maria Souza! Bea')
  expect(await wordsOf(desk.messages.last())).not.toContain('could not')
})

test('what one writes for oneself is nobody else’s', async () => {
  await admin.page.goto('/w/acme/settings/templates')
  await expect.poll(() => wordsOf(admin.page.getByTestId('template-row'))).toContain('Opening hours')
  expect(await wordsOf(admin.page.getByTestId('template-row'))).not.toContain('Thanks')
})

test('what one shares others can use, but not change', async () => {
  const { page } = desk
  const mine = page.getByTestId('template-window').getByRole('listitem').filter({ hasText: 'Thanks' })
  await page.getByTestId('template-tab-templates').click()
  await mine.getByRole('button', { name: 'Edit: Thanks' }).click()
  await page.getByTestId('template-body').fill('Many thanks, {{customer.name}}!')
  await page.getByTestId('template-scope').click()
  await page.getByRole('option', { name: 'Mine, shared' }).click()
  await page.getByTestId('template-save').click()
  await page.getByTestId('template-form').waitFor({ state: 'detached' })
  await expect.poll(() => wordsOf(mine)).toContain('Many thanks, Maria Souza!')
  const shared = admin.page.getByTestId('template-row').filter({ hasText: 'Thanks' })
  await expect.poll(() => wordsOf(shared)).toContain('Many thanks, {{customer.name}}!')
})

test('an admin changes and deletes templates and pictures, and operators have them so at once', async () => {
  const { page } = admin
  const matches = () => wordsOf(desk.page.getByTestId('template-match'))
  await page.getByRole('button', { name: 'Edit: Opening hours' }).click()
  await page.getByTestId('template-title').fill('When we are open')
  await page.getByTestId('template-save').click()
  await expect.poll(matches).toContain('When we are open')
  await page.getByTestId('template-row').filter({ hasText: 'When we are open' }).getByTestId('template-delete').click()
  await page.getByTestId('template-delete-sure').click()
  await expect.poll(matches).not.toContain('When we are open')

  await page.goto('/w/acme/settings/library')
  const name = page.getByTestId('library-row').locator('input')
  await name.fill('Ways to pay')
  await name.press('Enter')
  await desk.page.getByTestId('template-tab-images').click()
  await expect.poll(() => desk.page.getByTestId('library-pick').filter({ hasText: 'Ways to pay' }).count()).toBe(1)
  await page.getByRole('button', { name: 'Delete: Ways to pay' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => desk.page.getByTestId('library-pick').count()).toBe(0)
})

test('what an operator has opened or begun to write while a chat was still coming is not left for the field of the chat', async () => {
  const { page } = desk
  const held: Route[] = []
  const hold = (route: Route) => (/"last":60\b/.test(route.request().postData() ?? '') ? void held.push(route) : route.fallback())
  const openHeld = async () => {
    await page.goto('/w/acme/inbox')
    await desk.tab('mine')
    held.length = 0
    await desk.open('Maria Souza')
    await expect.poll(() => held.length).toBe(1)
  }
  await page.route('**/graphql', hold)
  await openHeld()
  await page.getByTestId('chat-more').click()
  await page.getByRole('menuitem', { name: 'Add a colleague' }).waitFor()
  await held[0]?.continue()
  await desk.composer.waitFor()
  await page.getByRole('menuitem', { name: 'Add a colleague' }).click()
  await page.getByRole('dialog', { name: 'Add a colleague' }).waitFor()

  await openHeld()
  await page.getByTestId('note-field').fill('Calls in')
  await held[0]?.continue()
  await desk.composer.waitFor()
  await page.keyboard.type(' the morning')
  await expect.poll(() => page.getByTestId('note-field').inputValue()).toBe('Calls in the morning')
  expect(await desk.composer.inputValue()).toBe('')
  await page.unroute('**/graphql', hold)
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
