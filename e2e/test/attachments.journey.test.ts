import type { Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor } from '../src/visitor.ts'

let scene: Scene
let sams: Desk

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  sams = await openDesk(await addColleague(scene, ada, 'Sam', { groupIds: groups.map(({ id }) => id) }))
  await (await startVisitor(scene, 'Maria')).say('Can you send me the plan?')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
  await sams.composer.waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const staged = () => sams.page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
const sent = () => wordsOf(sams.page.getByTestId('message').last())
/** Puts a file where the composer is, as the clipboard or a hand that drags does. */
const bring = (kind: 'paste' | 'drop', name: string) =>
  sams.composer.evaluate(
    (field, [event, file]) => {
      const data = new DataTransfer()
      data.items.add(new File(['first floor'], file as string, { type: 'text/plain' }))
      const given = { bubbles: true, cancelable: true }
      field.dispatchEvent(
        event === 'paste'
          ? new ClipboardEvent('paste', { ...given, clipboardData: data })
          : new DragEvent('drop', { ...given, dataTransfer: data }),
      )
    },
    [kind, name],
  )

test.each([
  ['picked with the clip', 'clip.txt'],
  ['pasted', 'paste.txt'],
  ['dropped', 'drop.txt'],
])('a file that is %s stands above the field and goes with the message', async (how, name) => {
  if (how.startsWith('picked'))
    await sams.page.getByTestId('file-input').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('first floor') })
  else await bring(how === 'pasted' ? 'paste' : 'drop', name)
  await expect.poll(() => wordsOf(staged())).toContain(name)
  await expect.poll(() => wordsOf(staged())).toMatch(/11 byte/)
  await sams.page.getByTestId('send').click()
  await expect.poll(sent).toContain(name)
  await expect.poll(() => staged().count()).toBe(0)
})

test('how far a large one is stands beside it, and it is given up by a click; what was written stays', async () => {
  const line = await sams.page.context().newCDPSession(sams.page)
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 })
  await sams.composer.fill('Here it is')
  await sams.page
    .getByTestId('file-input')
    .setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.alloc(1_500_000, 'a') })
  await expect.poll(() => wordsOf(staged())).toMatch(/[1-9]\d?\s?%/)
  await sams.page.getByRole('button', { name: 'Remove plan.txt' }).click()
  await expect.poll(() => staged().count()).toBe(0)
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
  await expect.poll(() => sams.composer.inputValue()).toBe('Here it is')
  await sams.send()
  await expect.poll(async () => (await sams.texts()).at(-1)).toBe('Here it is')
  expect(await sent()).not.toContain('plan.txt')
})

test('what is sent while its file is still on the way goes with it as soon as it is there, unless the file is taken off', async () => {
  const held: Route[] = []
  await sams.page.route('**/files**', (route) => void held.push(route))
  const due = () => wordsOf(sams.page.getByTestId('due'))
  await sams.composer.fill('The second floor')
  await bring('paste', 'second.txt')
  await expect.poll(() => held.length).toBe(1)
  await sams.composer.press('Enter')
  await expect.poll(due).toBe('Goes as soon as its files are uploaded')
  await sams.page.getByRole('button', { name: 'Remove second.txt' }).click()
  await expect.poll(due).toBe('')
  expect(await sams.composer.inputValue()).toBe('The second floor')
  await bring('paste', 'third.txt')
  await expect.poll(() => held.length).toBe(2)
  await sams.composer.press('Enter')
  await expect.poll(due).not.toBe('')
  await held[1]?.continue()
  await expect.poll(sent).toContain('third.txt')
  expect(await sent()).toContain('The second floor')
  expect(await sams.composer.inputValue()).toBe('')
  await sams.page.unroute('**/files**')
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults.filter((fault) => !/ERR_ABORTED/.test(fault))).toEqual([])
})
