import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { openShop, type Shop } from '../src/shop.ts'

let scene: Scene
/** Ada is the admin; Sam answers, Maria asks. */
let sam: BrowserContext
let adasDesk: Desk
let desk: Desk
let shop: Shop

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  await ask(ada, scene, 'mutation { createTag(name: "Solved", colour: green) { ... on Tag { id } ... on Refusal { code } } }')
  sam = await addColleague(scene, ada, 'Sam', { groupIds: groups.map(({ id }) => id) })
  adasDesk = await openDesk(ada)
  desk = await openDesk(sam)
  shop = await openShop(await scene.visit())
  await shop.open()
  await shop.introduce('Maria', 'maria@customer.example')
  await shop.write('Is it in stock?')
  await desk.tab('new')
  await desk.open('Maria')
  await desk.take()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const activities = () => wordsOf(desk.page.getByTestId('activity'))
const dialog = () => desk.page.getByRole('dialog', { name: 'Close chat #1' })
async function more(name: string): Promise<void> {
  await desk.page.getByTestId('chat-more').click()
  await desk.page.getByRole('menuitem', { name }).click()
}
async function reopenFor(minutes: number): Promise<void> {
  const { page } = adasDesk
  await page.getByLabel('Minutes').fill(String(minutes))
  await page.getByTestId('closing-save').click()
  await page.getByText('Saved', { exact: true }).waitFor()
}
/** The heading over what is put off, with its figure. */
const putOff = async () => (await wordsOf(desk.page.getByTestId('head-snoozed'))).replace(/\s+/g, ' ')
const isOpenAgain = () => desk.page.getByTestId('close').waitFor()

test('an admin writes what customers are told, for how long a chat goes on, and what is asked when one is closed', async () => {
  const { page } = adasDesk
  await page.goto('/w/acme/settings/closing')
  await page.getByRole('textbox', { name: 'English' }).fill('Goodbye, and thank you!')
  await reopenFor(10)
  await page.getByTestId('field-create').click()
  const form = page.getByRole('dialog', { name: 'Add a field' })
  await form.getByLabel('Question').fill('Reason')
  await form.getByRole('combobox', { name: 'Answer' }).click()
  await page.getByRole('option', { name: 'One of several' }).click()
  await form.getByLabel('Options').fill('Sale\nSupport')
  await form.getByRole('switch', { name: 'Required' }).click()
  await form.getByRole('button', { name: 'Add a field' }).click()
  await expect.poll(() => wordsOf(page.getByTestId('field-row'))).toContain('One of several · Sale, Support · required')
})

test('a chat is closed when the form is answered, with a tag, and the customer reads the closing text', async () => {
  const { page } = desk
  await page.getByTestId('close').click()
  await dialog().getByText('Still to answer: Reason').waitFor()
  expect(await page.getByTestId('closing-confirm').isDisabled()).toBe(true)
  await dialog().getByRole('combobox', { name: 'Reason' }).click()
  await page.getByRole('option', { name: 'Sale' }).click()
  await dialog().getByTestId('tag-add').click()
  await page.getByRole('option', { name: 'Solved' }).click()
  await page.keyboard.press('Escape')
  await page.getByTestId('closing-confirm').click()
  await page.getByText('Chat #1 closed', { exact: true }).first().waitFor()
  await expect.poll(shop.texts).toEqual(['Is it in stock?', 'Goodbye, and thank you!'])
  await desk.tab('closed')
  await desk.open('Maria')
  await expect.poll(() => wordsOf(page.getByTestId('chat-form'))).toContain('Sale')
  await expect.poll(() => wordsOf(page.getByTestId('chat-tags'))).toContain('Solved')
  await page.getByTestId('reopen').waitFor()
})

test('the customer who writes within the limit is in the same chat, with the same operator', async () => {
  await shop.write('One more thing')
  await isOpenAgain()
  await expect.poll(activities).toContain('The customer wrote again: the chat is open')
  await expect.poll(desk.texts).toEqual(['Is it in stock?', 'Goodbye, and thank you!', 'One more thing'])
})

test('a customer who is said not to be waiting is so until he writes again', async () => {
  const { page } = desk
  await desk.tab('mine')
  await desk.open('Maria')
  await more('Customer is not waiting')
  await page.getByText('not waiting', { exact: true }).waitFor()
  await expect.poll(activities).toContain('Sam: the customer is not waiting for an answer')
  await shop.write('Are you there?')
  await page.getByText('not waiting', { exact: true }).waitFor({ state: 'detached' })
})

test('a chat that is put off until the customer writes leaves the open ones, and comes back with his message', async () => {
  const { page } = desk
  await more('Put off …')
  await page.getByTestId('snooze-message').click()
  await expect.poll(() => wordsOf(page.getByTestId('snoozed'))).toBe('put off until the customer writes')
  await expect.poll(putOff).toBe('Put off 1')
  await shop.write('Hello?')
  await page.getByTestId('snoozed').waitFor({ state: 'detached' })
  await expect.poll(putOff).toBe('')
  await expect.poll(activities).toContain('The chat is back: the customer wrote')
})

