import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, addGroup, ask, emailOf, password, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
/** Sam answers for Support, where new chats of the website go; Bea for Billing. */
let sam: BrowserContext
let ada: BrowserContext
let samsDesk: Desk
let beasDesk: Desk

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const billing = await addGroup(scene, ada, 'Billing')
  const { groups } = await ask<{ groups: { id: string; name: string }[] }>(ada, scene, '{ groups { id name } }')
  const support = groups.find(({ id }) => id !== billing)?.id ?? ''
  sam = await addColleague(scene, ada, 'Sam', { groupIds: [support] })
  const bea = await addColleague(scene, ada, 'Bea', { groupIds: [billing] })
  samsDesk = await openDesk(sam)
  beasDesk = await openDesk(bea)
  await (await startVisitor(scene, 'Maria')).say('My invoice is wrong')
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const newTab = (desk: Desk) => wordsOf(desk.page.getByTestId('section-new'))

test('an operator sees the chats of own groups, and of others neither the chat nor its count', async () => {
  await samsDesk.tab('new')
  await beasDesk.tab('new')
  await expect.poll(() => wordsOf(samsDesk.rows)).toContain('My invoice is wrong')
  await expect.poll(() => newTab(samsDesk)).toMatch(/^New\s*1$/)
  await beasDesk.page.reload()
  await beasDesk.tab('new')
  await beasDesk.page.getByText('No new chats').waitFor()
  await expect.poll(() => newTab(beasDesk)).toBe('New')
  expect(await beasDesk.rows.count()).toBe(0)
})

test('what a colleague of another group serves is not among the chats of others', async () => {
  await samsDesk.open('Maria')
  await samsDesk.take()
  await expect.poll(() => newTab(samsDesk)).toBe('New')
  await beasDesk.tab('others')
  await beasDesk.page.getByText('Nobody else holds a chat').waitFor()
  expect(await beasDesk.rows.count()).toBe(0)
})

test('an operator is shown no settings but those of the own account, and no other company', async () => {
  await beasDesk.page.goto('/w/acme/settings/channels')
  await beasDesk.page.getByText('Nothing here').waitFor()
  await beasDesk.page.goto('/w/acme/settings/account')
  await beasDesk.page.getByRole('heading', { name: 'Account' }).waitFor()
  await beasDesk.page.goto('/w/another-company/inbox')
  await beasDesk.page.getByText('Nothing here').waitFor()
  await beasDesk.page.goto('/w/acme/inbox')
})

test('a chat that is moved to another group leaves the desk of the giver at once and waits on the other', async () => {
  const { page } = samsDesk
  await page.getByTestId('transfer').click()
  await page.getByText('Billing', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Comment' }).fill('Wrong amount, says the customer.')
  await page.getByTestId('transfer-confirm').click()
  await page.getByText('Chat #1 has moved out of your sight', { exact: true }).first().waitFor()
  await expect.poll(() => samsDesk.rows.count()).toBe(0)
  await expect.poll(() => new URL(page.url()).pathname).toBe('/w/acme/inbox')
  await beasDesk.tab('new')
  await expect.poll(() => wordsOf(beasDesk.rows)).toContain('My invoice is wrong')
  await beasDesk.open('Maria')
  await expect.poll(() => wordsOf(beasDesk.page.getByTestId('comment'))).toContain('Wrong amount, says the customer.')
})

test('a link to a chat that is not one’s to see looks like a link to nothing', async () => {
  const { page } = samsDesk
  const lost = '/w/acme/inbox/01900000-0000-7000-8000-000000000000'
  for (const path of [new URL(beasDesk.page.url()).pathname, lost]) {
    await page.goto(path)
    await page.getByText('This chat is not here').waitFor()
    expect(await page.getByTestId('message').count()).toBe(0)
  }
})

test('a supervisor whom the admin puts over one group sees all of its chats, and of the others neither a chat nor a count', async () => {
  const lea = await openDesk(await addColleague(scene, ada, 'Lea', { role: 'supervisor' }))
  await (await startVisitor(scene, 'Jonas')).say('Where is my parcel?')
  const all = async () => wordsOf(lea.page.getByTestId('section-all'))
  await expect.poll(all).toMatch(/^All\s*2$/)
  const { page } = await openDesk(ada)
  await page.goto('/w/acme/settings/groups')
  await page.getByRole('button', { name: 'Edit: Billing' }).click()
  await page.getByLabel('Supervisors').click()
  await page.getByRole('option', { name: 'Lea' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(all).toMatch(/^All\s*1$/)
  await lea.tab('all')
  await expect.poll(() => lea.rows.count()).toBe(1)
  expect(await wordsOf(lea.rows)).toContain('Maria')
})

test('a session that is ended from another browser leads to the door, and what was being written is kept', async () => {
  const { page } = beasDesk
  await beasDesk.take()
  await beasDesk.composer.fill('Half an ans')
  const chat = new URL(page.url()).pathname
  const other = await (await scene.visit()).newPage()
  await signIn(other, '/w/acme/settings/account')
  const sessions = other.getByTestId('session')
  await expect.poll(() => sessions.count()).toBe(2)
  await sessions.getByRole('button', { name: 'End' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.getByText('Please sign in. Your drafts are kept.').waitFor()
  await expect.poll(() => sessions.count()).toBe(1)
  await fillIn(page)
  await expect.poll(() => new URL(page.url()).pathname).toBe(chat)
  await expect.poll(() => beasDesk.composer.inputValue()).toBe('Half an ans')
})

test('no page asked another host or had an error but for the ended session', () => {
  expect(scene.watch.faults.filter((fault) => !/status of 401/.test(fault))).toEqual([])
})

async function signIn(page: Desk['page'], path: string): Promise<void> {
  await page.goto(path)
  await fillIn(page)
}

async function fillIn(page: Desk['page']): Promise<void> {
  await page.getByLabel('E-mail').fill(emailOf('Bea'))
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
