import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, addGroup, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
/** Sam answers for Support, where chats of the website go; Bea for Billing. Neither sees the other's. */
let sams: Desk
let beas: Desk
let maria: Visitor
let ada: BrowserContext
let billing: string

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  billing = await addGroup(scene, ada, 'Billing')
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const support = groups.find(({ id }) => id !== billing)?.id ?? ''
  const sam = await addColleague(scene, ada, 'Sam', { groupIds: [support] })
  const bea = await addColleague(scene, ada, 'Bea', { groupIds: [billing] })
  sams = await openDesk(sam)
  beas = await openDesk(bea)
  maria = await startVisitor(scene, 'Maria')
  await maria.say('My invoice is wrong')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
  await sams.composer.waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const here = (desk: Desk) => wordsOf(desk.page.getByTestId('here'))
const activities = (desk: Desk) => wordsOf(desk.page.getByTestId('activity'))
async function more(desk: Desk, name: string): Promise<void> {
  await desk.page.getByTestId('chat-more').click()
  await desk.page.getByRole('menuitem', { name }).click()
}
/** What both read of the chat, without a reload and after one. */
async function bothReadTheSame(): Promise<void> {
  const truth = async (desk: Desk) => ({
    texts: await desk.texts(),
    comments: await desk.page.getByTestId('comment-text').allInnerTexts(),
    moves: (await desk.page.getByTestId('activity').allInnerTexts()).map((text) => text.trim()),
  })
  const both = async () => [await truth(sams), await truth(beas)] as const
  let [before] = await both()
  await expect
    .poll(async () => {
      const [ofSam, ofBea] = await both()
      before = ofSam
      return JSON.stringify(ofSam) === JSON.stringify(ofBea)
    })
    .toBe(true)
  await Promise.all([sams.page.reload(), beas.page.reload()])
  await expect.poll(() => truth(sams)).toEqual(before)
  await expect.poll(() => truth(beas)).toEqual(before)
}

test('a colleague is added, sees the chat at once and is told who else is in it', async () => {
  expect(await beas.page.getByTestId('section-others').count()).toBe(1)
  await more(sams, 'Add a colleague')
  await sams.page.getByRole('dialog', { name: 'Add a colleague' }).getByText('Bea', { exact: true }).click()
  await sams.page.getByTestId('share-confirm').click()
  await beas.tab('mine')
  await beas.open('Maria')
  await expect.poll(() => here(sams)).toBe('Bea has this chat open')
  await expect.poll(() => here(beas)).toBe('Sam has this chat open')
})

test('each sees when the other is answering', async () => {
  await beas.composer.pressSequentially('The inv')
  await expect.poll(() => here(sams)).toBe('Bea is answering')
  await beas.composer.fill('')
})

test('what a colleague sent meanwhile stops the answer that was being written, and asks', async () => {
  await beas.composer.fill('It is 40, not 50.')
  await sams.write('You are right, it is 40.')
  const meanwhile = beas.page.getByTestId('meanwhile')
  await expect.poll(() => wordsOf(meanwhile)).toMatch(/Sam answered while you were writing:\s+You are right, it is 40\./)
  await beas.composer.press('Enter')
  await expect.poll(() => meanwhile.getByTestId('show-answer').evaluate((button) => button === document.activeElement)).toBe(true)
  expect(await sams.texts()).toEqual(['My invoice is wrong', 'You are right, it is 40.'])
  await meanwhile.getByTestId('show-answer').click()
  await meanwhile.waitFor({ state: 'detached' })
  await expect.poll(() => beas.composer.inputValue()).toBe('It is 40, not 50.')
  await beas.composer.fill('A new one is on its way.')
  await beas.composer.press('Enter')
  await expect.poll(sams.texts).toEqual(['My invoice is wrong', 'You are right, it is 40.', 'A new one is on its way.'])
})

