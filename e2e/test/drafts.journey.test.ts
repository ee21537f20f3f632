import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, deskOn, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
/** Sam serves Maria and Pedro; Lea leads, and Bea is another operator. */
let sams: Desk
let leas: Desk
let beas: Desk
let maria: Visitor

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  sams = await openDesk(await addColleague(scene, ada, 'Sam', { groupIds }))
  leas = await openDesk(await addColleague(scene, ada, 'Lea', { role: 'supervisor', groupIds }))
  beas = await openDesk(await addColleague(scene, ada, 'Bea', { groupIds }))
  maria = await startVisitor(scene, 'Maria')
  await maria.say('Can you send me the plan?')
  await (await startVisitor(scene, 'Pedro')).say('Are you open today?')
  for (const name of ['Pedro', 'Maria']) {
    await sams.tab('new')
    await sams.open(name)
    await sams.take()
    await sams.page.getByTestId('holder').getByText('Sam (you)').waitFor()
  }
  await sams.tab('mine')
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const staged = (desk = sams) => desk.page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
const quoted = () => sams.page.getByText('Replying to Maria', { exact: true })
const attach = (name: string, size = 11) =>
  sams.page.getByTestId('file-input').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.alloc(size, 'a') })

test('a file and the message that is answered wait with what is written, while one looks at another chat or writes a comment, and over a reload', async () => {
  await sams.messages.filter({ hasText: 'Can you send' }).hover()
  await sams.messages.getByRole('button', { name: 'Reply to Maria' }).click()
  await attach('plan.txt')
  await sams.composer.fill('Here it is')
  const isAllThere = async () => {
    await expect.poll(() => wordsOf(staged())).toMatch(/plan\.txt\s+11 byte/)
    await expect.poll(() => sams.composer.inputValue()).toBe('Here it is')
    await quoted().waitFor()
  }
  await isAllThere()
  await sams.open('Pedro')
  await expect.poll(() => sams.composer.inputValue()).toBe('')
  await expect.poll(async () => [await staged().count(), await quoted().count()]).toEqual([0, 0])
  await sams.rows.filter({ hasText: 'Maria' }).getByRole('img', { name: 'Draft' }).waitFor()
  await sams.open('Maria')
  await isAllThere()
  await sams.page.getByTestId('mode-comment').click()
  await sams.page.getByTestId('comment-field').waitFor()
  await expect.poll(() => staged().count()).toBe(0)
  await sams.page.getByTestId('mode-reply').click()
  await isAllThere()
  await sams.page.reload()
  await isAllThere()
  await sams.composer.press('Enter')
  const last = sams.messages.last()
  await expect.poll(() => wordsOf(last)).toContain('plan.txt')
  await expect.poll(() => wordsOf(last.locator('blockquote'))).toContain('Can you send me the plan?')
  await expect.poll(() => staged().count()).toBe(0)
  await sams.page.reload()
  await sams.composer.waitFor()
  await expect.poll(async () => [await staged().count(), await quoted().count()]).toEqual([0, 0])
})

test('a message that is being changed waits with its new words, while one looks at another chat and over a reload', async () => {
  await expect.poll(() => wordsOf(sams.messages.last())).toContain('Here it is')
  await sams.composer.press('ArrowUp')
  await sams.page.getByTestId('editing').waitFor()
  await sams.composer.fill('Here is the plan')
  await sams.open('Pedro')
  await expect.poll(() => sams.composer.inputValue()).toBe('')
  await sams.rows.filter({ hasText: 'Maria' }).getByRole('img', { name: 'Draft' }).waitFor()
  await sams.open('Maria')
  await sams.page.getByTestId('editing').waitFor()
  await expect.poll(() => sams.composer.inputValue()).toBe('Here is the plan')
  await sams.page.reload()
  await sams.page.getByTestId('editing').waitFor()
  await expect.poll(() => sams.composer.inputValue()).toBe('Here is the plan')
  await sams.composer.press('Enter')
  await expect.poll(() => wordsOf(sams.messages.last())).toContain('Here is the plan')
  await expect.poll(() => sams.composer.inputValue()).toBe('')
  await expect.poll(() => sams.page.getByTestId('editing').count()).toBe(0)
})

