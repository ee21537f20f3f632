import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
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
