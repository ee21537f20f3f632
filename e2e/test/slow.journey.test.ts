import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { holdAnswers } from '../src/slow.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let desk: Desk
let page: Page
const template = 'Good morning, how can we help?'

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  for (const name of ['Maria', 'Pedro', 'Rosa']) await (await startVisitor(scene, name)).say(`It is ${name}`)
  const input = { scope: 'all', title: 'Greeting', shortcut: 'hi', body: template, buttons: [], fileIds: [] }
  await ask(ada, scene, 'mutation($input: TemplateInput!) { createTemplate(input: $input) { __typename ... on Refusal { code } } }', {
    input,
  })
  desk = await openDesk(ada)
  page = desk.page
  await desk.tab('new')
  for (const name of ['Maria', 'Pedro']) {
    await desk.open(name)
    await desk.take()
    await desk.tab(name === 'Maria' ? 'new' : 'mine')
  }
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const header = () => wordsOf(page.locator('header').filter({ has: page.getByTestId('holder') }))
const dialog = (name: string | RegExp) => page.getByRole('dialog', { name })

test('whoever goes to another chat while the next one is being taken stays there, and is told which is his', async () => {
  await desk.open('Maria')
  await desk.composer.waitFor()
  const taken = await holdAnswers(page, 'TakeNext')
  await page.getByTestId('take-next').click()
  await expect.poll(taken.count).toBe(1)
  await desk.open('Pedro')
  await expect.poll(header).toContain('Pedro')
  await desk.composer.fill('Dear Pedro')
  await taken.end()
  await page.getByText(/^Chat #\d+ is yours$/).waitFor()
  expect(await desk.composer.inputValue()).toBe('Dear Pedro')
  expect(await header()).toContain('Pedro')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await expect.poll(header).toContain('Rosa')
})

test('a field of a profile that is being changed is not taken along to another customer', async () => {
  const name = page
    .getByTestId('profile')
    .locator('[data-field=name], div')
    .getByRole('button', { name: /^Name: / })
    .first()
  for (const customer of ['Maria', 'Pedro']) {
    await desk.open(customer)
    await page
      .getByTestId('profile')
      .getByRole('button', { name: `Name: ${customer}. Edit` })
      .waitFor()
  }
  await desk.open('Maria')
  await page.getByTestId('profile').getByRole('button', { name: 'Name: Maria. Edit' }).click()
  await page.getByTestId('profile').getByRole('textbox', { name: 'Name' }).fill('Maria Souza')
  await desk.open('Pedro')
  await expect.poll(() => name.getAttribute('aria-label')).toBe('Name: Pedro. Edit')
})

test('a chat that is closed late leaves open what is asked about another', async () => {
  await desk.open('Maria')
  const closed = await holdAnswers(page, 'Close')
  await page.getByTestId('close').click()
  await expect.poll(closed.count).toBe(1)
  await desk.open('Pedro')
  await page.getByTestId('transfer').click()
  await dialog('Transfer the chat').waitFor()
  await closed.end()
  await page.getByText(/^Chat #\d+ closed$/).waitFor()
  expect(await dialog('Transfer the chat').isVisible()).toBe(true)
  await page.keyboard.press('Escape')
})

test('a template that comes late takes the place of its word, and leaves what was written behind it', async () => {
  await desk.open('Pedro')
  await desk.composer.fill('')
  const applied = await holdAnswers(page, 'ApplyTemplate')
  await desk.composer.pressSequentially('So! /hi')
  await page.getByTestId('template-match').filter({ hasText: 'Greeting' }).waitFor()
  await desk.composer.press('Enter')
  await expect.poll(applied.count).toBe(1)
  await desk.composer.pressSequentially(' And a good day.')
  await applied.end()
  await expect.poll(() => desk.composer.inputValue()).toBe(`So! ${template} And a good day.`)
  await desk.composer.fill('')
})

test('a desk that is left while it is being entered is not entered any more', async () => {
  const entering = await ada.newPage()
  const lines: string[] = []
  entering.on('websocket', (socket) => lines.push(socket.url()))
  await entering.goto('/workspaces')
  const entered = await holdAnswers(entering, 'Desk')
  await entering.getByRole('link', { name: 'Acme' }).click()
  await expect.poll(entered.count).toBe(1)
  await entering.goBack()
  await entering.getByRole('link', { name: 'Acme' }).waitFor()
  await entered.end()
  await entering.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
  expect(lines).toEqual([])
  await entering.close()
})

test('the language is the one chosen last, however late the words of another come', async () => {
  await page.goto('/w/acme/settings/account')
  let arrive = () => {}
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const russian: string[] = []
  await page.route(/\/ru[-.][^/]*\.js$/, async (route) => {
    russian.push(route.request().url())
    await arrival
    await route.continue()
  })
  const choose = async (language: string) => {
    await page.getByRole('combobox').first().click()
    await page.getByRole('option', { name: language }).click()
  }
  await choose('Русский')
  await expect.poll(() => russian.length).toBeGreaterThan(0)
  await choose('Español')
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('es')
  arrive()
  const isHere = () => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/ru.later')))
  await expect.poll(isHere).toBe(true)
  await page.reload()
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('es')
  await choose('English')
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('en')
})

test('whoever signs out while the hub is away is told, and is shown no door before he is out', async () => {
  scene.watch.outage = true
  await scene.kill()
  await page.getByTestId('me').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByText('The hub cannot be reached').first().waitFor()
  expect(new URL(page.url()).pathname).not.toContain('sign-in')
  await scene.startAgain()
  scene.watch.outage = false
})

test('nothing of it was a fault to any browser', () => expect(scene.watch.faults).toEqual([]))