test('who is mentioned in a comment is called, wherever he is, and the customer is told nothing', async () => {
  await beas.page.goto('/w/acme/team')
  await expect.poll(() => here(sams)).toBe('')
  await sams.page.getByTestId('mode-comment').click()
  const field = sams.page.getByTestId('comment-field')
  await field.pressSequentially('@Be')
  await sams.page.getByTestId('mentions').getByText('Bea', { exact: true }).click()
  await field.pressSequentially('is the address right?')
  await field.press('Enter')
  await expect.poll(() => wordsOf(beas.page.getByTestId('alerts-unread'))).toBe('1')
  await beas.page.getByTestId('alerts').click()
  await beas.page.getByTestId('alert').filter({ hasText: 'Sam mentioned you' }).click()
  await expect.poll(() => wordsOf(beas.page.getByTestId('comment-text'))).toBe('@Bea is the address right?')
  await sams.page.getByTestId('mode-reply').click()
})

test('both do something to the chat at the same moment, and read the same in the end', async () => {
  await sams.composer.fill('From Sam')
  await beas.composer.fill('From Bea')
  await Promise.all([sams.composer.press('Enter'), beas.composer.press('Enter'), maria.say('From Maria')])
  // Whose answer was a moment later is asked, when he has heard of it; he sends it all the same.
  const insist = async (desk: Desk) => {
    const anyway = desk.page.getByTestId('send-anyway').first()
    if ((await anyway.count()) === 0) return
    await anyway.click()
    await anyway.waitFor({ state: 'detached' })
  }
  await expect
    .poll(async () => {
      await Promise.all([sams, beas].map(insist))
      return (await sams.arrived()).filter((text) => text.startsWith('From')).toSorted()
    })
    .toEqual(['From Bea', 'From Maria', 'From Sam'])
  await bothReadTheSame()
})

test('who leaves is in the chat no longer, and who took part has it', async () => {
  await more(sams, 'Leave the chat')
  await expect.poll(() => wordsOf(beas.page.getByTestId('holder'))).toContain('Bea (you)')
  await expect.poll(() => activities(beas)).toContain('Sam left; Bea goes on')
})

test('a chat is given back with a comment: the receiver is called, and the giver loses sight of it', async () => {
  await maria.say('Thank you both')
  await beas.page.getByTestId('transfer').click()
  await beas.page.getByRole('dialog', { name: 'Transfer the chat' }).getByText('Sam', { exact: true }).click()
  await beas.page.getByRole('textbox', { name: 'Comment' }).fill('The invoice is mended.')
  await beas.page.getByTestId('transfer-confirm').click()
  // Both are told for a few seconds only.
  await Promise.all([
    sams.page.getByText('Bea gave you a chat').first().waitFor(),
    beas.page.getByText('Chat #1 has moved out of your sight', { exact: true }).first().waitFor(),
  ])
  await beas.tab('mine')
  await expect.poll(() => beas.rows.count()).toBe(0)
  await sams.tab('mine')
  await sams.open('Maria')
  await expect.poll(() => wordsOf(sams.page.getByTestId('comment'))).toContain('The invoice is mended.')
  await expect.poll(() => activities(sams)).toContain('Bea moved the chat to Sam')
})

test('who moved the chat can be folded away without losing what was said', async () => {
  const said = await sams.texts()
  await more(sams, 'Hide who moved it')
  await expect.poll(() => sams.page.getByTestId('activity').count()).toBe(0)
  await expect.poll(sams.texts).toEqual(said)
  await more(sams, 'Show who moved it')
  await expect.poll(() => activities(sams)).toContain('Sam left; Bea goes on')
})

test('a dialog about a chat that a third one moves away goes with it', async () => {
  await sams.page.getByTestId('transfer').click()
  const dialog = sams.page.getByRole('dialog', { name: 'Transfer the chat' })
  await dialog.waitFor()
  const c = new URL(sams.page.url()).pathname.split('/').at(-1)
  await ask(ada, scene, 'mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c, g: billing })
  await sams.page.getByText('Chat #1 has moved out of your sight', { exact: true }).first().waitFor()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => new URL(sams.page.url()).pathname).toBe('/w/acme/inbox')
  await sams.page.keyboard.press('2')
  await expect.poll(() => sams.page.getByTestId('section-mine').getAttribute('aria-selected')).toBe('true')
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
