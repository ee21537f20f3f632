import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
/** Ada is the admin; Sam and Bea answer for Support. */
let ada: BrowserContext
let adasDesk: Desk
let samsDesk: Desk
let beasDesk: Desk

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  const sam = await addColleague(scene, ada, 'Sam', { groupIds })
  const bea = await addColleague(scene, ada, 'Bea', { groupIds })
  for (const who of [ada, sam, bea])
    await ask(who, scene, 'mutation { setPresence(presence: busy) { ... on Operator { presence } ... on Refusal { code message } } }')
  adasDesk = await openDesk(ada)
  samsDesk = await openDesk(sam)
  beasDesk = await openDesk(bea)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const write = async (name: string, text: string) => (await startVisitor(scene, name)).say(text)
const activities = (desk: Desk) => wordsOf(desk.page.getByTestId('activity'))
/** Ada has the hub give out chats of the group or of the channel, or no longer. */
async function giveOut(of: 'group' | 'channel', on: boolean): Promise<void> {
  const one = adasDesk.page.getByTestId(`routing-${of}`).first().getByRole('switch')
  await one.click()
  await expect.poll(() => one.getAttribute('aria-checked')).toBe(`${on}`)
}
test('the next in the queue is taken with one button, which says how many wait', async () => {
  await write('Maria', 'Where is my parcel?')
  await write('Pedro', 'Do you have this in blue?')
  await expect.poll(() => wordsOf(samsDesk.page.getByTestId('queue-count'))).toBe('2')
  await samsDesk.page.getByTestId('take-next').click()
  await expect.poll(() => samsDesk.texts()).toEqual(['Where is my parcel?'])
  await expect.poll(() => wordsOf(samsDesk.page.getByTestId('holder'))).toContain('Sam')
  await expect.poll(() => wordsOf(beasDesk.page.getByTestId('queue-count'))).toBe('1')
})

test('an admin lets the hub give out the chats of a group; whoever comes online is given the one that waits, and reads why', async () => {
  const { page } = adasDesk
  await page.goto('/w/acme/settings/routing')
  await giveOut('group', true)
  await page.getByTestId('capacity').fill('2')
  await page.getByTestId('limit-unopened').fill('15')
  await page.getByTestId('routing-save').click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await beasDesk.choosePresence('Online')
  await beasDesk.page.getByText('Pedro was given to you').first().waitFor()
  await beasDesk.tab('mine')
  await beasDesk.open('Pedro')
  await expect.poll(() => activities(beasDesk)).toContain('Given to Bea')
  await expect.poll(() => activities(beasDesk)).toContain('Nobody else was online with room (1 of 2).')
})

test('everybody sees who is there, how much each has to do, and who is next', async () => {
  const { page } = samsDesk
  await page.getByRole('link', { name: 'Team' }).click()
  await expect.poll(() => wordsOf(page.getByTestId('queue-next'))).toContain('Next: Bea')
  const bea = page.getByTestId('colleague').filter({ hasText: 'Bea' })
  await expect.poll(() => bea.getAttribute('data-presence')).toBe('online')
  await expect.poll(() => wordsOf(bea)).toContain('1 of 2')
  await beasDesk.choosePresence('Busy')
  await expect.poll(() => bea.getAttribute('data-presence')).toBe('busy')
  await expect.poll(() => wordsOf(page.getByTestId('queue-next'))).toContain('Nobody has room now')
  await page.getByRole('link', { name: 'Inbox' }).click()
})

test('a channel may have its chats given out where its group has not', async () => {
  await giveOut('group', false)
  await beasDesk.choosePresence('Online')
  await write('Rosa', 'Do you deliver on Sundays?')
  await samsDesk.tab('new')
  await samsDesk.rows.filter({ hasText: 'Rosa' }).waitFor()
  await giveOut('channel', true)
  await beasDesk.page.getByText('Rosa was given to you').first().waitFor()
  await samsDesk.rows.filter({ hasText: 'Rosa' }).waitFor({ state: 'detached' })
  await beasDesk.open('Rosa')
  await expect.poll(() => activities(beasDesk)).toContain('Given to Bea')
  await beasDesk.page.getByTestId('close').click()
  await beasDesk.page.getByTestId('reopen').waitFor()
  await giveOut('channel', false)
  await giveOut('group', true)
})

test('who is offline is offered a chat only where the admin lets it go to those who are not there', async () => {
  const { page } = samsDesk
  await beasDesk.choosePresence('Offline')
  await samsDesk.tab('mine')
  await samsDesk.open('Maria')
  await page.getByTestId('transfer').click()
  const dialog = page.getByRole('dialog', { name: 'Transfer the chat' })
  const offered = dialog.locator('label').filter({ hasText: 'Bea' })
  await dialog.locator('label').filter({ hasText: 'Ada' }).waitFor()
  await expect.poll(() => offered.count()).toBe(0)
  await adasDesk.page.getByTestId('transfer-offline').click()
  await expect.poll(() => wordsOf(offered)).toContain('Offline')
  await adasDesk.page.getByTestId('transfer-offline').click()
  await expect.poll(() => offered.count()).toBe(0)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await beasDesk.choosePresence('Busy')
})

