import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { setPatience, until } from '@parley/conformance'
import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { film, tone } from '../src/samples.ts'
import { openScene, type Scene } from '../src/scene.ts'

const maria = { id: 77, firstName: 'Maria', lastName: 'Souza' }
const MB = 1024 * 1024

let telegram: TelegramStandIn
let graph: GraphStandIn
let scene: Scene
let desk: Desk
let page: Page

beforeAll(async () => {
  telegram = await startTelegramStandIn()
  graph = await startGraphStandIn()
  const hosts = [telegram, graph].map(({ apiRoot }) => new URL(apiRoot).host).join(',')
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: hosts }, ['--autoplay-policy=no-user-gesture-required'])
  const ada = await setUp(scene)
  const connect = (kind: string, options: object) => ask(ada, scene, create, { input: { kind, name: kind, options } })
  await connect('telegram', { botToken: telegram.token(), apiRoot: telegram.apiRoot })
  const { phoneNumberId, businessId } = graph.accounts
  await connect('whatsapp_cloud', {
    phoneNumberId,
    businessId,
    accessToken: graph.token(),
    appSecret: graph.appSecret(),
    apiRoot: graph.apiRoot,
  })
  setPatience(40_000)
  await until('WhatsApp knows where to deliver', () => graph.callback('whatsapp_business_account'))
  desk = await openDesk(ada)
  page = desk.page
  telegram.say('Good morning', { from: maria })
  await desk.tab('new')
  await desk.open('Maria Souza')
  await desk.take()
  await desk.composer.waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await telegram?.stop()
  await graph?.stop()
})

const create =
  'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }'
const said = (text: string): Locator => desk.messages.filter({ hasText: text })

test('a file that is on its way is named and said to be fetched, and is there once it has come', async () => {
  let arrive = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  telegram.fault({ kind: 'slow', until: arrived, method: 'download' })
  telegram.send('document', Buffer.from('The plan of the wheel'), { from: maria, caption: 'My plan', name: 'plan.txt' })
  await expect.poll(() => wordsOf(said('My plan'))).toMatch(/plan\.txt[\s\S]*Still fetching/)
  await scene.keep(page, 'media-fetching')
  arrive()
  await said('My plan').getByRole('button', { name: 'plan.txt' }).waitFor()
})

test('a file that is lost is said to be, with a way to try again', async () => {
  telegram.fault({ kind: 'slow', ms: 500, method: 'getFile' })
  telegram.send('document', Buffer.from('The bill'), { from: maria, caption: 'My bill', name: 'bill.txt' })
  const file = telegram.fileIds().at(-1) ?? ''
  telegram.loseFile(file)
  await expect.poll(() => wordsOf(said('My bill'))).toMatch(/No longer available/)
  await scene.keep(page, 'media-gone')
  telegram.findFile(file)
  await said('My bill').getByTestId('fetch-again').click()
  await said('My bill').getByRole('button', { name: 'bill.txt' }).waitFor()
})

test('a picture is seen small in the chat and large when it is opened', async () => {
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 640, height: 400 } })
  telegram.send('photo', picture, { from: maria, caption: 'My wheel', name: 'wheel.png' })
  const small = said('My wheel').locator('img')
  await expect.poll(async () => (await small.count()) > 0 && small.evaluate((one: HTMLImageElement) => one.naturalWidth > 0)).toBe(true)
  await said('My wheel')
    .getByRole('button')
    .filter({ has: page.locator('img') })
    .click()
  const large = page.getByRole('dialog').locator('img')
  await expect.poll(() => large.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(640)
  await page.keyboard.press('Escape')
})

test('a film is played in the chat', async () => {
  telegram.send('video', await film(page), { from: maria, caption: 'How it wobbles', name: 'wobble.webm' })
  const video = said('How it wobbles').locator('video')
  await video.waitFor()
  await expect.poll(() => video.evaluate((one: HTMLVideoElement) => [one.videoWidth, one.videoHeight])).toEqual([160, 120])
  await video.evaluate(async (one: HTMLVideoElement) => {
    one.muted = true
    await one.play()
  })
  await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime)).toBeGreaterThan(0.2)
})

