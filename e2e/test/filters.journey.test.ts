import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let desk: Desk
let colleague: Desk
let maria: Visitor

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const bea = await addColleague(scene, ada, 'Bea', {})
  maria = await startVisitor(scene, 'Maria')
  await maria.say('Where is my bicycle?')
  await (await startVisitor(scene, 'João')).say('I want to pay')
  await (await startVisitor(scene, 'Катя')).say('Do you have a bicycle?')
  desk = await openDesk(ada)
  colleague = await openDesk(bea)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const press = (...keys: string[]) => keys.reduce((before, key) => before.then(() => desk.page.keyboard.press(key)), Promise.resolve())
const type = (text: string) => desk.page.keyboard.type(text)
const panel = () => desk.page.getByTestId('filter-panel')
const chips = () => desk.page.getByTestId('filter-chip')
const count = () => wordsOf(desk.page.getByTestId('filter-count'))
const names = async (on = desk) =>
  (await on.rows.allInnerTexts()).map((row) => ['Maria', 'João', 'Катя', 'Lúcia'].find((name) => row.includes(name)) ?? row)
const tabs = async (on = desk) => (await on.page.getByTestId('filter-tab').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))

test('conditions are put together by key alone, and list and count follow each letter', async () => {
  await press('Shift+F')
  await panel().waitFor()
  await expect.poll(count).toBe('3 chats')
  await desk.page.getByTestId('filter-add').press('Enter')
  await desk.page.getByRole('menuitem', { name: 'Text' }).waitFor()
  await type('Text')
  await press('Enter')
  await desk.page.getByTestId('condition-value').waitFor()
  await expect.poll(() => desk.page.getByTestId('condition-value').evaluate((field) => field === document.activeElement)).toBe(true)
  await type('bicycle')
  await expect.poll(count).toBe('2 chats')
  await expect.poll(async () => (await names()).sort()).toEqual(['Maria', 'Катя'])
  await press('Enter')
  await desk.page.getByTestId('condition-editor').waitFor({ state: 'hidden' })
  await expect.poll(() => wordsOf(chips())).toContain('Text: contains “bicycle”')
})

test('the address says what is shown, and says it again after a reload', async () => {
  await expect
    .poll(() => JSON.parse(new URL(desk.page.url()).searchParams.get('f') ?? 'null'))
    .toEqual({ all: [{ field: 'text', is: 'contains', value: 'bicycle' }] })
  await desk.page.reload()
  await expect.poll(async () => (await names()).sort()).toEqual(['Maria', 'Катя'])
  await expect.poll(count).toBe('2 chats')
})

test('a chat comes into the list and leaves it as things happen', async () => {
  const lucia = await startVisitor(scene, 'Lúcia')
  await lucia.say('Hello')
  await lucia.say('My bicycle squeaks')
  await expect.poll(() => names()).toEqual(['Lúcia', 'Катя', 'Maria'])
  await expect.poll(count).toBe('3 chats')
  // In the queue or being served: once it is closed it does not fit any more.
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'State' }).click()
  await expect.poll(() => wordsOf(chips())).toContain('State: in the queue, being served')
  await press('Escape')
  await desk.open('Lúcia')
  await desk.take()
  await expect.poll(() => names()).toEqual(['Lúcia', 'Катя', 'Maria'])
  await ask(ada, scene, 'mutation($id: ID!) { closeChat(chatId: $id) { __typename } }', {
    id: new URL(desk.page.url()).pathname.split('/').at(-1),
  })
  await expect.poll(() => names()).toEqual(['Катя', 'Maria'])
  await expect.poll(count).toBe('2 chats')
})

test('a group of its own joins its conditions the other way', async () => {
  await desk.page.goto('/w/acme/inbox')
  await expect.poll(async () => (await names()).length).toBeGreaterThan(0)
  await press('Shift+F')
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'In a new group, any of' }).hover()
  await expect.poll(() => desk.page.getByRole('menuitem', { name: 'Name' }).count()).toBe(2)
  await desk.page.getByRole('menuitem', { name: 'Name' }).last().click()
  await desk.page.getByTestId('condition-value').fill('maria')
  await expect.poll(() => names()).toEqual(['Maria'])
  await desk.page.getByRole('button', { name: 'Add a condition to this group' }).click()
  await desk.page.getByRole('menuitem', { name: 'Name' }).click()
  await desk.page.getByTestId('condition-value').fill('joao')
  await expect.poll(async () => (await names()).sort()).toEqual(['João', 'Maria'])
  await press('Escape')
})

test('is saved as a tab with its figure, own or for everybody', async () => {
  await desk.page.getByTestId('filter-save').click()
  await desk.page.getByTestId('filter-name').fill('Two of them')
  await desk.page.getByTestId('filter-scope').click()
  await desk.page.getByRole('option', { name: 'Everybody' }).click()
  await desk.page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(() => tabs()).toEqual(['Two of them 2'])
  await expect.poll(() => new URL(desk.page.url()).searchParams.get('f')).toBe(null)
  // To each his own figure: what waits in a group he does not belong to is not counted.
  await expect.poll(() => tabs(colleague)).toEqual([expect.stringMatching(/^Two of them/)])
  await colleague.page.getByTestId('filter-tab').click()
  await colleague.page.getByTestId('filter-panel').waitFor()
  expect(await colleague.page.getByTestId('filter-edit').count()).toBe(0)
})

