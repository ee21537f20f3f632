import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let desk: Desk

beforeAll(async () => {
  scene = await openScene({ TRUSTED_PROXIES: '127.0.0.1' })
  ada = await setUp(scene)
  for (let n = 1; n <= 5; n += 1) await (await startVisitor(scene, `Guest ${n}`)).say(`Question ${n}`)
  await ask(ada, scene, 'mutation { createTag(name: "Summer", colour: teal) { __typename } }')
  // She is there: to one who is away nothing is transferred.
  await openDesk(await addColleague(scene, ada, 'Bea', {}))
  desk = await openDesk(ada)
  await desk.tab('new')
  await desk.rows.nth(4).waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const bar = () => desk.page.getByTestId('bulk-bar')
const counted = () => wordsOf(desk.page.getByTestId('bulk-count'))
const outcomes = () => desk.page.getByTestId('bulk-outcome').allInnerTexts()
const pick = (guest: number) => desk.page.getByRole('checkbox', { name: `Choose the chat with Guest ${guest}`, exact: true })
const tagged = () => desk.page.getByTestId('chat-row').getByTestId('tag').count()
interface Other {
  id: string
  operator: { name: string } | null
  customer: { name: string }
}
async function others(): Promise<Other[]> {
  const { chats } = await ask<{ chats: { edges: { node: Other }[] } }>(
    ada,
    scene,
    '{ chats(section: others, first: 100) { edges { node { id operator { name } customer { name } } } } }',
  )
  return chats.edges.map(({ node }) => node)
}
const heldByBea = async () => (await others()).filter(({ operator }) => operator?.name === 'Bea').length

test('rows are chosen one by one, as a range with Shift, by key, and all at once', async () => {
  await desk.rows.filter({ hasText: 'Guest 1' }).hover()
  await pick(1).click()
  await expect.poll(counted).toBe('1 chat chosen')
  await pick(4).click({ modifiers: ['Shift'] })
  await expect.poll(counted).toBe('4 chats chosen')
  await pick(2).uncheck()
  await expect.poll(counted).toBe('3 chats chosen')
  await desk.rows.filter({ hasText: 'Guest 5' }).focus()
  await desk.page.keyboard.press('x')
  await expect.poll(counted).toBe('4 chats chosen')
  await desk.page.getByTestId('bulk-all').click()
  await expect.poll(counted).toBe('5 chats chosen')
  await desk.rows.first().focus()
  await desk.page.keyboard.press('Escape')
  await bar().waitFor({ state: 'hidden' })
  // A click on a row opens it, as ever.
  await desk.open('Guest 3')
  await expect.poll(desk.texts).toEqual(['Question 3'])
  await desk.page.keyboard.press('Escape')
  await desk.page.getByTestId('timeline').focus()
  await desk.page.keyboard.press('x')
  await expect.poll(counted).toBe('1 chat chosen')
  await desk.page.getByTestId('bulk-none').click()
  await bar().waitFor({ state: 'hidden' })
})

test('a tag is put on all of them while one looks on, and taken back', async () => {
  await pick(1).click()
  await pick(3).click({ modifiers: ['Shift'] })
  await desk.page.getByTestId('bulk-tag').click()
  await desk.page.getByText('Summer').click()
  expect(await faultsOf(desk.page, 'any rule')).toEqual([])
  await desk.page.getByTestId('bulk-tag-on').click()
  await expect.poll(outcomes).toEqual(['3 done'])
  await expect.poll(tagged).toBe(3)
  await bar().waitFor({ state: 'hidden' })
  await desk.page.reload()
  await expect.poll(outcomes).toEqual(['3 done'])
  expect(await faultsOf(desk.page, 'any rule')).toEqual([])
  await desk.page.getByTestId('bulk-undo').click()
  await expect.poll(tagged).toBe(0)
  await expect.poll(() => wordsOf(desk.page.getByTestId('bulk-run'))).toContain('Undo: Put on “Summer”')
  await desk.page.getByTestId('bulk-dismiss').click()
  await desk.page.getByTestId('bulk-run').waitFor({ state: 'hidden' })
  await desk.page.reload()
  await expect.poll(() => desk.rows.count()).toBe(5)
  expect(await desk.page.getByTestId('bulk-run').count()).toBe(0)
})

test('what cannot be done to one is done to the others, and says to which not and why', async () => {
  await pick(4).click()
  await pick(5).click()
  await desk.page.getByTestId('bulk-close').click()
  await desk.page.getByTestId('bulk-close-confirm').click()
  await expect.poll(outcomes).toEqual(['2 done'])
  await expect.poll(() => desk.rows.count()).toBe(3)
  await desk.open('Guest 3')
  await expect.poll(desk.texts).toEqual(['Question 3'])
  const id = new URL(desk.page.url()).pathname.split('/').at(-1)
  await ask(ada, scene, 'mutation($id: ID!) { closeChat(chatId: $id, closing: { full: true }) { __typename } }', { id })
  await desk.tab('closed')
  await desk.rows.filter({ hasText: 'Guest 4' }).waitFor()
  await expect.poll(() => desk.rows.count()).toBe(3)
  await pick(3).click()
  await desk.page.getByTestId('bulk-all').click()
  await desk.page.getByTestId('bulk-reopen').click()
  await expect.poll(async () => (await outcomes())[0]).toBe('2 done · 1 not done')
  await desk.page.getByTestId('bulk-why').click()
  const failures = desk.page.getByTestId('bulk-failures')
  await expect.poll(() => wordsOf(failures)).toMatch(/Guest 3\s*#3\s.*closed for good/i)
  await failures.getByRole('link').click()
  await expect.poll(desk.texts).toEqual(['Question 3'])
  await desk.tab('mine')
  await expect.poll(() => desk.rows.count()).toBe(2)
})

test('all that fit a filter are reached, those too that the screen has not loaded', async () => {
  for (let n = 6; n <= 60; n += 1) await (await startVisitor(scene, `Guest ${n}`, `203.0.113.${n}`)).say('Many of us')
  await desk.page.goto(
    `/w/acme/inbox?f=${encodeURIComponent(JSON.stringify({ all: [{ field: 'text', is: 'contains', value: 'Many of us' }] }))}`,
  )
  await expect.poll(() => wordsOf(desk.page.getByTestId('filter-count'))).toBe('55 chats')
  await desk.page.getByTestId('chat-row').first().hover()
  await desk.page.getByTestId('pick').first().click()
  await desk.page.getByTestId('bulk-all').click()
  await expect.poll(counted).toBe('55 chats chosen')
  await desk.page.getByTestId('bulk-transfer').click()
  await desk.page.getByRole('dialog').getByText('Bea').click()
  await desk.page.getByTestId('transfer-confirm').click()
  await expect.poll(async () => (await outcomes())[0]).toBe('55 done')
  expect(await heldByBea()).toBe(55)
})

test('what is under way is stopped where it is, and what was done is put back', async () => {
  await desk.page.getByTestId('bulk-dismiss').first().click()
  // However fast the hub is, it comes no further than this one before it is told to stop.
  const midway = (await others()).find(({ customer }) => customer.name === 'Guest 30')
  const letGo = await scene.hold(midway?.id ?? '')
  await desk.page.getByTestId('pick').first().click()
  await desk.page.getByTestId('bulk-all').click()
  await desk.page.getByTestId('bulk-transfer').click()
  await desk.page.getByRole('dialog').getByText('Support', { exact: true }).click()
  await desk.page.getByTestId('transfer-confirm').click()
  await Promise.all([
    desk.page.waitForRequest((request) => request.postData()?.includes('CancelBulk') ?? false),
    desk.page.getByTestId('bulk-stop').click(),
  ])
  await letGo()
  await expect.poll(async () => (await outcomes())[0]).toMatch(/^(none|\d+) done · stopped$/)
  const moved = Number.parseInt((await outcomes())[0] ?? '', 10) || 0
  expect(moved).toBeLessThan(55)
  expect(await heldByBea()).toBe(55 - moved)
  await desk.page.getByTestId('bulk-undo').first().click()
  await expect.poll(heldByBea).toBe(55)
})

test('no page had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
