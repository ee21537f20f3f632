import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, addGroup, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let desk: Desk

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  await addColleague(scene, ada, 'Bea', { groupIds: [await addGroup(scene, ada, 'Billing')] })
  for (const name of ['Maria', 'João', 'Катя']) await (await startVisitor(scene, name)).say(`I am ${name}`)
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const press = (...keys: string[]) => keys.reduce((before, key) => before.then(() => desk.page.keyboard.press(key)), Promise.resolve())
const type = (text: string) => desk.page.keyboard.type(text)
/** A chat that has been read changes its place; before the next step everything stands still. */
const allIsRead = () => expect.poll(() => wordsOf(desk.rows)).not.toContain('unread message')
const isWriting = () => desk.composer.evaluate((field) => field === document.activeElement)
const openChat = () => wordsOf(desk.page.getByRole('banner').or(desk.page.locator('header')).first())

test('n takes the one who waits longest, and one can write at once', async () => {
  await press('n')
  await expect.poll(() => wordsOf(desk.page.getByTestId('holder'))).toContain('Ada (you)')
  await expect.poll(openChat).toContain('Maria')
  await expect.poll(isWriting).toBe(true)
  await type('Hello Maria')
  await press('Enter')
  await expect.poll(desk.texts).toEqual(['I am Maria', 'Hello Maria'])
})

test('Shift and Enter begin a new line; Escape leaves the field and r comes back to it', async () => {
  await type('one')
  await press('Shift+Enter')
  await type('two')
  await press('Escape')
  await expect.poll(isWriting).toBe(false)
  await press('r')
  await expect.poll(isWriting).toBe(true)
  await press('Enter')
  await expect.poll(desk.texts).toEqual(['I am Maria', 'Hello Maria', 'one\ntwo'])
  await press('Escape')
})

test('j and k go to the next and the previous chat', async () => {
  await press('n')
  await expect.poll(openChat).toContain('João')
  await expect.poll(isWriting).toBe(true)
  await allIsRead()
  await press('Escape', 'n')
  await expect.poll(openChat).toContain('Катя')
  await expect.poll(isWriting).toBe(true)
  await press('Escape')
  await expect.poll(() => desk.rows.count()).toBe(3)
  await allIsRead()
  const names = (await desk.rows.allInnerTexts()).map((row) => ['Maria', 'João', 'Катя'].find((name) => row.includes(name)) ?? row)
  const here = names.indexOf('Катя')
  const step = here === 0 ? ['j', 'k'] : ['k', 'j']
  await press(step[0] as string)
  await expect.poll(openChat).toContain(here === 0 ? names[1] : names[here - 1])
  await press(step[1] as string)
  await expect.poll(openChat).toContain('Катя')
})

test('t moves the chat to a group that is found by its name', async () => {
  await press('t')
  await desk.page.getByRole('dialog', { name: 'Transfer the chat' }).waitFor()
  await type('bill')
  await press('Tab', 'Space', 'Enter')
  await expect.poll(() => wordsOf(desk.page.getByTestId('holder'))).toContain('in the queue · Billing')
})

test('e closes the chat', async () => {
  await press('j')
  await expect.poll(() => wordsOf(desk.page.getByTestId('holder'))).toContain('Ada (you)')
  await press('e')
  await expect.poll(() => wordsOf(desk.page.getByTestId('composer-blocked'))).toContain('This chat is closed. Reopen it to write.')
})

test('a closed chat is opened again from where one would write', async () => {
  await desk.page.getByTestId('reopen-here').press('Enter')
  await desk.composer.waitFor()
  await press('Escape', 'e')
  await desk.page.getByTestId('reopen-here').waitFor()
})

test('figures choose a section', async () => {
  await press('1')
  await expect.poll(() => desk.page.getByTestId('section-new').getAttribute('aria-selected')).toBe('true')
  await expect.poll(() => desk.rows.count()).toBe(1)
  await press('2')
  await expect.poll(() => desk.page.getByTestId('section-mine').getAttribute('aria-selected')).toBe('true')
})