test('a file goes on being uploaded while one answers somebody else', async () => {
  const line = await sams.page.context().newCDPSession(sams.page)
  const speed = (uploadThroughput: number) =>
    line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput })
  await line.send('Network.enable')
  await speed(100_000)
  await attach('photos.txt', 900_000)
  await expect.poll(() => wordsOf(staged())).toMatch(/[1-9]\d?\s?%/)
  await sams.open('Pedro')
  await sams.write('Until six.')
  await expect.poll(async () => (await sams.texts()).at(-1)).toBe('Until six.')
  await speed(-1)
  await sams.open('Maria')
  await expect.poll(() => wordsOf(staged())).toMatch(/photos\.txt\s+\d+ kB/)
  await sams.page.getByTestId('send').click()
  await expect.poll(() => wordsOf(sams.messages.last())).toContain('photos.txt')
})

test('a file that was not sent for an hour says that it has to be attached again, and does not go', async () => {
  await attach('old.txt')
  await expect.poll(() => wordsOf(staged())).toContain('11 byte')
  const context = await scene.visit({ storageState: await sams.page.context().storageState() })
  const later = deskOn(await context.newPage())
  await later.page.clock.setFixedTime(Date.now() + 61 * 60_000)
  await later.page.goto(sams.page.url())
  await expect.poll(() => wordsOf(staged(later))).toContain('The hub keeps a file for an hour until it is sent. Attach it again.')
  await expect.poll(() => later.page.getByTestId('send').isDisabled()).toBe(true)
  await context.close()
  await sams.page.getByRole('button', { name: 'Remove old.txt' }).click()
  await sams.page.reload()
  await sams.composer.waitFor()
  expect(await staged().count()).toBe(0)
})

test('an answer that was stopped because a colleague was first is taken back with its file', async () => {
  const more = async (name: string) => {
    await sams.page.getByTestId('chat-more').click()
    await sams.page.getByRole('menuitem', { name }).click()
  }
  await more('Add a colleague')
  await sams.page.getByRole('dialog', { name: 'Add a colleague' }).getByText('Bea', { exact: true }).click()
  await sams.page.getByTestId('share-confirm').click()
  await beas.tab('mine')
  await beas.open('Maria')
  await beas.composer.waitFor()
  await attach('map.txt')
  await expect.poll(() => wordsOf(staged())).toContain('11 byte')
  await sams.composer.fill('And the map')
  scene.watch.outage = true
  await sams.page.context().setOffline(true)
  await sams.composer.press('Enter')
  await expect.poll(() => staged().count()).toBe(0)
  await beas.write('The map is on our website.')
  await expect.poll(beas.delivery).toMatch(/Sent|Delivered/)
  await sams.page.context().setOffline(false)
  await sams.page.getByRole('button', { name: 'Edit the message' }).click({ timeout: 60_000 })
  scene.watch.outage = false
  await expect.poll(() => wordsOf(staged())).toContain('map.txt')
  await expect.poll(() => sams.composer.inputValue()).toBe('And the map')
  await sams.composer.press('Enter')
  await sams.page.getByTestId('meanwhile').waitFor({ state: 'detached' })
  await expect.poll(() => wordsOf(beas.messages.last())).toContain('map.txt')
})

test('a comment that was begun for the operator alone is still for him alone after a look at another chat', async () => {
  const { page } = leas
  await leas.tab('others')
  await leas.open('Maria')
  await page.getByTestId('mode-comment').click()
  await page.getByTestId('comment-to-operator').click()
  await page.getByTestId('comment-field').fill('Be quick with her.')
  await page.getByTestId('comment-files').setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('40, not 50') })
  await expect.poll(() => wordsOf(staged(leas))).toContain('offer.txt')
  await leas.open('Pedro')
  await leas.open('Maria')
  await page.getByTestId('mode-reply').click()
  await page.getByTestId('mode-comment').click()
  await expect.poll(() => page.getByRole('checkbox', { name: 'Only for Sam' }).isChecked()).toBe(true)
  await page.getByTestId('comment-field').press('Enter')
  await expect.poll(() => wordsOf(sams.page.getByTestId('comment'))).toContain('Only for Sam')
  await expect.poll(() => wordsOf(sams.page.getByTestId('comment'))).toContain('offer.txt')
  await expect.poll(() => staged(leas).count()).toBe(0)
  expect(await beas.page.getByTestId('comment').count()).toBe(0)
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault))).toEqual([])
})
