import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
/** Ada is the admin; Sam serves Maria, and Bea sees his chats. */
let ada: BrowserContext
let adas: Desk
let sams: Desk
let beas: Desk

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  adas = await openDesk(ada)
  sams = await openDesk(await addColleague(scene, ada, 'Sam', { groupIds }))
  beas = await openDesk(await addColleague(scene, ada, 'Bea', { groupIds }))
  await (await startVisitor(scene, 'Maria')).say('Where is my parcel?')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
  await sams.page.getByTestId('holder').getByText('Sam (you)').waitFor()
  await beas.tab('others')
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const dialog = () => adas.page.getByRole('dialog')
const row = (name: string) => adas.page.getByTestId('tag-row').filter({ hasText: name })
const ofChat = () => sams.page.getByTestId('chat-tags').getByTestId('tag')
const inBeasList = () => beas.rows.filter({ hasText: 'Maria' }).getByTestId('tag')
const colourOf = (desk: Desk, name: string) =>
  desk.page
    .getByTestId('tag')
    .filter({ hasText: name })
    .first()
    .evaluate((tag) => getComputedStyle(tag).backgroundColor)
async function describeTag(name: string, colour: string): Promise<void> {
  await dialog().getByLabel('Name').fill(name)
  await dialog().getByText(colour, { exact: true }).click()
  await dialog().locator('button[type=submit]').click()
}
async function put(desk: Desk, name: string): Promise<void> {
  await desk.page.getByTestId('chat-tags').getByTestId('tag-add').click()
  await desk.page.getByRole('option', { name }).click()
  await desk.page.keyboard.press('Escape')
}

test('an admin makes tags, each with a name of its own and a colour', async () => {
  await adas.page.goto('/w/acme/settings/tags')
  await adas.page.getByTestId('tag-create').click()
  await describeTag('Urgent', 'Red')
  await row('Urgent').waitFor()
  await adas.page.getByTestId('tag-create').click()
  await describeTag('urgent', 'Blue')
  await expect.poll(() => wordsOf(dialog().getByRole('alert'))).not.toBe('')
  await describeTag('In a hurry', 'Orange')
  await row('In a hurry').waitFor()
  expect(await adas.page.getByTestId('tag-row').count()).toBe(2)
  expect(await colourOf(adas, 'Urgent')).not.toBe(await colourOf(adas, 'In a hurry'))
})

test('an operator puts them on a chat; colleagues see them in their list at once, in the same colours', async () => {
  await put(sams, 'In a hurry')
  await put(sams, 'Urgent')
  await expect.poll(() => inBeasList().allInnerTexts()).toEqual(['In a hurry', 'Urgent'])
  expect(await colourOf(beas, 'Urgent')).toBe(await colourOf(adas, 'Urgent'))
  await sams.page.getByRole('button', { name: 'Take off Urgent' }).click()
  await expect.poll(() => inBeasList().allInnerTexts()).toEqual(['In a hurry'])
})

test('who does not manage tags makes none', async () => {
  await sams.page.getByTestId('chat-tags').getByTestId('tag-add').click()
  await sams.page.getByPlaceholder('Search tags').fill('Something new')
  await sams.page.getByText('No tag “Something new”').waitFor()
  expect(await sams.page.getByText('Make “Something new”').count()).toBe(0)
  await sams.page.keyboard.press('Escape')
})

test('a tag that is called otherwise or has another colour is so on every screen', async () => {
  await adas.page.getByRole('button', { name: 'Edit: In a hurry' }).click()
  await describeTag('Hurried', 'Violet')
  for (const tags of [ofChat, inBeasList]) await expect.poll(() => tags().allInnerTexts()).toEqual(['Hurried'])
  await expect.poll(() => wordsOf(row('Hurried'))).toContain('1 chat')
  expect(await colourOf(beas, 'Hurried')).toBe(await colourOf(adas, 'Hurried'))
})

test('one that means the same is merged into another: what carried it carries the other', async () => {
  await adas.page.getByRole('button', { name: 'More actions: Hurried' }).click()
  await adas.page.getByRole('menuitem', { name: 'Merge into another' }).click()
  await dialog().getByText('It is on 1 chat and no customers.').waitFor()
  await dialog().getByLabel('Into').click()
  await adas.page.getByRole('option', { name: 'Urgent' }).click()
  await dialog().getByRole('button', { name: 'Merge into another' }).click()
  for (const tags of [ofChat, inBeasList]) await expect.poll(() => tags().allInnerTexts()).toEqual(['Urgent'])
  await expect.poll(() => adas.page.getByTestId('tag-row').count()).toBe(1)
})

test('one that a colleague deletes while it is being edited is not made again', async () => {
  await adas.page.getByTestId('tag-create').click()
  await describeTag('Short-lived', 'Blue')
  await adas.page.getByRole('button', { name: 'Edit: Short-lived' }).click()
  await dialog().getByLabel('Name').fill('Long-lived')
  const { tags } = await ask<{ tags: { id: string; name: string }[] }>(ada, scene, '{ tags { id name } }')
  const id = tags.find(({ name }) => name === 'Short-lived')?.id
  await ask(ada, scene, 'mutation($id: ID!) { deleteTag(tagId: $id) { __typename } }', { id })
  await expect.poll(() => row('Short-lived').count()).toBe(0)
  await dialog().getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => wordsOf(dialog().getByRole('alert'))).not.toBe('')
  await dialog().getByRole('button', { name: 'Cancel' }).click()
  expect(await adas.page.getByTestId('tag-row').count()).toBe(1)
})

test('one that is deleted is on nothing any longer', async () => {
  await adas.page.getByRole('button', { name: 'More actions: Urgent' }).click()
  await adas.page.getByRole('menuitem', { name: 'Delete' }).click()
  await dialog().getByText('“Urgent” is taken off everything, for good.').waitFor()
  await dialog().getByRole('button', { name: 'Delete' }).click()
  for (const tags of [ofChat, inBeasList]) await expect.poll(() => tags().count()).toBe(0)
  await adas.page.getByText('No tags yet').waitFor()
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
