import { readFileSync } from 'node:fs'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { faultsOf } from '../src/looks.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let ada: BrowserContext
let leas: Desk
let beas: Desk

beforeAll(async () => {
  scene = await openScene()
  ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  const bea = await addColleague(scene, ada, 'Bea', { groupIds })
  leas = await openDesk(await addColleague(scene, ada, 'Lea', { role: 'supervisor', groupIds }))
  beas = await openDesk(bea)
  for (const name of ['Maria', 'João', 'Katya']) await (await startVisitor(scene, name)).say(`Hello, I am ${name}.`)
  await beas.tab('new')
  await beas.open('Maria')
  await beas.take()
  await beas.write('Good morning!')
  const { createTag } = await ask<{ createTag: { id: string } }>(
    ada,
    scene,
    'mutation { createTag(name: "Invoice", colour: teal) { ... on Tag { id } } }',
  )
  const { chats } = await ask<{ chats: { edges: { node: { id: string; customer: { name: string } } }[] } }>(
    ada,
    scene,
    '{ chats(section: all, first: 10) { edges { node { id customer { name } } } } }',
  )
  for (const { node } of chats.edges.filter((edge) => edge.node.customer.name !== 'Katya'))
    await ask(
      ada,
      scene,
      'mutation($c: ID!, $t: ID!) { tagChat(chatId: $c, tagId: $t, on: true) { __typename ... on Refusal { code } } }',
      {
        c: node.id,
        t: createTag.id,
      },
    )
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const figure = async (desk: Desk, key: string) => (await wordsOf(desk.page.getByTestId(`report-${key}`))).replace(/\s+/g, ' ')
const row = (desk: Desk, table: string, name: string) => desk.page.getByTestId(`report-${table}`).getByRole('row').filter({ hasText: name })
const cells = async (desk: Desk, table: string, name: string) =>
  (await row(desk, table, name).getByRole('cell').allInnerTexts()).map((text) => text.trim())

test('who leads reads what his operators did, by tag too', async () => {
  await expect.poll(beas.delivery).toMatch(/^(Sent|Delivered)/)
  await leas.page.getByRole('link', { name: 'Reports' }).click()
  await expect.poll(() => figure(leas, 'chats')).toBe('Chats 3')
  expect(await figure(leas, 'answered')).toBe('Answered 1')
  expect((await cells(leas, 'operators', 'Bea')).slice(0, 4)).toEqual(['1', '1', '0', '1'])
  expect((await cells(leas, 'operators', 'Nobody')).slice(0, 4)).toEqual(['2', '0', '0', '0'])
  expect(await cells(leas, 'tags', 'Invoice')).toEqual(['2', '0', '0'])
  expect(await faultsOf(leas.page, 'any rule')).toEqual([])
})

test('each figure opens the list of its chats, and the way back leads to the same report', async () => {
  await row(leas, 'tags', 'Invoice').getByRole('link').first().click()
  await expect.poll(() => leas.rows.count()).toBe(2)
  expect((await leas.rows.allInnerTexts()).join()).not.toContain('Katya')
  await leas.page.goBack()
  await row(leas, 'operators', 'Bea').getByRole('link').first().click()
  await expect.poll(() => leas.rows.count()).toBe(1)
  expect(await wordsOf(leas.rows.first())).toContain('Maria')
  await leas.page.goBack()
  await expect.poll(() => figure(leas, 'chats')).toBe('Chats 3')
})

test('period and filters stand in the address, and the file says the same as the screen', async () => {
  const { page } = leas
  await page.getByTestId('report-tagId').click()
  await page.getByRole('option', { name: 'Invoice' }).click()
  await expect.poll(() => figure(leas, 'chats')).toBe('Chats 2')
  await page.reload()
  await expect.poll(() => figure(leas, 'chats')).toBe('Chats 2')
  const download = page.waitForEvent('download')
  await page.getByTestId('report-download').click()
  const lines = readFileSync(await (await download).path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines.join()).toContain('Maria')
  expect(lines.join()).not.toContain('Katya')
  await page.getByTestId('report-period').click()
  await page.getByRole('option', { name: 'Last month' }).click()
  await expect.poll(() => figure(leas, 'chats')).toBe('Chats 0')
  expect(new URL(page.url()).searchParams.get('period')).toBe('lastMonth')
})

test('an operator reads figures of his own alone', async () => {
  const { page } = beas
  await page.getByRole('link', { name: 'Reports' }).click()
  await expect.poll(() => figure(beas, 'chats')).toBe('Chats 1')
  expect((await cells(beas, 'operators', 'Bea')).slice(0, 4)).toEqual(['1', '1', '0', '1'])
  expect(await page.getByTestId('report-operatorId').count()).toBe(0)
  expect(await page.getByTestId('report-operators').getByRole('row').filter({ hasText: 'Nobody' }).count()).toBe(0)
  expect(await page.getByTestId('report-visitors').count()).toBe(0)
  await page.getByTestId('report-chats').click()
  await expect.poll(() => beas.rows.count()).toBe(1)
})
