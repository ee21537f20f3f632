import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
/** Ada looks at the team; Sam comes, goes and is served chats. */
let adas: Desk
let sam: BrowserContext
let sams: Desk

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  sam = await addColleague(scene, ada, 'Sam', { groupIds: groups.map(({ id }) => id) })
  adas = await openDesk(ada)
  sams = await openDesk(sam)
  await adas.page.getByRole('link', { name: 'Team' }).click()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const colleague = () => adas.page.getByTestId('colleague').filter({ hasText: 'Sam' })
const presence = () => colleague().getAttribute('data-presence')

/** What his own screen says he is. */
const own = (desk: Desk) => desk.page.getByTestId('me').getAttribute('aria-label')

test('whoever opens the desk reads that he is online, as his colleagues do', async () => {
  await expect.poll(presence).toBe('online')
  await expect.poll(() => own(sams)).toBe('Sam, Online: your menu')
  await expect.poll(() => own(adas)).toBe('Ada, Online: your menu')
})

test('each chooses whether he is online, busy or offline, and the team sees it at once', async () => {
  for (const name of ['Online', 'Busy', 'Offline', 'Online'] as const) {
    await sams.choosePresence(name)
    await expect.poll(presence).toBe(name.toLowerCase())
    await expect.poll(() => own(sams)).toBe(`Sam, ${name}: your menu`)
    await expect.poll(() => wordsOf(colleague())).toContain(name)
  }
})

test('the list of the team says how many chats each has', async () => {
  await (await startVisitor(scene, 'Maria')).say('Hello')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
  await expect.poll(() => wordsOf(colleague())).toMatch(/\b1\b/)
})

test('whose last console is gone is offline a minute later, and what he chose again when he is back', { timeout: 200_000 }, async () => {
  const second = await openDesk(sam)
  await sams.page.close()
  await adas.page.waitForTimeout(3_000)
  expect(await presence()).toBe('online')
  await second.page.close()
  await expect.poll(presence, { timeout: 120_000 }).toBe('offline')
  sams = await openDesk(sam)
  await expect.poll(presence).toBe('online')
  await expect.poll(() => own(sams)).toBe('Sam, Online: your menu')
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
