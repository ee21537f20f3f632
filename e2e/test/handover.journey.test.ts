import { type GraphStandIn, graphErrors, refusing, startGraphStandIn } from '@parley/conformance/graph'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'

let graph: GraphStandIn
let scene: Scene
let desk: Desk

beforeAll(async () => {
  graph = await startGraphStandIn()
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(graph.apiRoot).host })
  const ada = await setUp(scene)
  const { appId, pageId } = graph.accounts
  const options = { appId, pageId, accessToken: graph.token(), appSecret: graph.appSecret(), apiRoot: graph.apiRoot }
  await ask(
    ada,
    scene,
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }',
    { input: { kind: 'messenger', name: 'Our Page', options } },
  )
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await graph?.stop()
})

const activities = () => wordsOf(desk.page.getByTestId('activity'))

test('that another program of the Page has a conversation stands in the chat and over the answer, which takes it back', async () => {
  await expect.poll(() => graph.callback('page')).toBeTruthy()
  graph.messenger.meet('61', { name: 'Rita Alves' })
  graph.messenger.say('Is the blue one in stock?', { from: '61' })
  await desk.tab('new')
  await desk.open('Rita Alves')
  await desk.take()
  await desk.composer.waitFor()
  graph.messenger.control('request', { from: '61' })
  await expect.poll(activities).toContain('Another program of the account asks for the conversation')
  graph.messenger.control('take', { from: '61' })
  await expect.poll(activities).toContain('Another program of the account has the conversation')
  await desk.page.getByText('Your answer takes it over').waitFor()
  graph.messenger.standby('I also asked your robot', { from: '61' })
  await expect.poll(desk.texts).toEqual(['Is the blue one in stock?', 'I also asked your robot'])
  await scene.keep(desk.page, 'handover')
  await desk.write('Yes, it is.')
  await expect.poll(() => graph.ledger.accepted.map(({ text }) => text)).toEqual(['Yes, it is.'])
  await expect.poll(activities).toContain('The conversation is with Parley again')
  await expect.poll(() => desk.page.getByText('Your answer takes it over').count()).toBe(0)
  expect(graph.ledger.controls).toEqual([{ to: '61', what: 'take' }])
  expect(scene.watch.faults).toEqual([])
})

test('an operator passes a conversation to the inbox of the platform, is told when it is refused, and takes it back', async () => {
  const { page } = desk
  const choose = async (name: string | RegExp) => {
    await page.getByTestId('chat-more').click()
    await page.getByRole('menuitem', { name }).click()
  }
  const passOn = async () => {
    await choose(/Pass to the platform/)
    await page.getByTestId('hand-over-confirm').click()
  }
  const note = page.getByTestId('hand-over')
  const controls = () => graph.ledger.controls.filter(({ to }) => to === '62').map(({ what }) => what)
  graph.messenger.meet('62', { name: 'Davi Rocha' })
  graph.messenger.say('Do you still have my old invoice?', { from: '62' })
  await desk.tab('new')
  await desk.open('Davi Rocha')
  await desk.take()
  await desk.composer.waitFor()

  await choose(/Pass to the platform/)
  await page.getByText('The chat stays open here').waitFor()
  await scene.keep(page, 'handover-question')
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByTestId('hand-over-confirm').count()).toBe(0)
  expect(controls()).toEqual([])

  graph.fault({ ...refusing(graphErrors.notTheOwner), call: 'control' })
  await passOn()
  await expect.poll(() => wordsOf(note)).toContain('The conversation was not passed on.')
  expect(await wordsOf(note)).toContain('Only the app that controls this thread may pass it on.')
  expect(await page.getByTestId('elsewhere').count()).toBe(0)
  await scene.keep(page, 'handover-refused')
  await note.getByRole('button', { name: 'Try again' }).click()

  await expect.poll(activities).toContain('Ada passed the conversation to the platform')
  await page.getByTestId('elsewhere').waitFor()
  await page.getByText('Your answer takes it over').waitFor()
  expect(controls()).toEqual(['pass'])
  graph.messenger.inbox('Yes, from the shop', { from: '62' })
  await expect.poll(desk.texts).toContain('Yes, from the shop')
  await scene.keep(page, 'handover-passed')
  await page.reload()
  await page.getByTestId('elsewhere').waitFor()

  await note.getByRole('button', { name: 'Take the conversation back' }).click()
  await expect.poll(activities).toContain('Ada took the conversation back')
  await expect.poll(() => page.getByTestId('elsewhere').count()).toBe(0)
  await expect.poll(() => note.count()).toBe(0)
  expect(controls()).toEqual(['pass', 'take'])
  expect(scene.watch.faults).toEqual([])
})
