import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk, wordsOf } from '../src/desk.ts'
import { ask, setUp } from '../src/people.ts'
import { openScene, type Scene } from '../src/scene.ts'

const hour = 3_600_000
const bia = '5511988887777'

let graph: GraphStandIn
let scene: Scene
let ada: BrowserContext
let desk: Desk

beforeAll(async () => {
  graph = await startGraphStandIn({ redelivery: { firstMs: 50, longestMs: 500 } })
  const body = { type: 'BODY', text: 'Olá {{1}}, está pronto até {{2}}.', example: { body_text: [['Ana', 'sábado']] } }
  graph.world.templates.push(
    {
      name: 'order_ready',
      language: 'pt_BR',
      status: 'APPROVED',
      category: 'UTILITY',
      components: [body, { type: 'FOOTER', text: 'Bluebird' }],
    },
    { name: 'hello', language: 'en', status: 'APPROVED', category: 'MARKETING', components: [{ type: 'BODY', text: 'Hello again!' }] },
  )
  scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(graph.apiRoot).host })
  ada = await setUp(scene)
  const { phoneNumberId, businessId } = graph.accounts
  const options = { accessToken: graph.token(), appSecret: graph.appSecret(), apiRoot: graph.apiRoot, phoneNumberId, businessId }
  const create =
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }'
  await ask(ada, scene, create, { input: { kind: 'whatsapp_cloud', name: 'Shop number', options } })
  desk = await openDesk(ada)
})
beforeEach(({ task, onTestFailed }) => onTestFailed(() => scene.photograph(task.name)))
afterAll(async () => {
  await scene?.end()
  await graph?.stop()
})

const accepted = () => graph.ledger.accepted.filter(({ to }) => to === bia)

test('the number is connected', async () => {
  const states = async () =>
    (await ask<{ channels: { state: string }[] }>(ada, scene, '{ channels { state } }')).channels.map(({ state }) => state)
  await expect.poll(states, { timeout: 60_000 }).toEqual(['connected', 'connected'])
})

test('when the time for free replies is over an approved text is chosen, filled, read as the customer will, and sent', async () => {
  const { page } = desk
  graph.whatsapp.meet(bia, { name: 'Bia' })
  graph.whatsapp.say('Is it ready?', { from: bia, at: Date.now() - 25 * hour })
  graph.whatsapp.meet(bia, { wroteAt: Date.now() - 25 * hour })
  await desk.tab('new')
  await desk.open('Bia')
  await desk.take()
  await expect.poll(() => wordsOf(page.getByTestId('composer-blocked'))).toContain('An approved text may go out')
  expect(await desk.composer.count()).toBe(0)
  await page.getByTestId('choose-approved').click()
  await expect.poll(() => page.getByTestId('approved-text').count()).toBe(2)
  await page.getByLabel('Search approved texts').fill('pronto')
  await page.getByTestId('approved-text').click()
  await expect.poll(() => wordsOf(page.getByTestId('approved-preview'))).toBe('Olá {{1}}, está pronto até {{2}}.\n\nBluebird')
  expect(await page.getByTestId('approved-send').isDisabled()).toBe(true)
  await page.getByTestId('variable-body.1').fill('Bia')
  await page.getByTestId('variable-body.2').fill('amanhã')
  await expect.poll(() => wordsOf(page.getByTestId('approved-preview'))).toBe('Olá Bia, está pronto até amanhã.\n\nBluebird')
  await page.getByTestId('approved-send').click()
  await expect.poll(desk.texts).toEqual(['Is it ready?', 'Olá Bia, está pronto até amanhã.\n\nBluebird'])
  await expect
    .poll(() => accepted().map(({ template }) => template))
    .toEqual([{ name: 'order_ready', language: 'pt_BR', variables: ['Bia', 'amanhã'] }])
  await expect.poll(() => page.getByTestId('approved-form').count()).toBe(0)
})

test('the answer of the customer opens the chat for words of one’s own again', async () => {
  graph.whatsapp.say('Great, thanks', { from: bia })
  await desk.composer.waitFor()
  await desk.write('See you tomorrow')
  await expect.poll(() => accepted().at(-1)?.text).toBe('See you tomorrow')
  await desk.page.getByTestId('open-approved').click()
  await desk.page.getByTestId('approved-text').filter({ hasText: 'Hello again!' }).click()
  await desk.page.getByTestId('approved-send').click()
  await expect.poll(() => accepted().at(-1)?.template?.name).toBe('hello')
  expect(accepted()).toHaveLength(3)
})