test('tabs are moved by key, and put away in the list of all', async () => {
  await desk.page.getByTestId('filter-leave').click()
  await panel().waitFor({ state: 'hidden' })
  await press('Shift+F')
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'Unread messages' }).click()
  await press('Escape')
  await desk.page.getByTestId('filter-save').click()
  await desk.page.getByTestId('filter-name').fill('Unread')
  await press('Enter')
  await expect.poll(async () => (await tabs()).map((tab) => tab.replace(/ \d+$/, ''))).toEqual(['Two of them', 'Unread'])
  // A dialog that goes gives the keys back to where they were before it.
  await desk.page.getByTestId('filter-name').waitFor({ state: 'detached' })
  await desk.page.getByTestId('filter-tab').last().press('Shift+ArrowLeft')
  await expect.poll(async () => (await tabs()).map((tab) => tab.replace(/ \d+$/, ''))).toEqual(['Unread', 'Two of them'])
  await desk.page.reload()
  await expect.poll(async () => (await tabs()).map((tab) => tab.replace(/ \d+$/, ''))).toEqual(['Unread', 'Two of them'])
  await desk.page.getByTestId('filter-arrange').click()
  await desk.page.getByRole('switch', { name: 'Show “Unread” as a tab' }).click()
  await press('Escape')
  await expect.poll(async () => (await tabs()).map((tab) => tab.replace(/ \d+$/, ''))).toEqual(['Two of them'])
})

test("asks for the company's own fields, follows a profile as it changes, and says so once a field is archived", async () => {
  const { createCustomerField: plan } = await ask<any>(
    ada,
    scene,
    'mutation { createCustomerField(label: "Plan", type: choice, options: ["Gold", "Silver"]) { ... on CustomerField { id } } }',
  )
  const { filteredChats } = await ask<any>(
    ada,
    scene,
    'query($f: JSON!) { filteredChats(filter: $f, first: 1) { edges { node { customer { id version } } } } }',
    { f: { all: [{ field: 'name', is: 'is', value: 'Maria' }] } },
  )
  const maria = filteredChats.edges[0].node.customer
  await desk.page.goto('/w/acme/inbox')
  await expect.poll(async () => (await names()).length).toBeGreaterThan(0)
  await press('Shift+F')
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'Plan' }).click()
  await desk.page.getByTestId('condition-values').click()
  await desk.page.getByRole('option', { name: 'Gold' }).click()
  await expect.poll(count).toBe('no chats')
  await ask(
    ada,
    scene,
    'mutation($id: ID!, $v: Int!, $f: ID!) { updateCustomer(customerId: $id, version: $v, values: [{ fieldId: $f, values: ["Gold"] }]) { __typename } }',
    { id: maria.id, v: maria.version, f: plan.id },
  )
  await expect.poll(() => names()).toEqual(['Maria'])
  await expect.poll(count).toBe('1 chat')
  await expect.poll(() => wordsOf(chips())).toContain('Plan: Gold')
  await desk.page.reload()
  await expect.poll(() => wordsOf(chips())).toContain('Plan: Gold')
  await ask(ada, scene, 'mutation($f: ID!) { archiveCustomerField(fieldId: $f, archived: true) { __typename } }', { f: plan.id })
  await expect.poll(() => wordsOf(chips())).toContain('Plan (no longer asked): Gold')
  await expect.poll(() => names()).toEqual(['Maria'])
  const gone = { all: [{ field: 'custom', id: maria.id, is: 'any', values: ['Gold'] }] }
  await desk.page.goto(`/w/acme/inbox?f=${encodeURIComponent(JSON.stringify(gone))}`)
  await expect.poll(() => wordsOf(chips())).toContain('(field that is gone): Gold')
  await expect.poll(count).toBe('no chats')
})

test('asks for several tags together, and for a period', async () => {
  const tag = async (name: string) =>
    (await ask<any>(ada, scene, 'mutation($n: String!) { createTag(name: $n, colour: red) { ... on Tag { id } } }', { n: name })).createTag
      .id
  const [urgent, invoice] = [await tag('Urgent'), await tag('Invoice')]
  const chatOf = async (name: string) =>
    (
      await ask<any>(ada, scene, 'query($f: JSON!) { filteredChats(filter: $f, first: 1) { edges { node { id } } } }', {
        f: { all: [{ field: 'name', is: 'is', value: name }] },
      })
    ).filteredChats.edges[0].node.id
  const put = async (name: string, tagId: string) =>
    ask(ada, scene, 'mutation($c: ID!, $t: ID!) { tagChat(chatId: $c, tagId: $t, on: true) { __typename } }', {
      c: await chatOf(name),
      t: tagId,
    })
  await put('Maria', urgent)
  await put('Maria', invoice)
  await put('João', urgent)
  await desk.page.goto('/w/acme/inbox')
  await expect.poll(async () => (await names()).length).toBeGreaterThan(0)
  await press('Shift+F')
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'Tags of the chat' }).click()
  await desk.page.getByTestId('condition-values').click()
  await desk.page.getByRole('option', { name: 'Urgent' }).click()
  await desk.page.getByRole('option', { name: 'Invoice' }).click()
  await expect.poll(async () => (await names()).sort()).toEqual(['João', 'Maria'])
  await press('Escape')
  await desk.page.getByTestId('condition-test').click()
  await desk.page.getByRole('option', { name: 'all of these tags' }).click()
  await expect.poll(() => names()).toEqual(['Maria'])
  // Chats of today are none of the longer ago.
  await desk.page.getByTestId('filter-add').click()
  await desk.page.getByRole('menuitem', { name: 'Opened' }).click()
  await expect.poll(() => wordsOf(chips())).toContain('Opened: within the last')
  await expect.poll(() => names()).toEqual(['Maria'])
  await desk.page.getByTestId('condition-test').click()
  await desk.page.getByRole('option', { name: 'longer ago than' }).click()
  await expect.poll(count).toBe('no chats')
})

test('a section takes the place of the filter', async () => {
  await desk.tab('new')
  await panel().waitFor({ state: 'hidden' })
  await expect.poll(() => new URL(desk.page.url()).search).toBe('')
})
