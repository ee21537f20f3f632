import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDesk } from '../src/desk.ts'
import { looks, onLook } from '../src/looks.ts'
import { addColleague, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop } from '../src/shop.ts'
import { browse, startVisitor } from '../src/visitor.ts'

let scene: Scene
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>

beforeAll(async () => {
  scene = await openScene()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

test('the setup can be used by everybody', async () => {
  const page = await (await scene.visit()).newPage()
  await page.goto(scene.setupLink)
  for (const look of looks) await onLook(scene, page, look, 'setup-company', page.getByLabel('Company'))
  await page.getByLabel('Company').fill('Acme')
  await page.getByRole('button', { name: 'Continue' }).click()
  for (const look of looks) await onLook(scene, page, look, 'setup-you', page.getByLabel('Your name'))
})

test('a workspace with a few chats is made', async () => {
  const ada = await setUp(scene)
  await addColleague(scene, ada, 'Bea')
  for (const name of ['Maria Souza', 'João Pereira', 'Екатерина']) await (await startVisitor(scene, name)).say(`Hello, I am ${name}.`)
  const desk = await openDesk(ada)
  await desk.tab('new')
  await desk.open('Maria Souza')
  await desk.take()
  await desk.write('Good morning! How can I help?')
  await expect.poll(desk.delivery).toBe('Sent')
  signedIn = await ada.storageState()
})

describe.each(looks)('at $width pixels, in $colorScheme colours', (look) => {
  const visit = (more = {}) => scene.visit({ viewport: { width: look.width, height: look.height }, colorScheme: look.colorScheme, ...more })

  test('the door, the desk, its dialogs and every page of the settings can be used by everybody', async () => {
    const context = await visit({ storageState: signedIn })
    const page = await context.newPage()
    await page.goto('/w/acme/inbox')
    await onLook(scene, page, look, 'desk-list', page.getByTestId('chat-row').first())
    await page.getByTestId('chat-row').first().click()
    await onLook(scene, page, look, 'desk-chat', page.getByTestId('message').first())
    for (const [key, name] of [
      ['t', 'Transfer the chat'],
      ['?', 'Keyboard shortcuts'],
      ['Control+k', 'Commands'],
    ] as const) {
      await page.keyboard.press('Escape')
      await page.keyboard.press(key)
      await onLook(scene, page, look, `desk-${name}`, page.getByRole('dialog', { name }))
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    for (const [name, content] of [
      ['channels', page.getByTestId('channel').first()],
      ['operators', page.getByTestId('operator').first()],
      ['groups', page.getByTestId('group').first()],
      ['routing', page.getByTestId('capacity')],
      ['hours', page.getByText('No working hours yet')],
      ['requests', page.getByTestId('request-categories')],
      ['mail', page.getByText('This hub sends no mail')],
      ['tags', page.getByRole('heading', { name: 'Tags', level: 2 })],
      ['templates', page.getByTestId('template-create')],
      ['library', page.getByText('No pictures yet')],
      ['invitations', page.getByText('No texts yet')],
      ['closing', page.getByText('Nothing is asked')],
      ['workspace', page.getByLabel('Company')],
      ['profile', page.getByTestId('notice').first()],
      ['account', page.getByTestId('session').first()],
    ] as const) {
      await page.goto(`/w/acme/settings/${name}`)
      await onLook(scene, page, look, `settings-${name}`, content)
    }
    await browse(scene, 'Bicycles')
    await page.goto('/w/acme/visitors')
    await onLook(scene, page, look, 'visitors', page.getByTestId('visitor-row').first())
    await page.getByTestId('visitor-mark').first().click()
    await page.getByTestId('approach-promotion').click()
    await onLook(scene, page, look, 'visitors-promotion', page.getByTestId('approach-url'))
    await page.keyboard.press('Escape')
    await page
      .getByTestId('visitor-row')
      .first()
      .click({ position: { x: 200, y: 10 } })
    await onLook(scene, page, look, 'visitor', page.getByTestId('visitor-trail'))
    await page.goto('/w/acme/settings/channels')
    await page.getByRole('link', { name: 'Health' }).first().click()
    await page.getByTestId('open-look').click()
    await onLook(scene, page, look, 'appearance', page.getByTestId('look-preview'))
    await page.goto('/w/acme/team')
    await onLook(scene, page, look, 'team', page.getByTestId('queue').first())
    await page.goto('/w/acme/wall')
    await onLook(scene, page, look, 'wall', page.getByTestId('seat').first())
    await page.goto('/w/acme/search?q=a')
    await page.getByTestId('search-field').fill('hello')
    await onLook(scene, page, look, 'search', page.getByTestId('hit').first())
    await page.getByTestId('hit').first().click()
    await onLook(scene, page, look, 'search-in-chat', page.locator('[data-found]'))
    await page.goto('/nowhere')
    await onLook(scene, page, look, 'not-found', page.getByText('Nothing here'))
    await context.close()
    const stranger = await visit()
    const door = await stranger.newPage()
    await door.goto('/sign-in')
    await onLook(scene, door, look, 'sign-in', door.getByLabel('Password', { exact: true }))
    await stranger.close()
  })

  test('so can the widget, its form and its chat', async () => {
    const context = await visit()
    const shop = await openShop(context)
    await onLook(scene, shop.page, look, 'shop', shop.launcher)
    await shop.open()
    await onLook(scene, shop.page, look, 'widget-form', shop.frame.getByLabel('E-mail'))
    await shop.introduce('Olga', 'olga@customer.example')
    await shop.write('Do you have this in blue?')
    await expect.poll(shop.delivery).toMatch(/Sent|Delivered/)
    await onLook(scene, shop.page, look, 'widget-chat', shop.composer)
    await context.close()
  })
})

test('on a phone the pages that are not in the bar are behind More, and settings are chosen from a list', async () => {
  const context = await scene.visit({ viewport: { width: 390, height: 844 }, storageState: signedIn })
  const page = await context.newPage()
  await page.goto('/w/acme/inbox')
  await page.getByTestId('rail-more').click()
  await page.getByRole('menuitem', { name: 'Team' }).click()
  await page.getByTestId('colleague').first().waitFor()
  await page.getByTestId('rail-more').click()
  await page.getByRole('menuitem', { name: 'Settings' }).click()
  await page.getByTestId('settings-menu').click()
  await page.getByRole('option', { name: 'Tags' }).click()
  await page.getByRole('heading', { name: 'Tags', level: 2 }).waitFor()
  await page.getByTestId('rail-more').click()
  await page.getByRole('menuitem', { name: 'Commands' }).click()
  await page.getByRole('dialog', { name: 'Commands' }).waitFor()
  await context.close()
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
