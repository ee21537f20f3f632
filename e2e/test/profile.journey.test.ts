import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, emailOf, password, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
/** Sam looks after his own profile; Ada is a colleague, Maria a customer. */
let sam: BrowserContext
let sams: Desk
let adas: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  sam = await addColleague(scene, ada, 'Sam', { groupIds: groups.map(({ id }) => id) })
  sams = await openDesk(sam)
  adas = await openDesk(ada)
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Maria', 'maria@customer.example')
  await shop.write('Hello?')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
  await sams.page.goto('/w/acme/settings/profile')
  await adas.page.getByRole('link', { name: 'Team' }).click()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const colleague = () => adas.page.getByTestId('colleague').filter({ hasText: /Sam/ })

test('a name is changed: colleagues and the customer read it at once', async () => {
  const { page } = sams
  await page.getByTestId('profile-name').fill('Samuel')
  await page.getByTestId('profile-save').click()
  await expect.poll(() => wordsOf(colleague())).toContain('Samuel')
  await expect.poll(() => wordsOf(shop.frame.locator('body'))).toContain('Samuel')
})

test('a picture is chosen, seen by colleagues, and taken off again', async () => {
  const { page } = sams
  const buffer = await shop.page.locator('.goods article').first().screenshot()
  await page.getByTestId('picture-input').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer })
  await page.locator('img[data-testid=profile-picture]').waitFor()
  await colleague().locator('img').waitFor()
  await expect
    .poll(() =>
      colleague()
        .locator('img')
        .evaluate((image: HTMLImageElement) => image.naturalWidth > 0),
    )
    .toBe(true)
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await colleague().locator('img').waitFor({ state: 'detached' })
})

test('the languages he speaks are shown to colleagues', async () => {
  const { page } = sams
  await page.getByTestId('profile-languages').click()
  await page.getByRole('option', { name: 'German' }).click()
  await expect.poll(() => wordsOf(colleague().getByTestId('spoken'))).toBe('German')
  await page.keyboard.press('Escape')
  await page.getByRole('listbox').waitFor({ state: 'hidden' })
})

test('a signature and whether he signs are still there after a reload', async () => {
  const { page } = sams
  await page.getByTestId('profile-signature').fill('Samuel, Acme Support')
  await page.getByTestId('profile-save').click()
  await expect.poll(() => page.getByTestId('profile-save').isDisabled()).toBe(true)
  await page.getByTestId('profile-signs').click()
  await expect
    .poll(async () => (await ask<{ profile: { signs: boolean } }>(sam, scene, '{ profile { signs signature } }')).profile)
    .toEqual({
      signs: true,
      signature: 'Samuel, Acme Support',
    })
  await page.reload()
  await expect.poll(() => page.getByTestId('profile-signature').inputValue()).toBe('Samuel, Acme Support')
  await expect.poll(() => page.getByRole('switch', { name: 'Sign my messages' }).getAttribute('aria-checked')).toBe('true')
})

test('how he is called is chosen kind by kind, and goes with him to another browser', async () => {
  const isOn = async (at: Desk['page'], name: string) => (await at.getByRole('switch', { name }).getAttribute('aria-checked')) === 'true'
  const [sound, screen] = ['A customer writes in a chat of mine: Sound', 'A new chat waits: On screen']
  const before = [await isOn(sams.page, sound), await isOn(sams.page, screen)]
  const open = await (await scene.visit({ storageState: await sam.storageState() })).newPage()
  await open.goto('/w/acme/settings/profile')
  await open.getByRole('switch', { name: sound }).waitFor()
  // The second is pressed while the first is being saved.
  await sams.page.getByRole('switch', { name: sound }).click()
  await sams.page.getByRole('switch', { name: screen }).click()
  const now = before.map((on) => !on)
  await expect.poll(async () => [await isOn(sams.page, sound), await isOn(sams.page, screen)]).toEqual(now)
  // What is open elsewhere hears of it without a reload.
  await expect.poll(async () => [await isOn(open, sound), await isOn(open, screen)]).toEqual(now)
  await open.close()
  const other = await (await scene.visit({ storageState: await sam.storageState() })).newPage()
  await other.goto('/w/acme/settings/profile')
  await other.getByRole('switch', { name: sound }).waitFor()
  expect([await isOn(other, sound), await isOn(other, screen)]).toEqual(now)
  await other.close()
})

test('a password is changed by one who knows the old one: other browsers are signed out, and the new one opens', async () => {
  const { page } = sams
  const elsewhere = await (await scene.visit()).newPage()
  await signIn(elsewhere, password)
  await elsewhere.getByTestId('section-new').waitFor()
  const change = async (current: string, next: string) => {
    await page.getByTestId('current-password').fill(current)
    await page.getByTestId('new-password').fill(next)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await change('not the old one', 'violet-otter-crossing-42')
  await page.getByTestId('password-form').getByRole('alert').waitFor()
  await change(password, 'violet-otter-crossing-42')
  await page.getByText('The password is changed.').waitFor()
  await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn(elsewhere, 'violet-otter-crossing-42')
  await elsewhere.getByTestId('section-new').waitFor()
})

test('no page asked another host or had an error but for what was refused', () => {
  expect(scene.watch.faults.filter((fault) => !/status of 40[013]/.test(fault))).toEqual([])
})

async function signIn(page: Desk['page'], word: string): Promise<void> {
  await page.goto('/w/acme/inbox')
  await page.getByLabel('E-mail').fill(emailOf('Sam'))
  await page.getByLabel('Password', { exact: true }).fill(word)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
