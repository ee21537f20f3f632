import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createBridge } from '../../connectors/partner/example/bridge.mjs'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { addColleague, addGroup, ask, setUp } from '../src/people.ts'
import { tone } from '../src/samples.ts'
import { openScene, type Scene } from '../src/scene.ts'

const maria = { id: 77, firstName: 'Maria', lastName: 'Souza' }
const nina = { id: 78, firstName: 'Nina' }

let telegram: TelegramStandIn
let scene: Scene
let ada: BrowserContext
let page: Page
let desk: Desk
let secret = ''
const taken: string[] = []
const calls: any[] = []
const files = new Map<string, Buffer>()
const noted = async (call: object) => {
  calls.push(call)
  return {}
}
const bridge = createBridge({
  secret: () => secret,
  retryMs: 100,
  platform: {
    account: { name: 'Acme Messages' },
    async send(call) {
      calls.push(call)
      taken.push(call.text)
      return `out${taken.length}`
    },
    answers: { edit: noted, removal: noted, reaction: noted, file: async ({ id }: { id: string }) => files.get(id) },
  },
})
const program = createServer((request, response) => void bridge.handle(request, response))
const programUrl = () => `http://127.0.0.1:${(program.address() as AddressInfo).port}/parley`

beforeAll(async () => {
  telegram = await startTelegramStandIn()
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: [telegram.apiRoot, programUrl()].map((url) => new URL(url).host).join(',') })
  ada = await setUp(scene)
  const input = { kind: 'telegram', name: 'Shop bot', options: { botToken: telegram.token(), apiRoot: telegram.apiRoot } }
  await ask(
    ada,
    scene,
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }',
    { input },
  )
  await addGroup(scene, ada, 'Night shift')
  page = await ada.newPage()
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await telegram?.stop()
  program.closeAllConnections()
  program.close()
})

const figure = (name: string) => wordsOf(page.getByTestId(`figure-${name}`).locator('dd'))
const state = () => wordsOf(page.getByTestId('channel-state'))

test('the page of a channel says how it is, and asks the platform when it is told to', async () => {
  telegram.say('Is it in stock?', { from: maria })
  await page.goto('/w/acme/settings/channels')
  await page.getByTestId('channel').filter({ hasText: 'Shop bot' }).getByRole('link', { name: 'Health' }).click()
  await expect.poll(state).toBe('Connected')
  await expect.poll(() => figure('in')).toBe('now')
  expect(await figure('out')).toBe('never')
  expect(await figure('lag')).toBe('in time')
  expect(await figure('undelivered')).toBe('0')
  await page.getByTestId('check-now').click()
  await expect.poll(() => figure('check')).toMatch(/^answers in \d+ ms$/)
})

test('a test message goes to a chat of one’s own, and what became of it is told', async () => {
  await page.getByTestId('test-to').click()
  await page.getByRole('option', { name: /Maria Souza/ }).click()
  await page.getByTestId('test-send').click()
  await expect.poll(() => wordsOf(page.getByTestId('test-outcome'))).toContain('Sent')
  expect(telegram.ledger.accepted.map(({ text }) => text)).toEqual(['This is a test. If you can read it, messages arrive on this channel.'])
  await desk.tab('new')
  await expect.poll(() => wordsOf(desk.rows)).toContain('Maria Souza')
})

test('what was not delivered waits in one list for a decision, with every attempt', async () => {
  await desk.open('Maria Souza')
  telegram.block(maria.id)
  await desk.take()
  await desk.write('Two are left.')
  await expect.poll(desk.delivery).toBe('Not delivered')
  await desk.messages.filter({ hasText: 'Two are left.' }).getByTestId('message-details').click()
  await expect.poll(() => wordsOf(desk.page.getByTestId('attempts'))).toMatch(/Refused[\s\S]*blocked/)
  await desk.page.keyboard.press('Escape')

  await desk.page.getByRole('link', { name: 'Not delivered' }).click()
  const row = desk.page.getByTestId('undelivered')
  await expect.poll(() => wordsOf(row)).toContain('Two are left.')
  expect(await wordsOf(row)).toContain('bot was blocked by the user')
  await row.getByRole('button', { name: 'Attempts' }).click()
  await expect.poll(() => wordsOf(row.getByTestId('attempts'))).toContain('Refused')
  telegram.block(maria.id, false)
  await row.getByTestId('send-again').click()
  await desk.page.getByText('Everything was delivered').waitFor()
  await expect.poll(() => telegram.ledger.accepted.at(-1)?.text).toBe('Two are left.')
})

