import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from '../src/desk.ts'
import { addColleague, ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'
import { startVisitor, type Visitor } from '../src/visitor.ts'

let scene: Scene
let sam: BrowserContext
let sams: Desk
let beas: BrowserContext
let maria: Visitor

/** What his browser was asked to sound and to show; whether his window is the one in front is said by the test. */
interface Called {
  sounds: number
  shown: string[]
  inFront: boolean
}
const listen = () => {
  const called: Called = { sounds: 0, shown: [], inFront: true }
  Object.assign(globalThis, { called })
  const oscillator = AudioContext.prototype.createOscillator
  AudioContext.prototype.createOscillator = function () {
    called.sounds += 1
    return oscillator.call(this)
  }
  globalThis.Notification = class {
    static permission = 'granted'
    onclick = null
    constructor(title: string, { body }: { body: string }) {
      called.shown.push(`${title}: ${body}`)
    }
    close() {}
  } as unknown as typeof Notification
  document.hasFocus = () => called.inFront
}

beforeAll(async () => {
  scene = await openScene()
  const ada = await setUp(scene)
  const { groups } = await ask<{ groups: { id: string }[] }>(ada, scene, '{ groups { id } }')
  const groupIds = groups.map(({ id }) => id)
  sam = await addColleague(scene, ada, 'Sam', { groupIds })
  beas = await addColleague(scene, ada, 'Bea', { groupIds })
  await sam.addInitScript(listen)
  sams = await openDesk(sam)
  maria = await startVisitor(scene, 'Maria')
  await maria.say('Where is my parcel?')
  await sams.tab('new')
  await sams.open('Maria')
  await sams.take()
  await sams.page.getByTestId('holder').getByText('Sam (you)').waitFor()
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(() => scene?.end())

const called = (page: Page) => page.evaluate(() => (globalThis as unknown as { called: Called }).called)
const putBehind = (page: Page, isBehind: boolean) =>
  page.evaluate((inFront) => {
    ;(globalThis as unknown as { called: Called }).called.inFront = inFront
  }, !isBehind)
/** As one does on the page of the own profile, and back to another page of the desk, where one can be called. */
async function choose(kind: string, ways: Partial<Record<'Sound' | 'On screen' | 'Desktop', boolean>>): Promise<void> {
  const { page } = sams
  await page.goto('/w/acme/settings/profile')
  for (const [way, on] of Object.entries(ways)) {
    const chosen = page.getByRole('switch', { name: `${kind}: ${way}` })
    if ((await chosen.getAttribute('aria-checked')) === String(on)) continue
    const kept = page.waitForResponse((answer) => /updateProfile/.test(answer.request().postData() ?? ''))
    await chosen.click()
    await kept
  }
  await page.getByRole('link', { name: 'Team' }).click()
  await page.getByTestId('team-present').waitFor()
  await page.evaluate(() => {
    Object.assign((globalThis as unknown as { called: Called }).called, { sounds: 0, shown: [] })
  })
}

test('a message is heard and shown to who wishes both, with the customer and his words, and leads to the chat', async () => {
  await choose('A customer writes in a chat of mine', { Sound: true, 'On screen': true, Desktop: false })
  await maria.say('Hello?')
  await sams.page.getByText('Hello?', { exact: true }).first().waitFor()
  await expect.poll(async () => (await called(sams.page)).sounds).toBeGreaterThan(0)
  expect((await called(sams.page)).shown).toEqual([])
  await sams.page.getByRole('button', { name: 'Open', exact: true }).click()
  await expect.poll(sams.texts).toEqual(['Where is my parcel?', 'Hello?'])
})

test('who wishes neither is not disturbed, and sees it in the title of the page', async () => {
  await choose('A customer writes in a chat of mine', { Sound: false, 'On screen': false, Desktop: false })
  await maria.say('Are you there?')
  await expect.poll(() => sams.page.title()).toMatch(/^\(1\)/)
  expect(await called(sams.page)).toMatchObject({ sounds: 0, shown: [] })
  expect(await sams.page.getByText('Are you there?', { exact: true }).count()).toBe(0)
})

test('the computer shows it to who wishes so while another window is in front, and not else', async () => {
  await choose('A customer writes in a chat of mine', { Sound: false, 'On screen': true, Desktop: true })
  await maria.say('One more thing')
  await sams.page.getByText('One more thing', { exact: true }).first().waitFor()
  expect((await called(sams.page)).shown).toEqual([])
  await putBehind(sams.page, true)
  await maria.say('It is urgent')
  await expect.poll(async () => (await called(sams.page)).shown).toEqual(['Maria: It is urgent'])
  await putBehind(sams.page, false)
})

test('what each kind of event does is chosen by itself: a mention sounds where messages are silent', async () => {
  await choose('A colleague mentions me', { Sound: true, 'On screen': true })
  const { chats, operators } = await ask<any>(
    beas,
    scene,
    '{ chats(section: others, first: 1) { edges { node { id } } } operators { id name } }',
  )
  await ask(beas, scene, 'mutation($input: AddCommentInput!) { addComment(input: $input) { __typename } }', {
    input: {
      chatId: chats.edges[0].node.id,
      clientId: 'c1',
      text: '@Sam is it late?',
      mentionIds: [operators.find(({ name }: any) => name === 'Sam').id],
    },
  })
  await sams.page.getByText('Bea mentioned you').first().waitFor()
  await expect.poll(async () => (await called(sams.page)).sounds).toBeGreaterThan(0)
})

test('who takes part in the chat of a colleague is called like its holder', async () => {
  const pedro = await startVisitor(scene, 'Pedro')
  await pedro.say('Who can help me?')
  const { takeNextChat } = await ask<any>(beas, scene, 'mutation { takeNextChat { ... on Chat { id } } }')
  const { operators } = await ask<any>(beas, scene, '{ operators { id name } }')
  await ask(beas, scene, 'mutation($c: ID!, $o: ID!) { addParticipant(chatId: $c, operatorId: $o) { __typename } }', {
    c: takeNextChat.id,
    o: operators.find(({ name }: any) => name === 'Sam').id,
  })
  await choose('A customer writes in a chat of mine', { Sound: true, 'On screen': true, Desktop: false })
  await pedro.say('It is about my bill')
  await sams.page.getByText('It is about my bill', { exact: true }).first().waitFor()
  await expect.poll(async () => (await called(sams.page)).sounds).toBeGreaterThan(0)
})

test('a browser that is told to be silent makes no sound of anything', async () => {
  const { page } = sams
  await page.goto('/w/acme/settings/account')
  await page.getByRole('switch', { name: /sound/i }).click()
  await choose('A customer writes in a chat of mine', { Sound: true, 'On screen': true })
  await maria.say('Good night')
  await page.getByText('Good night', { exact: true }).first().waitFor()
  expect((await called(page)).sounds).toBe(0)
})

test('no page asked another host or had an error', () => {
  expect(scene.watch.faults).toEqual([])
})
