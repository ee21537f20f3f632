import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, openDesk } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene({ TRUSTED_PROXIES: '127.0.0.1' })
  desk = await openDesk(await setUp(scene))
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Mallory', 'mallory@customer.example')
  await shop.write('You will regret this')
  await desk.tab('new')
  await desk.open('Mallory')
  await desk.take()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

/** Somebody's browser at this address, with the chat open, who has said something. */
async function arrive(name: string, address: string, text: string): Promise<Shop> {
  const there = await openShop(await scene.visit({ extraHTTPHeaders: { 'x-forwarded-for': address } }))
  await there.open()
  await there.introduce(name, `${name.toLowerCase()}@customer.example`)
  await there.write(text)
  return there
}
const row = (words: string) => desk.page.getByTestId('block-row').filter({ hasText: words })

test('an operator blocks a visitor from the chat, with a reason and until a day', async () => {
  await desk.page.getByRole('button', { name: 'More actions' }).click()
  await desk.page.getByRole('menuitem', { name: 'Block …' }).click()
  const dialog = desk.page.getByTestId('block-dialog')
  await dialog.getByText('Only this person').waitFor()
  await dialog.getByTestId('block-reason').fill('Threats')
  await dialog.getByTestId('block-span').click()
  await desk.page.getByRole('option').nth(2).click()
  await scene.keep(desk.page, 'block from the chat')
  await dialog.getByTestId('block-confirm').click()
  await dialog.waitFor({ state: 'detached' })
})

test('what the blocked one writes reaches no screen, and is counted on the list with who blocked him and why', async () => {
  await shop.write('And this')
  await shop.frame.getByText('was not accepted').waitFor()
  expect(await desk.texts()).toEqual(['You will regret this'])
  await desk.page.goto('/w/acme/settings/blocks')
  const blocked = row('Mallory')
  await blocked.getByText('Threats').waitFor()
  await blocked.getByText('One message kept away').waitFor()
  await blocked.getByText('Ada').first().waitFor()
  await scene.keep(desk.page, 'blocks 1440')
})

test('once the block is lifted he is heard again', async () => {
  await row('Mallory').getByTestId('block-lift').click()
  await row('Mallory').waitFor({ state: 'detached' })
  await shop.write('I am sorry')
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('mine')
  await desk.open('Mallory')
  await expect.poll(desk.texts).toContain('I am sorry')
  expect(scene.watch.faults).toEqual([])
})

describe('an address', () => {
  let nick: Shop
  const dialog = () => desk.page.getByTestId('block-dialog')
  async function openDialog(): Promise<void> {
    await desk.page.getByRole('button', { name: 'More actions' }).click()
    await desk.page.getByRole('menuitem', { name: 'Block …' }).click()
    await dialog().waitFor()
  }
  const openNick = async (tab: 'new' | 'mine') => {
    await desk.page.goto('/w/acme/inbox')
    await desk.tab(tab)
    await desk.open('Nick')
  }

  test('is blocked from the chat of who writes from there, for everybody there', async () => {
    nick = await arrive('Nick', '203.0.113.7', 'Buy my pills')
    await (await startVisitor(scene, 'Nora', '203.0.113.7')).say('Mine too')
    await openNick('new')
    await desk.take()
    await openDialog()
    await dialog().getByText('Everybody at 203.0.113.7').click()
    await dialog().getByText('One other person last wrote from there and is blocked too.').waitFor()
    await dialog().getByTestId('block-reason').fill('Advertising')
    await dialog().getByTestId('block-span').click()
    await desk.page.getByRole('option', { name: 'One week' }).click()
    await scene.keep(desk.page, 'block an address from the chat')
    await dialog().getByTestId('block-confirm').click()
    await dialog().waitFor({ state: 'detached' })
    await nick.write('Cheap pills')
    await nick.frame.getByText('was not accepted').waitFor()
    // A window that keeps nothing makes nobody new of him.
    const anew = await openShop(await scene.visit({ extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.7' } }))
    await anew.open()
    await anew.frame.getByLabel('Name').fill('Nobody')
    await anew.frame.getByLabel('E-mail').fill('nobody@customer.example')
    await anew.frame.getByRole('button', { name: 'Start chat' }).click()
    await anew.frame.getByText('was not accepted').waitFor()
    await scene.keep(anew.page, 'blocked at the door')
    await anew.page.close()
    // The desk hears the next one who is heard: what comes before him would be here by then.
    await (await startVisitor(scene, 'Olga', '203.0.113.8')).say('Good morning')
    await desk.tab('new')
    await desk.rows.filter({ hasText: 'Olga' }).waitFor()
    expect(await desk.rows.filter({ hasText: 'Nobody' }).count()).toBe(0)
    expect(await desk.texts()).toEqual(['Buy my pills'])
  })

  test('stands on the list with who blocked it, why, until when, and how much was kept away', async () => {
    await desk.page.goto('/w/acme/settings/blocks')
    for (const words of ['Advertising', 'Until', '2 messages kept away', 'Ada']) await row('203.0.113.7').getByText(words).first().waitFor()
    await scene.keep(desk.page, 'blocked address 1440')
  })

  test('is lifted in the chat itself, and he is heard again', async () => {
    await openNick('mine')
    await openDialog()
    await dialog().getByText('2 messages kept away').waitFor()
    await desk.page.getByRole('dialog', { name: 'Blocked' }).waitFor()
    await scene.keep(desk.page, 'unblock from the chat')
    await dialog().getByTestId('block-lift').click()
    await dialog().waitFor({ state: 'detached' })
    await nick.write('I only wanted to ask something')
    await expect.poll(desk.texts).toEqual(['Buy my pills', 'I only wanted to ask something'])
  })

  test('or a whole range is blocked on the list, and lifted there', async () => {
    await desk.page.goto('/w/acme/settings/blocks')
    await desk.page.getByTestId('block-add').click()
    const form = desk.page.getByRole('dialog')
    await form.getByTestId('block-address').fill('203.0.0.0/8')
    await form.getByTestId('block-confirm').click()
    await form.getByText('This range is wider than /16.').waitFor()
    await form.getByTestId('block-address').fill('203.0.113.9/24')
    await form.getByTestId('block-reason').fill('Flood')
    await form.getByTestId('block-confirm').click()
    await form.waitFor({ state: 'detached' })
    await row('203.0.113.0/24').getByText('Nothing kept away').waitFor()
    const refused = nick.frame.getByText('was not accepted')
    const before = await refused.count()
    await nick.write('Am I heard?')
    await expect.poll(() => refused.count()).toBe(before + 1)
    await desk.page.reload()
    for (const words of ['Range of addresses', 'Flood', 'For good', 'One message kept away', 'Ada'])
      await row('203.0.113.0/24').getByText(words).first().waitFor()
    await scene.keep(desk.page, 'blocked range 1440')
    await row('203.0.113.0/24').getByTestId('block-lift').click()
    await row('203.0.113.0/24').waitFor({ state: 'detached' })
    await nick.write('And now?')
    await openNick('mine')
    await expect.poll(desk.texts).toEqual(['Buy my pills', 'I only wanted to ask something', 'And now?'])
    expect(scene.watch.faults).toEqual([])
  })
})