test('what nobody knows about is said to have arrived, and what is not worth it is given up', async () => {
  telegram.say('And in blue?', { from: nina })
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await desk.open('Nina')
  await desk.take()
  telegram.fault({ kind: 'lose_reply', chatId: nina.id })
  await desk.write('Yes, in blue too.')
  await expect.poll(desk.delivery).toBe('Unknown')
  telegram.block(nina.id)
  await desk.page.goto('/w/acme/undelivered')
  const row = (text: string) => desk.page.getByTestId('undelivered').filter({ hasText: text })
  await row('Yes, in blue too.').getByTestId('it-arrived').click()
  await desk.page.getByText('Everything was delivered').waitFor()
  await desk.page.goBack()
  await desk.write('Shall I keep one?')
  await expect.poll(desk.delivery).toBe('Not delivered')
  await desk.page.goto('/w/acme/undelivered')
  await row('Shall I keep one?').waitFor()
  expect(await row('Shall I keep one?').getByTestId('it-arrived').count()).toBe(0)
  await row('Shall I keep one?').getByTestId('give-up').click()
  await desk.page.getByText('Everything was delivered').waitFor()
  await desk.page.reload()
  await desk.page.getByText('Everything was delivered').waitFor()
})

test('an admin sets after how long a silence he is called, and is called', async () => {
  await page.getByRole('radio', { name: 'for a fixed time' }).click()
  await page.getByTestId('quiet-minutes').fill('1')
  await page.getByTestId('quiet-save').click()
  await expect.poll(() => page.getByTestId('quiet-save').isDisabled()).toBe(true)
  await page.getByTestId('channel-trouble').getByText('Nothing has come in').waitFor({ timeout: 120_000 })
  await desk.page.getByTestId('alerts').click()
  const alert = desk.page.getByTestId('alert').first()
  await expect.poll(() => wordsOf(alert)).toContain('Shop bot is unusually quiet')
  await alert.click()
  await expect.poll(() => wordsOf(desk.page.getByTestId('channel-page'))).toContain('Shop bot')
  telegram.say('Hello?', { from: maria })
  await expect.poll(() => page.getByTestId('channel-trouble').count()).toBe(0)
}, 240_000)

test('a token the platform refuses is shown in words with what to do, well within a minute', async () => {
  const began = Date.now()
  telegram.revokeToken()
  await expect.poll(state, { timeout: 60_000 }).toBe('Signed out')
  expect(Date.now() - began).toBeLessThan(60_000)
  const trouble = page.getByTestId('channel-trouble')
  await expect.poll(() => wordsOf(trouble)).toMatch(/ended the session[\s\S]*token[\s\S]*Correct its settings/)
  await page.goto('/w/acme/settings/channels')
  await page.getByTestId('channel').filter({ hasText: 'Shop bot' }).getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Bot token').fill(telegram.token())
  await page.getByTestId('channel-save').click()
  const card = page.getByTestId('channel').filter({ hasText: 'Shop bot' })
  await expect.poll(() => wordsOf(card.getByTestId('channel-state'))).toBe('Connected')
}, 120_000)

test('a channel is handed to another group, with the chats that wait', async () => {
  telegram.say('Who is there?', { from: { id: 79, firstName: 'Otto' } })
  const groupsOfWaiting = async () =>
    (
      await ask<{ chats: { edges: { node: { customer: { name: string }; group: { name: string } | null } }[] } }>(
        ada,
        scene,
        '{ chats(section: new, first: 10) { edges { node { customer { name } group { name } } } } }',
      )
    ).chats.edges.map(({ node }) => `${node.customer.name}: ${node.group?.name}`)
  await expect.poll(groupsOfWaiting).toEqual(['Otto: undefined'])
  await page.getByRole('link', { name: 'Shop bot' }).click()
  await page.getByTestId('hand-to').click()
  await page.getByRole('option', { name: 'Night shift' }).click()
  await page.getByTestId('hand').click()
  await expect.poll(groupsOfWaiting).toEqual(['Otto: Night shift'])
})

test('a program of one’s own is connected with a secret made here, and its secret is changed without a break', async () => {
  await page.goto('/w/acme/settings/channels')
  await page.getByTestId('channel-add').click()
  await page.getByRole('button', { name: 'Partner webhook' }).click()
  await page.getByLabel('Address of your program').fill(programUrl())
  await page.getByTestId('make-secret').click()
  const shown = page.getByLabel('Copy it now: it is not shown again')
  await expect.poll(() => wordsOf(shown)).toMatch(/^[\w-]{43}$/)
  secret = await wordsOf(shown)
  await page.getByTestId('channel-save').click()
  const card = page.getByTestId('channel').filter({ hasText: 'Partner webhook' })
  await expect.poll(() => wordsOf(card.getByTestId('channel-state'))).toBe('Connected')
  await card.getByRole('link', { name: 'Health' }).click()
  await page.getByTestId('partner').waitFor()

  const say = (text: string) =>
    bridge.tell({ id: text, type: 'message', at: Date.now(), thread: { id: 'p' }, from: { id: 'p', name: 'Pia' }, message: text, text })
  say('From afar')
  await desk.page.goto('/w/acme/inbox')
  await desk.tab('new')
  await desk.open('Pia')
  await desk.take()
  await desk.write('Welcome')
  await expect.poll(desk.delivery).toBe('Sent')
  expect(taken).toEqual(['Welcome'])

  await page.getByTestId('rotate').click()
  await page.getByText('Two secrets hold now.').waitFor()
  say('With the former secret')
  await expect.poll(desk.texts).toContain('With the former secret')
  secret = (await wordsOf(page.getByTestId('partner').getByLabel('Copy it now: it is not shown again'))).trim()
  await page.getByTestId('forget-former').click()
  await page.getByText('Both secrets hold until').waitFor()
  say('With the new one')
  await expect.poll(desk.texts).toContain('With the new one')
})

