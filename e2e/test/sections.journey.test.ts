import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
/** Ada is the admin, Sam and Bea answer for Support. */
let ada: BrowserContext
let adas: Desk
let sams: Desk
let beas: Desk
let maria: Visitor

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  adas = await openDesk(ada)
  sams = await openDesk(await addColleague(scene, ada, 'Sam', { groupIds }))
  beas = await openDesk(await addColleague(scene, ada, 'Bea', { groupIds }))
  maria = await startVisitor(scene, 'Maria')
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const figure = (desk: Desk, name: string) => wordsOf(desk.page.getByTestId(`section-${name}`))
const head = (desk: Desk, name: string) => wordsOf(desk.page.getByTestId(`head-${name}`))

test('an admin says after how many minutes a chat counts as waiting', async () => {
  const { page } = adas
  await page.goto('/w/acme/settings/workspace')
  await page.getByLabel('Minutes until a chat counts as waiting').fill('1')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved', { exact: true }).first().waitFor()
  await page.goto('/w/acme/inbox')
})

test('a new chat is there for everybody, with its number beside the section', async () => {
  await maria.say('Where is my parcel?')
  for (const desk of [sams, beas]) {
    await expect.poll(() => figure(desk, 'new')).toMatch(/1$/)
    await desk.tab('new')
    await expect.poll(() => wordsOf(desk.rows)).toContain('Maria')
  }
})

test('the first answer takes it, and it is no longer new for the others', async () => {
  await sams.open('Maria')
  await expect.poll(() => sams.composer.getAttribute('placeholder')).toBe('Answer and take this chat…')
  await sams.write('I will look')
  await expect.poll(() => wordsOf(sams.page.getByTestId('holder'))).toContain('Sam (you)')
  await expect.poll(() => beas.rows.count()).toBe(0)
  await sams.tab('mine')
  await expect.poll(() => head(sams, 'open')).toMatch(/Open\s+1/)
})

test('colleagues find it among those of others, with the picture of who has it', async () => {
  await expect.poll(() => figure(beas, 'others')).toMatch(/1$/)
  await beas.tab('others')
  await beas.rows.filter({ hasText: 'Maria' }).getByTitle('Sam', { exact: true }).waitFor()
})

test('what is not read stands under Unread until it is read', async () => {
  await sams.page.getByRole('link', { name: 'Team' }).click()
  await maria.say('Any news?')
  await sams.page
    .getByRole('link', { name: /Chats|Inbox/ })
    .first()
    .click()
  await sams.tab('mine')
  await expect.poll(() => head(sams, 'unread')).toMatch(/Unread\s+1/)
  await sams.open('Maria')
  await expect.poll(() => sams.page.getByTestId('head-unread').count()).toBe(0)
  await expect.poll(() => head(sams, 'open')).toMatch(/Open\s+1/)
})

test('who waits for longer than that moves to Waiting by himself, and is open again once he is answered', {
  timeout: 150_000,
}, async () => {
  await expect.poll(() => head(sams, 'waiting'), { timeout: 110_000 }).toMatch(/Waiting\s+1/)
  expect(await sams.page.getByTestId('head-open').count()).toBe(0)
  await sams.write('It is in Lisbon.')
  await expect.poll(() => head(sams, 'open')).toMatch(/Open\s+1/)
  expect(await sams.page.getByTestId('head-waiting').count()).toBe(0)
})

test('who leads sees it among all open chats; an operator has no such list', async () => {
  await expect.poll(() => figure(adas, 'all')).toMatch(/1$/)
  await adas.tab('all')
  await expect.poll(() => wordsOf(adas.rows)).toContain('Maria')
  expect(await beas.page.getByTestId('section-all').count()).toBe(0)
})

test('a colleague who is called otherwise is so in the list at once', async () => {
  await expect.poll(() => wordsOf(adas.rows)).toContain('Sam: It is in Lisbon.')
  await sams.page.goto('/w/acme/settings/profile')
  await sams.page.getByTestId('profile-name').fill('Samuel')
  await sams.page.getByTestId('profile-save').click()
  await expect.poll(() => wordsOf(adas.rows)).toContain('Samuel: It is in Lisbon.')
  await beas.rows.filter({ hasText: 'Maria' }).getByTitle('Samuel', { exact: true }).waitFor()
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