test('a chat is handed to a colleague with a comment; he is told, and reads it between the messages', async () => {
  const { page } = samsDesk
  await samsDesk.tab('mine')
  await samsDesk.open('Maria')
  await page.getByTestId('transfer').click()
  const dialog = page.getByRole('dialog', { name: 'Transfer the chat' })
  // Ada and Bea are here; nobody else is offered.
  await expect.poll(() => dialog.getByRole('radio').count()).toBe(3)
  await dialog.getByText('Bea', { exact: true }).click()
  await dialog.getByRole('textbox', { name: 'Comment' }).fill('She has waited since Monday.')
  await page.getByTestId('transfer-confirm').click()
  await beasDesk.page.getByText('Sam gave you a chat').first().waitFor()
  await beasDesk.open('Maria')
  await expect.poll(() => wordsOf(beasDesk.page.getByTestId('comment'))).toContain('She has waited since Monday.')
  await expect.poll(() => activities(beasDesk)).toContain('Sam moved the chat to Bea')
})

test('a colleague is added, answers beside the holder, and goes on with the chat when the holder leaves it', async () => {
  const { page } = beasDesk
  await page.getByTestId('chat-more').click()
  await page.getByRole('menuitem', { name: 'Add a colleague' }).click()
  await page.getByRole('dialog', { name: 'Add a colleague' }).getByText('Sam', { exact: true }).click()
  await page.getByTestId('share-confirm').click()
  await expect.poll(() => wordsOf(page.getByTestId('holder'))).toContain('with Sam')
  await samsDesk.tab('mine')
  await samsDesk.open('Maria')
  await samsDesk.write('It comes tomorrow.')
  await expect.poll(() => beasDesk.texts()).toContain('It comes tomorrow.')
  await page.getByTestId('chat-more').click()
  await page.getByRole('menuitem', { name: 'Leave the chat' }).click()
  await expect.poll(() => wordsOf(samsDesk.page.getByTestId('holder'))).toMatch(/^Sam/)
  await expect.poll(() => activities(samsDesk)).toContain('Bea left; Sam goes on')
})

test('who moved a chat can be folded away, and is there again', async () => {
  const { page } = samsDesk
  await page.getByTestId('chat-more').click()
  await page.getByRole('menuitem', { name: 'Hide who moved it' }).click()
  await expect.poll(() => page.getByTestId('activity').count()).toBe(0)
  await expect.poll(samsDesk.texts).toContain('It comes tomorrow.')
  await page.getByTestId('chat-more').click()
  await page.getByRole('menuitem', { name: 'Show who moved it' }).click()
  await expect.poll(() => activities(samsDesk)).toContain('Bea left; Sam goes on')
})

test('who leads sees all open chats in one list, and an operator’s own with their number', async () => {
  const { page } = adasDesk
  await page.goto('/w/acme/inbox')
  await page.getByTestId('section-all').click()
  await expect.poll(() => wordsOf(page.getByTestId('section-all'))).toMatch(/^All\s*2$/)
  await expect.poll(() => adasDesk.rows.count()).toBe(2)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('combobox', { name: 'Operator' }).click()
  await page.getByRole('option', { name: 'Sam (1)' }).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => adasDesk.rows.count()).toBe(1)
  expect(await wordsOf(adasDesk.rows)).toContain('Maria')
  expect(await samsDesk.page.getByTestId('section-all').count()).toBe(0)
})

test('a chat that is moved to a group is given to whoever is online there at once; while nobody opens it, it comes back with the reason', {
  timeout: 300_000,
}, async () => {
  await adasDesk.page.goto('/w/acme/settings/routing')
  await adasDesk.page.getByTestId('limit-unopened').fill('1')
  await adasDesk.page.getByTestId('routing-save').click()
  await adasDesk.page.getByText('Saved', { exact: true }).waitFor()
  await beasDesk.page.getByRole('link', { name: 'Team' }).click()
  await beasDesk.choosePresence('Online')
  const { page } = samsDesk
  await page.getByTestId('transfer').click()
  const dialog = page.getByRole('dialog', { name: 'Transfer the chat' })
  await dialog.getByText('Support', { exact: true }).click()
  await page.getByTestId('transfer-confirm').click()
  await beasDesk.page.getByText('Maria was given to you').first().waitFor()
  // She goes for a coffee and does not open it.
  await beasDesk.choosePresence('Busy')
  await samsDesk.tab('new')
  await samsDesk.rows.filter({ hasText: 'Maria' }).waitFor({ timeout: 150_000 })
  await samsDesk.open('Maria')
  await expect.poll(() => activities(samsDesk)).toContain('Given to Bea')
  await expect.poll(() => activities(samsDesk)).toContain('not opened')
})