test('whoever leaves a dialog goes on where he was before it, from a button, a menu or a field', async () => {
  await press('2')
  await desk.rows.first().press('Enter')
  await desk.composer.waitFor()
  const hasFocus = (id: string) => desk.page.getByTestId(id).evaluate((element) => element === document.activeElement)
  const dialog = desk.page.getByRole('dialog')
  const leave = async (back: string) => {
    await dialog.waitFor()
    await press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => hasFocus(back)).toBe(true)
  }
  await desk.page.getByTestId('transfer').press('Enter')
  await leave('transfer')
  for (const name of ['Close with', 'Put off', 'Add a colleague']) {
    await desk.page.getByTestId('chat-more').press('Enter')
    await desk.page.getByRole('menuitem', { name }).press('Enter')
    await dialog.waitFor()
    await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
    await leave('chat-more')
  }
  await desk.composer.focus()
  await press('Control+k')
  await leave('composer')
  // Whoever had left the field before is not led back into it: single keys go on working.
  await press('Escape', 't')
  await dialog.waitFor()
  await press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await press('1')
  await expect.poll(() => desk.page.getByTestId('section-new').getAttribute('aria-selected')).toBe('true')
})

test('? lists all keys, and Escape shuts the list', async () => {
  await press('?')
  const keys = desk.page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await keys.waitFor()
  for (const words of [
    'Next chat',
    'Previous chat',
    'Take the next in the queue',
    'Write an answer',
    'Transfer this chat',
    'Close this chat',
    'Commands',
  ])
    await keys.getByText(words, { exact: true }).waitFor()
  await press('Escape')
  await keys.waitFor({ state: 'hidden' })
})

test('Ctrl and K find a chat, a setting and a command by name', async () => {
  await press('Control+k')
  await desk.page.getByRole('dialog').waitFor()
  await type('Maria')
  await expect.poll(() => wordsOf(desk.page.getByRole('option').first())).toContain('Maria')
  await press('Enter')
  await expect.poll(openChat).toContain('Maria')
  await press('Control+k')
  await desk.page.getByRole('dialog').waitFor()
  await type('presence: busy')
  await expect.poll(() => wordsOf(desk.page.getByRole('option').first())).toContain('Busy')
  await press('Enter')
  await expect.poll(() => desk.page.getByTestId('me').getAttribute('aria-label')).toContain('Busy')
  await press('Control+k')
  await desk.page.getByRole('dialog').waitFor()
  await type('settings: groups')
  await expect.poll(() => wordsOf(desk.page.getByRole('option').first())).toContain('Groups')
  await press('Enter')
  await expect.poll(() => new URL(desk.page.url()).pathname).toBe('/w/acme/settings/groups')
})

test('the chats are gone to from any page: by the rail, by one’s own menu, and by name', async () => {
  const isThere = () => expect.poll(() => new URL(desk.page.url()).pathname).toBe('/w/acme/inbox')
  await desk.page.getByRole('link', { name: /^Inbox/ }).press('Enter')
  await isThere()
  await desk.page.getByRole('link', { name: 'Team' }).press('Enter')
  await desk.page.getByTestId('team-present').waitFor()
  await desk.page.getByTestId('me').press('Enter')
  await desk.page.getByRole('menuitem', { name: 'Inbox' }).press('Enter')
  await isThere()
  await desk.page.getByRole('link', { name: 'Team' }).press('Enter')
  await desk.page.getByTestId('team-present').waitFor()
  await press('Control+k')
  await desk.page.getByRole('dialog').waitFor()
  await type('go to: inbox')
  await expect.poll(() => wordsOf(desk.page.getByRole('option').first())).toContain('Inbox')
  await press('Enter')
  await isThere()
})

test('no page had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
