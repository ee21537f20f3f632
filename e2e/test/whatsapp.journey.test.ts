import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserFor, startWhatsAppWebStandIn, type WhatsAppWebStandIn } from '@parley/conformance/whatsapp-web'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findBrowser } from '../src/browser.ts'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { tone } from '../src/samples.ts'
import { openScene, type Scene } from '../src/scene.ts'

const maria = '5511987654321@c.us'
const joao = '5511987650000@c.us'
const riders = { id: '120363040000000001@g.us', title: 'Sunday riders' }

let whatsapp: WhatsAppWebStandIn
let folder: string
let scene: Scene
let settings: Page
let desk: Desk

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-whatsapp-'))
  whatsapp = await startWhatsAppWebStandIn({ qrMs: 3_000 })
  whatsapp.meet({ id: maria, phone: maria, lid: '200000000000007@lid', name: 'Maria Souza' })
  scene = await openScene({ CHROMIUM_PATH: await browserFor(whatsapp.port, await findBrowser(), folder) })
  const ada = await setUp(scene)
  settings = await ada.newPage()
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await whatsapp?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const card = () => settings.getByTestId('channel').filter({ hasText: 'WhatsApp' })
const state = () => wordsOf(card().getByTestId('channel-state'))
const taken = () => whatsapp.ledger.accepted.map(({ body }) => body)
const last = () => whatsapp.ledger.accepted.at(-1)
const said = (text: string): Locator => desk.messages.filter({ hasText: text })
async function choose(text: string, action: string): Promise<void> {
  await said(text).hover()
  await said(text).getByTestId('message-menu').click()
  await desk.page.getByRole('menuitem', { name: action }).click()
}

test('an admin is told of the risk, is shown a code, and is connected once the phone has scanned it', async () => {
  await settings.goto('/w/acme/settings/channels')
  await settings.getByTestId('channel-add').click()
  await settings.getByRole('button', { name: 'WhatsApp (linked phone)' }).click()
  await settings.getByText('This uses an unofficial client.').waitFor()
  await settings.getByTestId('channel-save').click()
  const code = card().getByRole('img', { name: 'QR code to link the phone' })
  await code.waitFor({ timeout: 60_000 })
  const first = await code.innerHTML()
  await expect.poll(() => code.innerHTML()).not.toBe(first)
  expect(await card().getByTestId('channel-trouble').count()).toBe(0)
  whatsapp.device.link()
  await expect.poll(state).toBe('Connected')
  await expect.poll(() => code.count()).toBe(0)
  await expect.poll(() => card().getByTestId('channel-trouble').count()).toBe(0)
  await expect.poll(() => wordsOf(card())).toContain('+79990000001')
})

test("a customer's message is on the desk, and the answer reaches the phone once, with its ticks", async () => {
  whatsapp.say('Do you repair bicycles?', { from: maria })
  await desk.tab('new')
  await expect.poll(() => wordsOf(desk.rows)).toContain('Do you repair bicycles?')
  await desk.open('Maria Souza')
  await desk.take()
  await desk.composer.waitFor()
  await desk.write('We do.')
  await expect.poll(taken).toEqual(['We do.'])
  await expect.poll(desk.delivery).toBe('Sent')
  whatsapp.acknowledge(whatsapp.ledger.accepted[0]?.id ?? '', 3)
  await expect.poll(desk.delivery).toBe('Read')
  expect(await desk.texts()).toEqual(['Do you repair bicycles?', 'We do.'])
})

test('what is written on the phone itself is in the chat too', async () => {
  whatsapp.sayFromPhone(maria, 'From Monday on.')
  await expect.poll(desk.texts).toEqual(['Do you repair bicycles?', 'We do.', 'From Monday on.'])
})

test('pictures, voices and files come in and can be seen, heard and opened', async () => {
  const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } })
  whatsapp.send({ type: 'image', bytes: picture, mime: 'image/png', caption: 'My bicycle' }, { from: maria })
  const image = said('My bicycle').locator('img')
  await expect.poll(async () => (await image.count()) > 0 && image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(320)
  whatsapp.send({ type: 'ptt', bytes: tone(3), mime: 'audio/wav' }, { from: maria })
  await expect.poll(() => wordsOf(desk.messages.last().getByTestId('audio-player'))).toContain('0:03')
  whatsapp.send({ type: 'document', bytes: Buffer.from('The bill'), mime: 'text/plain', name: 'bill.txt' }, { from: maria })
  await desk.messages.last().getByRole('button', { name: 'bill.txt' }).waitFor()
})

test('a file and a picture go out with their words', async () => {
  const input = desk.page.getByTestId('file-input')
  await input.setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('A new chain: € 40') })
  await desk.write('Our offer')
  await expect.poll(last).toMatchObject({ type: 'document', caption: 'Our offer', filename: 'offer.txt' })
  const picture = await desk.page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } })
  await input.setInputFiles({ name: 'chain.png', mimeType: 'image/png', buffer: picture })
  await desk.write('This chain')
  await expect.poll(last).toMatchObject({ type: 'image', caption: 'This chain' })
  await expect.poll(desk.delivery).toBe('Sent')
})

