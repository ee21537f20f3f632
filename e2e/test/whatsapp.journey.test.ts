import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserFor, startWhatsAppWebStandIn, type WhatsAppWebStandIn } from '@parley/conformance/whatsapp-web'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findBrowser } from '../src/browser.ts'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'

const maria = '5511987654321@c.us'

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
  whatsapp.device.link()
  await expect.poll(state).toBe('Connected')
  expect(await code.count()).toBe(0)
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

test('a device that is removed on the phone is said to be, and another code is shown', async () => {
  whatsapp.device.unlink()
  await card().getByRole('img', { name: 'QR code to link the phone' }).waitFor({ timeout: 60_000 })
  whatsapp.device.link()
  await expect.poll(state).toBe('Connected')
})