test('a voice note shows its shape and its length, is played from anywhere, and faster', async () => {
  telegram.send('voice', tone(4), { from: maria, caption: 'Listen to it' })
  const player = said('Listen to it').getByTestId('audio-player')
  await player.waitFor()
  await expect.poll(() => wordsOf(player)).toContain('0:04')
  // The tone swells: its shape rises.
  const heights = () =>
    player.locator('span > span').evaluateAll((bars) => bars.map((bar) => Number.parseFloat((bar as HTMLElement).style.height)))
  await expect.poll(async () => ((await heights()).at(-1) ?? 0) - ((await heights())[0] ?? 0)).toBeGreaterThan(50)
  await player.getByRole('slider').fill('2000')
  await player.getByTestId('speed').click()
  await player.getByTestId('play').click()
  const sound = player.locator('audio')
  await expect.poll(() => sound.evaluate((one: HTMLAudioElement) => one.currentTime)).toBeGreaterThan(2.2)
  expect(await sound.evaluate((one: HTMLAudioElement) => one.playbackRate)).toBe(1.5)
  await scene.keep(page, 'media-voice')
})

test('a piece of music is played in the chat', async () => {
  telegram.send('audio', tone(2), { from: maria, caption: 'The bell', name: 'bell.wav' })
  const player = said('The bell').getByTestId('audio-player')
  await player.getByTestId('play').click()
  await expect.poll(() => player.locator('audio').evaluate((one: HTMLAudioElement) => one.currentTime)).toBeGreaterThan(0.2)
})

test('a file of nearly 100 MB comes and goes byte for byte, and the hub grows by far less than it', { timeout: 400_000 }, async () => {
  const bytes = Buffer.alloc(99 * MB, 'Parley')
  graph.whatsapp.meet('42', { name: 'Bruno Lima' })
  graph.whatsapp.say('I have a large one', { from: '42' })
  await desk.tab('new')
  await desk.open('Bruno Lima')
  await desk.take()
  await desk.composer.waitFor()
  // What a first file loads stays.
  graph.whatsapp.send('document', Buffer.from('A small one before'), { from: '42', caption: 'Small', name: 'small.txt' })
  await said('Small').getByRole('button', { name: 'small.txt' }).waitFor()

  const before = peakOf(scene.hubPid(), true)
  graph.fault({ kind: 'break_off', bytes: 40 * MB })
  graph.whatsapp.send('document', bytes, { from: '42', caption: 'Large', name: 'large.txt' })
  await said('Large').getByRole('button', { name: 'large.txt' }).waitFor({ timeout: 90_000 })
  const cameBy = peakOf(scene.hubPid()) - before
  const [download] = await Promise.all([page.waitForEvent('download'), said('Large').getByRole('button', { name: 'large.txt' }).click()])
  expect(sha256(readFileSync(await download.path()))).toBe(sha256(bytes))

  const atRest = peakOf(scene.hubPid(), true)
  await page.getByTestId('file-input').setInputFiles(await download.path())
  await page.getByRole('list', { name: 'Files' }).getByText('99 MB').waitFor({ timeout: 90_000 })
  await desk.write('Back to you')
  await expect
    .poll(() => graph.ledger.accepted.at(-1)?.file, { timeout: 90_000 })
    .toMatchObject({ size: bytes.length, sha256: sha256(bytes) })
  const wentBy = peakOf(scene.hubPid()) - atRest
  expect(Math.max(cameBy, wentBy)).toBeLessThan(64 * MB)
})

test('the platforms were asked nothing unknown, and no page had an error', () => {
  expect([...telegram.ledger.unknownMethods, ...graph.ledger.unknown]).toEqual([])
  expect(scene.watch.faults).toEqual([])
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The most memory a process had resident, since it began or since the last `anew`. */
function peakOf(pid: number, anew = false): number {
  if (anew) writeFileSync(`/proc/${pid}/clear_refs`, '5')
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