test('each answers a message of the other, and sees what was meant', async () => {
  const asked = whatsapp.say('Can you do it today?', { from: maria })
  await choose('Can you do it today?', 'Reply')
  await desk.write('Tomorrow at ten.')
  await expect.poll(last).toMatchObject({ body: 'Tomorrow at ten.', quotedStanzaID: asked.split('_')[2] })
  whatsapp.say('Ten is fine', { from: maria, quoted: last()?.id ?? '' })
  await expect.poll(() => wordsOf(said('Ten is fine').locator('blockquote'))).toContain('Tomorrow at ten.')
})

test('an emoji on a message is seen on both sides', async () => {
  whatsapp.react(last()?.id ?? '', maria, '👍')
  await expect.poll(() => wordsOf(said('Tomorrow at ten.').first().getByTestId('reactions'))).toContain('👍')
  await said('Ten is fine').hover()
  await said('Ten is fine').getByTestId('react').click()
  await desk.page.getByTestId('reaction-picker').getByRole('button', { name: '🙏' }).click()
  await expect.poll(() => whatsapp.ledger.reactions.map(({ emoji }) => emoji)).toEqual(['🙏'])
  await expect.poll(() => wordsOf(said('Ten is fine').getByTestId('reactions'))).toContain('🙏')
})

test('what either changes or takes back is so for the other', async () => {
  const spelt = whatsapp.say('At which adress?', { from: maria })
  await said('At which adress?').waitFor()
  whatsapp.edit(spelt, 'At which address?')
  await expect.poll(() => wordsOf(said('At which address?'))).toContain('edited')
  const wrong = whatsapp.say('Not for you', { from: maria })
  await said('Not for you').waitFor()
  whatsapp.remove(wrong)
  await expect.poll(() => said('Not for you').count()).toBe(0)

  await desk.write('Mill Street 5')
  await expect.poll(last).toMatchObject({ body: 'Mill Street 5' })
  await expect.poll(desk.delivery).toBe('Sent')
  await choose('Mill Street 5', 'Edit')
  await desk.composer.fill('Mill Street 15')
  await desk.composer.press('Enter')
  await expect.poll(last).toMatchObject({ body: 'Mill Street 15' })
  await choose('Mill Street 15', 'Delete')
  await desk.page.getByTestId('confirm-remove').click()
  await expect.poll(last).toMatchObject({ type: 'revoked' })
  await scene.keep(desk.page, 'whatsapp')
})

test('what is written in groups of the phone does not come in, until an admin wants it', async () => {
  whatsapp.meet({ id: joao, phone: joao, name: 'João Prado' })
  whatsapp.say('Who comes on Sunday?', { from: joao, group: riders })
  // What was said behind it is here.
  whatsapp.say('And on Monday?', { from: maria })
  await said('And on Monday?').waitFor()
  await desk.tab('new')
  await expect.poll(() => desk.rows.count()).toBe(0)

  await card().getByRole('button', { name: 'Edit' }).click()
  await settings.getByText('Advanced').click()
  const groups = settings.getByRole('switch', { name: 'Messages from groups' })
  expect(await groups.getAttribute('aria-checked')).toBe('false')
  await groups.click()
  await scene.keep(settings, 'whatsapp-groups')
  await settings.getByTestId('channel-save').click()
  await expect.poll(() => groups.count()).toBe(0)
})

test('a group is one chat that is marked as such, each message has its author, and the answer goes to all', async () => {
  whatsapp.say('Nine in the morning, at the mill?', { from: maria, group: riders })
  whatsapp.say('I bring the pump', { from: joao, group: riders })
  const row = desk.rows.filter({ hasText: riders.title })
  await expect.poll(() => wordsOf(row), { timeout: 60_000 }).toContain('João Prado: I bring the pump')
  await row.getByRole('img', { name: 'Group chat' }).waitFor()
  await desk.open(riders.title)
  await desk.page.getByTestId('of-group').waitFor()
  const by = (text: string) => said(text).getAttribute('aria-label')
  await expect.poll(() => by('Nine in the morning')).toContain('Maria Souza')
  await expect.poll(() => by('I bring the pump')).toContain('João Prado')
  await desk.take()
  await desk.composer.waitFor()
  await desk.write('The shop opens at eight for you.')
  await expect.poll(last).toMatchObject({ to: riders.id, body: 'The shop opens at eight for you.' })
  await expect.poll(desk.delivery).toBe('Sent')
  await scene.keep(desk.page, 'whatsapp-group')
})

test('a device that is removed on the phone is said to be, and another code is shown', async () => {
  whatsapp.device.unlink()
  await card().getByRole('img', { name: 'QR code to link the phone' }).waitFor({ timeout: 60_000 })
  whatsapp.device.link()
  await expect.poll(state).toBe('Connected')
})

test('where the number of the phone is given, a code to type there is shown instead', async () => {
  await card().getByRole('button', { name: 'Edit' }).click()
  whatsapp.device.unlink()
  await settings.getByLabel('Phone number, to link with a code').fill('+79990000001')
  await settings.getByTestId('channel-save').click()
  const pairing = card().getByTestId('channel-pairing')
  await expect.poll(() => wordsOf(pairing), { timeout: 60_000 }).toContain('STAND1NN')
  await scene.keep(settings, 'whatsapp-code')
  whatsapp.device.link()
  await expect.poll(state).toBe('Connected')
  await expect.poll(() => pairing.count()).toBe(0)
})

test('nothing unknown was asked of the page, and no page had an error', () => {
  expect(whatsapp.ledger.unknownModules).toEqual([])
  expect(whatsapp.ledger.repeated).toBe(0)
  expect(scene.watch.faults).toEqual([])
})