test('an operator has a whole conversation with it: pictures, voices, files, quotes, signs, changes and removals, both ways', async () => {
  const said = (text: string) => desk.messages.filter({ hasText: text })
  const choose = async (text: string, action: string) => {
    await said(text).hover()
    await said(text).getByTestId('message-menu').click()
    await desk.page.getByRole('menuitem', { name: action }).click()
  }
  let n = 0
  const tell = (type: string, more: object) =>
    bridge.tell({ id: `e${n++}`, type, at: Date.now(), thread: { id: 'p' }, from: { id: 'p', name: 'Pia' }, ...more })
  const last = () => calls.filter(({ type }) => type !== 'typing' && type !== 'read' && type !== 'ping').at(-1)
  files.set('a picture', await desk.page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } }))
  files.set('a voice', Buffer.from(tone(1)))
  tell('message', { message: 'i1', text: 'Like this', files: [{ id: 'a picture', kind: 'image', name: 'this.png', mime: 'image/png' }] })
  tell('message', { message: 'i2', files: [{ id: 'a voice', kind: 'voice', name: 'voice.wav', mime: 'audio/wav' }] })
  await said('Like this').locator('img').waitFor()
  await desk.messages.locator('audio').last().waitFor({ state: 'attached' })

  await desk.page.getByTestId('file-input').setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('€ 40') })
  await desk.write('Our offer')
  await expect.poll(last).toMatchObject({ type: 'message', text: 'Our offer', file: { name: 'offer.txt' } })
  await choose('Like this', 'Reply')
  await desk.write('This one?')
  await expect.poll(last).toMatchObject({ type: 'message', text: 'This one?', replyTo: 'i1' })
  await expect.poll(desk.delivery).toBe('Sent')
  const mine = `out${taken.length}`
  tell('message', { message: 'i3', text: 'Yes, that one', replyTo: mine })
  await expect.poll(() => wordsOf(said('Yes, that one').locator('blockquote'))).toContain('This one?')
  tell('reaction', { message: mine, emoji: '👍' })
  await expect.poll(() => wordsOf(said('This one?').first().getByTestId('reactions'))).toContain('👍')
  await said('Yes, that one').hover()
  await said('Yes, that one').getByTestId('react').click()
  await desk.page.getByTestId('reaction-picker').getByRole('button', { name: '🙏' }).click()
  await expect.poll(last).toMatchObject({ type: 'reaction', message: 'i3', emoji: '🙏' })

  tell('edit', { message: 'i3', text: 'No, the other' })
  await expect.poll(() => wordsOf(said('No, the other'))).toContain('edited')
  tell('message', { message: 'i4', text: 'Not for you' })
  await said('Not for you').waitFor()
  tell('removal', { message: 'i4' })
  await expect.poll(() => said('Not for you').count()).toBe(0)
  await desk.write('It costs 50')
  await expect.poll(last).toMatchObject({ text: 'It costs 50' })
  await expect.poll(desk.delivery).toBe('Sent')
  await choose('It costs 50', 'Edit')
  await desk.composer.fill('It costs 40')
  await desk.composer.press('Enter')
  await expect.poll(last).toMatchObject({ type: 'edit', text: 'It costs 40' })
  await choose('It costs 40', 'Delete')
  await desk.page.getByTestId('confirm-remove').click()
  await expect.poll(last).toMatchObject({ type: 'removal' })
})

test('a channel is removed only by its name, after saying what becomes of its chats, which can still be read', async () => {
  await page.getByTestId('remove-channel').click()
  await expect.poll(() => wordsOf(page.getByTestId('removal'))).toContain('1 open chat is closed.')
  await page.getByTestId('removal-name').fill('Partner')
  expect(await page.getByTestId('removal-confirm').isDisabled()).toBe(true)
  await page.getByTestId('removal-name').fill('Partner webhook')
  await page.getByTestId('removal-confirm').click()
  await page.waitForURL(/settings\/channels$/)
  await expect.poll(() => wordsOf(page.getByTestId('channel'))).not.toContain('Partner webhook')
  await desk.tab('closed')
  await desk.open('Pia')
  const first = async () => (await desk.texts()).slice(0, 4)
  await expect.poll(first).toEqual(['From afar', 'Welcome', 'With the former secret', 'With the new one'])
})

test('an operator sees what of his own was not delivered, and nothing of channels', async () => {
  const sam = await addColleague(scene, ada, 'Sam')
  const his = await sam.newPage()
  await his.goto('/w/acme/undelivered')
  await his.getByText('Everything was delivered').waitFor()
  await his.goto('/w/acme/settings/channels')
  await his.getByText('Nothing here', { exact: true }).waitFor()
  expect(await his.getByTestId('channel').count()).toBe(0)
})
