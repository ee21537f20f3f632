import type { InboundEvent } from '@parley/schema/connector'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import { connectBot, customerOf, reply, startWithTelegram, type TelegramStandIn, untilDelivery } from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let bot: string
let drop: () => Promise<void>
let next = 800

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram())
  ada = await setUp(hub)
  bot = await connectBot(ada, telegram)
})
afterAll(() => drop())

/** A message whose fate nobody knows, and the way to tell something of it as its platform would. */
async function doubtful() {
  const { id, chatId } = await customerOf(ada, telegram, next++)
  telegram.fault({ kind: 'lose_reply', chatId: id })
  const sent = await reply(ada, chatId, 'Did you get it?')
  await untilDelivery(ada, sent.id, 'unknown')
  const workspaceId = (await ada.get('{ workspace { id } }')).workspace.id
  const tell = (event: Partial<Extract<InboundEvent, { type: 'receipt' }>>, more: { cursor?: string } = {}) =>
    hub.works.work(systemOf(workspaceId), (work) =>
      receive(work, [
        {
          ...more,
          channelId: bot,
          events: [
            {
              type: 'receipt',
              key: `r${Math.random()}`,
              at: 0,
              thread: { id: String(id), kind: 'direct' },
              state: 'delivered',
              partKey: `${sent.id}.0`,
              ...event,
            },
          ],
        },
      ]),
    )
  const outcomes = async () =>
    (
      await ada.get('query($id: ID!) { message(id: $id) { delivery attempts { outcome failure { code platform } operator { id } } } }', {
        id: sent.id,
      })
    ).message
  return { id: sent.id as string, tell, outcomes }
}

test('a late receipt that settles a doubtful message stands in its ledger, once', async () => {
  const { tell, outcomes } = await doubtful()
  await tell({ state: 'delivered' })
  await tell({ state: 'read' })
  const { delivery, attempts } = await outcomes()
  expect(delivery).toBe('read')
  expect(attempts.map(({ outcome }: any) => outcome)).toEqual(['unknown', 'receipt'])
  expect(attempts[1]).toEqual({ outcome: 'receipt', failure: null, operator: null })
})

test('so does a receipt that the platform refused it after all, with its words', async () => {
  const { tell, outcomes } = await doubtful()
  await tell({ state: 'failed', failure: { code: 'payment', message: 'Business eligibility payment issue' } })
  const { delivery, attempts } = await outcomes()
  expect(delivery).toBe('failed')
  expect(attempts[1]).toMatchObject({ outcome: 'failed', failure: { code: 'payment', platform: 'Business eligibility payment issue' } })
})

test('up to a moment of the platform everything doubtful stays as it is, and what was sent advances without a line', async () => {
  const { tell, outcomes } = await doubtful()
  await tell({ state: 'read', partKey: undefined, upTo: Date.now() + 60_000 })
  expect(await outcomes()).toMatchObject({ delivery: 'unknown', attempts: [{ outcome: 'unknown' }] })
})

test.each([
  ['a receipt that names its part', { state: 'delivered' as const }],
  ['a receipt up to a moment', { state: 'delivered' as const, partKey: undefined, upTo: Date.now() + 3_600_000 }],
])('%s waits for whoever has the message in hand, and holds nothing he may need', async (_, event) => {
  const { id, tell, outcomes } = await doubtful()
  await tell({ state: 'sent' })
  const owner = postgres(hub.databaseUrl, { max: 2, onnotice: () => {} })
  try {
    let told: Promise<unknown> | undefined
    await owner.begin(async (tx) => {
      await tx`select from messages where id = ${id} for no key update`
      told = tell(event, { cursor: '0' })
      const isWaiting = async () =>
        (await owner`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length > 0
      await untilTrue(isWaiting)
      await tx`set local lock_timeout = '500ms'`
      await tx`update outgoing_parts set attempt = attempt where message_id = ${id}`
      await tx`update channels set hold_until = hold_until where id = ${bot}`
    })
    await told
  } finally {
    await owner.end()
  }
  expect((await outcomes()).delivery).toBe('delivered')
})