test('one that is put off until a moment comes back by itself when it has come', async () => {
  const { page } = desk
  await more('Put off …')
  await page.getByTestId('snooze-tomorrow').click()
  await expect.poll(() => wordsOf(page.getByTestId('snoozed'))).toContain('put off until')
  await expect.poll(putOff).toBe('Put off 1')
  // What a person can choose is at least a minute away.
  const chatId = new URL(page.url()).pathname.split('/').at(-1)
  await ask(
    sam,
    scene,
    'mutation($c: ID!, $until: DateTime) { snoozeChat(chatId: $c, until: $until) { ... on Chat { id } ... on Refusal { code } } }',
    { c: chatId, until: new Date(Date.now() + 5_000).toISOString() },
  )
  await page.getByTestId('snoozed').waitFor({ state: 'detached' })
  await expect.poll(putOff).toBe('')
  await expect.poll(activities).toContain('The chat is back: its time has come')
})

test('a moment of one’s own is chosen for it, and the chat is brought back by hand', async () => {
  const { page } = desk
  await more('Put off …')
  const day = new Date(Date.now() + 2 * 86_400_000).toLocaleDateString('sv')
  await page.getByLabel('At a moment of your choice').fill(`${day}T10:15`)
  await page.getByTestId('snooze-confirm').click()
  await expect.poll(() => wordsOf(page.getByTestId('snoozed'))).toMatch(/put off until .*10:15/)
  await more('Bring back')
  await page.getByTestId('snoozed').waitFor({ state: 'detached' })
  await expect.poll(putOff).toBe('')
})

test('a chat that is closed for good is opened again by nobody but the customer', async () => {
  const { page } = desk
  await page.getByTestId('close').click()
  await dialog().getByTestId('closing-full').click()
  await page.getByTestId('closing-confirm').click()
  await desk.tab('closed')
  await desk.open('Maria')
  await page.getByText('closed for good', { exact: true }).waitFor()
  expect(await page.getByTestId('reopen').count()).toBe(0)
  const blocked = () => wordsOf(page.getByTestId('composer-blocked'))
  await expect.poll(blocked).toBe('Closed for good: nobody can write until the customer writes again.')
  await shop.write('And yet')
  await isOpenAgain()
  await expect.poll(desk.texts).toContain('And yet')
  await expect.poll(activities).toContain('Sam closed the chat for good')
})

test('after the limit the next message opens a new chat', async () => {
  await reopenFor(0)
  await desk.page.getByTestId('close').click()
  await closed()
  await shop.write('Next week then')
  await desk.tab('new')
  await desk.open('Maria')
  await desk.page.getByText('#2', { exact: true }).first().waitFor()
  await expect.poll(desk.texts).toEqual(['Next week then'])
})

test('the form is filled in while the chat goes on; a colleague reads it at once, and at the end nothing is left to answer', async () => {
  const [ours, hers] = [desk.page.getByTestId('chat-form'), adasDesk.page.getByTestId('chat-form')]
  await adasDesk.page.goto(new URL(desk.page.url()).pathname)
  await expect.poll(() => wordsOf(hers)).toContain('Nothing filled in yet')
  await desk.take()
  await desk.page.getByTestId('chat-form-edit').click()
  await ours.getByRole('combobox', { name: 'Reason' }).click()
  await desk.page.getByRole('option', { name: 'Support' }).click()
  await ours.getByRole('button', { name: 'Save' }).click()
  for (const form of [ours, hers]) await expect.poll(() => wordsOf(form)).toMatch(/Reason\s+Support/)
  await desk.page.getByTestId('close').click()
  const confirm = desk.page.getByTestId('closing-confirm')
  await expect.poll(() => confirm.isEnabled()).toBe(true)
  expect(await desk.page.getByText('Still to answer').count()).toBe(0)
  await confirm.click()
  await desk.page.getByTestId('reopen').waitFor()
  await expect.poll(() => wordsOf(hers)).toMatch(/Reason\s+Support/)
})

test('a customer ends the chat himself once he has confirmed it, and the desk hears so', async () => {
  const { frame } = shop
  await shop.write('And a last thing')
  await desk.tab('new')
  await desk.open('Maria')
  await expect.poll(desk.texts).toEqual(['And a last thing'])
  await expect.poll(() => frame.getByRole('button', { name: 'End chat' }).count()).toBe(1)
  await frame.getByRole('button', { name: 'End chat' }).click()
  await frame.getByRole('button', { name: 'No, thanks' }).click()
  await frame.getByText('Would you like to end this chat?').waitFor({ state: 'detached' })
  await frame.getByRole('button', { name: 'End chat' }).click()
  await frame.getByText('Would you like to end this chat?').waitFor()
  await scene.keep(shop.page, 'visitor ends the chat')
  await frame.getByRole('alert').getByRole('button', { name: 'End chat' }).click()
  await frame.getByText('How was this chat?').waitFor()
  await expect.poll(async () => (await shop.texts()).at(-1)).toBe('Goodbye, and thank you!')
  await expect.poll(() => frame.getByRole('button', { name: 'End chat' }).count()).toBe(0)
  await expect.poll(activities).toContain('The customer ended the chat')
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})

async function closed(): Promise<void> {
  await desk.page.getByTestId('closing-confirm').click()
  await dialog().waitFor({ state: 'detached' })
  await desk.page.getByTestId('reopen').waitFor()
}
