import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alarmOf, isUnusual } from '../src/domain/health.ts'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, type TestHub, untilTrue } from './support/hub.ts'
import {
  chatOf,
  connectBot,
  customerOf,
  reply,
  startWithTelegram,
  type TelegramStandIn,
  takenBy,
  timelineOf,
  untilDelivery,
  untilState,
} from './support/telegram.ts'

const hour = 3_600_000
const week = 7 * 24 * hour
const now = Date.UTC(2026, 2, 10, 12, 0)

describe('an alarm', () => {
  const well = {
    kind: 'telegram' as const,
    state: 'connected' as const,
    account: '@bot',
    stateSince: new Date(now - hour),
    checked: null,
    accessEndsAt: null,
    quietMinutes: null,
    lastInboundAt: new Date(now - hour),
    watchedSince: new Date(now - week),
  }
  test('is raised at once for what a person must mend, and after a while for what may pass', () => {
    expect(alarmOf(well, now, false)).toBeNull()
    expect(alarmOf({ ...well, state: 'logged_out', stateSince: new Date(now) }, now, false)).toBe('down')
    expect(alarmOf({ ...well, state: 'disconnected', stateSince: new Date(now - 44_000) }, now, false)).toBeNull()
    expect(alarmOf({ ...well, state: 'disconnected', stateSince: new Date(now - 45_000) }, now, false)).toBe('down')
    const refused = { at: now, ok: false, since: now - 45_000 }
    expect(alarmOf({ ...well, checked: refused }, now, false)).toBe('down')
    expect(alarmOf({ ...well, checked: { ...refused, since: now - 44_000 } }, now, false)).toBeNull()
  })
  test('is raised for a phone that is linked no more, and not for one that is being linked', () => {
    const unlinked = { ...well, state: 'pairing' as const, checked: { at: now, ok: false, since: now - 45_000 } }
    expect(alarmOf(unlinked, now, false)).toBe('down')
    expect(alarmOf({ ...unlinked, account: null }, now, false)).toBeNull()
  })
  test('counts silence by the limit of the admin, from the end of a pause, or not at all', () => {
    expect(alarmOf({ ...well, quietMinutes: 60 }, now, false)).toBe('quiet')
    expect(alarmOf({ ...well, quietMinutes: 61 }, now, false)).toBeNull()
    expect(alarmOf({ ...well, quietMinutes: 60, watchedSince: new Date(now - 59 * 60_000) }, now, false)).toBeNull()
    expect(alarmOf({ ...well, quietMinutes: 0 }, now, true)).toBeNull()
    expect(alarmOf(well, now, true)).toBe('quiet')
  })
  test('tells a week before the access ends', () => {
    expect(alarmOf({ ...well, accessEndsAt: new Date(now + week - 1) }, now, false)).toBe('expiring')
    expect(alarmOf({ ...well, accessEndsAt: new Date(now + week + 1) }, now, false)).toBeNull()
  })

  const lively = (...weeks: number[]) =>
    new Map(weeks.flatMap((n) => [9, 10, 11].map((at) => [now - n * week - (12 - at) * hour, 4] as const)))
  test('of silence compares with the same hours of earlier weeks', () => {
    const since = now - 2 * hour
    expect(isUnusual(lively(1, 2, 3, 4), since, now, 0)).toBe(true)
    // One quiet week, such as a holiday, makes a quiet hour a usual one.
    expect(isUnusual(lively(1, 2, 4), since, now, 0)).toBe(false)
    // A channel that is three weeks old has two weeks to compare with, one of two weeks only one.
    expect(isUnusual(lively(1, 2), since, now, now - 3 * week)).toBe(true)
    expect(isUnusual(lively(1), since, now, now - 2 * week)).toBe(false)
    // Silence of ten minutes is nothing, and that of the night neither.
    expect(isUnusual(lively(1, 2, 3, 4), now - hour / 6, now, 0)).toBe(false)
    expect(isUnusual(lively(1, 2, 3, 4), now - 20 * hour, now - 14 * hour, 0)).toBe(false)
    // Half an hour of an hour with four signs of life holds two of them.
    expect(isUnusual(lively(1, 2, 3, 4), now - hour / 2, now, 0)).toBe(false)
  })
})

describe('a channel', () => {
  let telegram: TelegramStandIn
  let hub: TestHub
  let ada: Person
  let drop: () => Promise<void>
  let bot: string
  let next = 900
  const customer = () => customerOf(ada, telegram, next++)
  const channelOf = async (id: string) =>
    (
      await ada.get(
        '{ channels { id name state reason action alarm alarmSince paused inboundLagSeconds lastInboundAt quietMinutes check { ok at latencyMs note } group { name } } }',
      )
    ).channels.find((channel: any) => channel.id === id)
  const healthOf = async (id: string) =>
    (
      await ada.get(
        'query($id: ID!) { channelHealth(channelId: $id) { waiting waitingSince undelivered unreadable latestChats { id } } }',
        { id },
      )
    ).channelHealth
  const alertsOf = async (person: Person) =>
    (await person.get('{ alerts(first: 50) { edges { node { kind chatId alarm channel { id name } } } } }')).alerts.edges.map(
      ({ node }: any) => node,
    )
  const asHub = <T>(body: Parameters<TestHub['works']['work']>[1]) =>
    workspaceId().then((id) => hub.works.work(systemOf(id), body as never)) as Promise<T>
  const workspaceId = async () => (await ada.get('{ workspace { id } }')).workspace.id as string

  beforeAll(async () => {
    ;({ telegram, hub, drop } = await startWithTelegram())
    ada = await setUp(hub)
    bot = await connectBot(ada, telegram)
  })
  afterAll(() => drop())

  test('shows when something came, how late, and what the platform says when it is asked', async () => {
    telegram.say('An old one', { from: 899, date: Math.floor(Date.now() / 1000) - 120 })
    await chatOf(ada, 'An old one')
    const shown = await untilTrue(async () => ((await channelOf(bot)).lastInboundAt ? channelOf(bot) : undefined))
    expect(shown.inboundLagSeconds).toBeGreaterThanOrEqual(119)
    expect(shown.inboundLagSeconds).toBeLessThan(140)
    const { checkChannel } = await ada.get('mutation($id: ID!) { checkChannel(channelId: $id) { __typename } }', { id: bot })
    expect(checkChannel.__typename).toBe('Channel')
    const { check } = await untilTrue(async () => ((await channelOf(bot)).check ? channelOf(bot) : undefined))
    expect(check).toMatchObject({ ok: true, note: null, latencyMs: expect.any(Number) })
  })

  test('counts what waits, what was not delivered and what could not be read', async () => {
    const { id, chatId } = await customer()
    expect(await healthOf(bot)).toMatchObject({ waiting: 0, waitingSince: null, undelivered: 0, unreadable: 0 })
    telegram.fault({ kind: 'answer', code: 500, description: 'Internal Server Error', chatId: id })
    const sent = await reply(ada, chatId, 'Soon')
    expect(await healthOf(bot)).toMatchObject({ waiting: 1, waitingSince: expect.any(String) })
    await untilDelivery(ada, sent.id, 'sent')
    telegram.block(id)
    await untilDelivery(ada, (await reply(ada, chatId, 'Lost')).id, 'failed')
    await asHub(
      (work) =>
        work.sql`insert into raw_deliveries (workspace_id, id, channel_id, body, note) values (${work.workspaceId}, ${randomUUID()}, ${bot}, '?', 'unreadable')`,
    )
    const health = await healthOf(bot)
    expect(health).toMatchObject({ waiting: 0, waitingSince: null, undelivered: 1, unreadable: 1 })
    expect(health.latestChats.map((chat: any) => chat.id)).toContain(chatId)
  })

  test('sends a test message without touching the chat', async () => {
    const { id, chatId } = await customer()
    const before = (await ada.get('query($id: ID!) { chat(id: $id) { state unread operator { id } waitingSince } }', { id: chatId })).chat
    const { sendTestMessage } = await ada.get('mutation($id: ID!) { sendTestMessage(chatId: $id) { ... on Message { id authorKind } } }', {
      id: chatId,
    })
    expect(sendTestMessage.authorKind).toBe('system')
    await untilDelivery(ada, sendTestMessage.id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['This is a test. If you can read it, messages arrive on this channel.'])
    expect((await ada.get('query($id: ID!) { chat(id: $id) { state unread operator { id } waitingSince } }', { id: chatId })).chat).toEqual(
      before,
    )
  })

  test('calls its admins, and nobody else, when it has been quiet for longer than they allow; a message ends it', async () => {
    const mia = await addColleague(ada, 'Mia', { role: 'supervisor' })
    await ada.get('mutation($id: ID!) { updateChannel(channelId: $id, quietMinutes: 1) { __typename } }', { id: bot })
    await asHub(
      (work) =>
        work.sql`update channels set last_inbound_at = now() - interval '2 minutes', watched_since = now() - interval '1 hour' where workspace_id = ${work.workspaceId} and id = ${bot}`,
    )
    await untilTrue(async () => (await channelOf(bot)).alarm === 'quiet', 15_000)
    expect(await alertsOf(ada)).toEqual([{ kind: 'channel', chatId: null, alarm: 'quiet', channel: { id: bot, name: 'Bot' } }])
    expect(await alertsOf(mia)).toEqual([])
    await customer()
    await untilTrue(async () => (await channelOf(bot)).alarm === null, 15_000)
    await ada.get('mutation($id: ID!) { updateChannel(channelId: $id, quietMinutes: null) { __typename } }', { id: bot })
    expect((await channelOf(bot)).quietMinutes).toBeNull()
  })

  test('calls them when earlier weeks were livelier in these hours', async () => {
    await asHub(async (work) => {
      await work.sql`update channels set last_inbound_at = now() - interval '3 hours', watched_since = now() - interval '40 days', created_at = now() - interval '40 days' where workspace_id = ${work.workspaceId} and id = ${bot}`
      await work.sql`insert into channel_hours (workspace_id, channel_id, hour, beats)
        select ${work.workspaceId}, ${bot}, date_trunc('hour', now() - w * interval '7 days' - h * interval '1 hour', 'UTC'), 5 from generate_series(1, 4) w, generate_series(0, 4) h`
    })
    await untilTrue(async () => (await channelOf(bot)).alarm === 'quiet', 15_000)
    await customer()
    await untilTrue(async () => (await channelOf(bot)).alarm === null, 15_000)
  })

  test('says within a minute that the platform refuses its access, and what to do', async () => {
    const started = Date.now()
    telegram.revokeToken()
    await untilTrue(async () => (await channelOf(bot)).alarm === 'down', 60_000)
    expect(await channelOf(bot)).toMatchObject({ state: 'logged_out', action: 'reconfigure', reason: expect.stringMatching(/token/i) })
    expect(Date.now() - started).toBeLessThan(60_000)
    expect((await alertsOf(ada)).filter(({ alarm }: any) => alarm === 'down')).toHaveLength(1)
    await ada.get('mutation($id: ID!, $o: JSON) { updateChannel(channelId: $id, options: $o) { __typename } }', {
      id: bot,
      o: { botToken: telegram.token(), apiRoot: telegram.apiRoot },
    })
    await untilState(ada, bot, 'connected')
    await untilTrue(async () => (await channelOf(bot)).alarm === null, 15_000)
  }, 90_000)

  test('is asked anew as soon as it is connected again', async () => {
    telegram.fault({ kind: 'html', method: '*', probability: 1 })
    // Ends the question that waits at Telegram, so that the next one fails.
    telegram.say('Anybody?', { from: 898 })
    await ada.get('mutation($id: ID!) { checkChannel(channelId: $id) { __typename } }', { id: bot })
    await untilTrue(async () => (await channelOf(bot)).check?.ok === false, 30_000)
    await untilTrue(async () => (await channelOf(bot)).state !== 'connected', 30_000)
    telegram.clearFaults()
    await untilState(ada, bot, 'connected')
    const { check } = await untilTrue(async () => ((await channelOf(bot)).check?.ok ? channelOf(bot) : undefined))
    expect(check).toMatchObject({ ok: true, note: null })
  }, 90_000)

  test('goes to another group with the chats that wait, and leaves those that are served', async () => {
    const [waiting, served] = [await customer(), await customer()]
    await ada.get('mutation($id: ID!) { takeChat(chatId: $id) { __typename } }', { id: served.chatId })
    const { createGroup } = await ada.get('mutation { createGroup(name: "Night", memberIds: []) { ... on Group { id } } }')
    await ada.get('mutation($id: ID!, $g: ID) { updateChannel(channelId: $id, groupId: $g, moveWaiting: true) { __typename } }', {
      id: bot,
      g: createGroup.id,
    })
    const groupOf = async (id: string) => (await ada.get('query($id: ID!) { chat(id: $id) { group { name } state } }', { id })).chat
    expect(await groupOf(waiting.chatId)).toEqual({ group: { name: 'Night' }, state: 'queued' })
    expect(await groupOf(served.chatId)).toEqual({ group: null, state: 'serving' })
    expect((await channelOf(bot)).group).toEqual({ name: 'Night' })
  })

  test('stops and goes on; while it is paused nothing is sent', async () => {
    const { id, chatId } = await customer()
    const pause = (paused: boolean) =>
      ada.get('mutation($id: ID!, $p: Boolean) { updateChannel(channelId: $id, paused: $p) { __typename } }', { id: bot, p: paused })
    await pause(true)
    await untilState(ada, bot, 'stopped')
    const sent = await reply(ada, chatId, 'Later')
    const { checkChannel } = await ada.get('mutation($id: ID!) { checkChannel(channelId: $id) { ... on Refusal { code } } }', { id: bot })
    expect(checkChannel.code).toBe('channel_paused')
    expect(takenBy(telegram, id)).toEqual([])
    await pause(false)
    await untilDelivery(ada, sent.id, 'sent')
    expect(takenBy(telegram, id)).toEqual(['Later'])
  })

  test('is removed by its name only, after saying what becomes of its chats, which stay to be read', async () => {
    const folder = join(hub.dataDir, 'channels', bot)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'profile'), 'secret')
    const { id, chatId } = await customer()
    const closed = await customer()
    await ada.get('mutation($id: ID!) { closeChat(chatId: $id, closing: { silent: true }) { __typename } }', { id: closed.chatId })
    telegram.fault({ kind: 'answer', code: 500, description: 'Internal Server Error', chatId: id, times: 100 })
    const sent = await reply(ada, chatId, 'Never')
    const preview = async () =>
      (await ada.get('query($id: ID!) { channelRemoval(channelId: $id) { openChats closedChats unsent } }', { id: bot })).channelRemoval
    const said = await preview()
    expect(said).toMatchObject({ closedChats: 1, unsent: 1 })
    const remove = (name: string) =>
      ada.get(
        'mutation($id: ID!, $n: String!) { removeChannel(channelId: $id, name: $n) { __typename ... on Refusal { code field } ... on Channel { removedAt secretsSet } } }',
        { id: bot, n: name },
      )
    expect((await remove('bot')).removeChannel).toEqual({ __typename: 'Refusal', code: 'other_name', field: 'name' })
    expect(await preview()).toEqual(said)
    expect((await remove('Bot')).removeChannel).toMatchObject({ removedAt: expect.any(String), secretsSet: [] })

    expect(await channelOf(bot)).toBeUndefined()
    expect(
      (await ada.ask('query($id: ID!) { channelHealth(channelId: $id) { waiting } }', { id: bot })).errors?.[0]?.extensions?.code,
    ).toBe('not_found')
    const chat = (await ada.get('query($id: ID!) { chat(id: $id) { state channel { name } } }', { id: chatId })).chat
    expect(chat).toEqual({ state: 'closed', channel: { name: 'Bot' } })
    expect((await timelineOf(ada, chatId)).map(({ text }) => text)).toEqual([`I am ${id}`, 'Never'])
    expect((await untilDelivery(ada, sent.id, 'failed', 'unknown')).delivery).toMatch(/failed|unknown/)
    expect((await ada.get('{ undelivered { edges { node { message { id } } } } }')).undelivered.edges).toEqual([])
    const { reopenChat } = await ada.get('mutation($id: ID!) { reopenChat(chatId: $id) { ... on Refusal { code } } }', { id: chatId })
    expect(reopenChat.code).toBe('channel_removed')
    const again = await ada.get('mutation($id: ID!) { updateChannel(channelId: $id, paused: false) { ... on Refusal { code } } }', {
      id: bot,
    })
    expect(again.updateChannel.code).toBe('not_found')
    await untilTrue(() => !existsSync(folder), 15_000)
    telegram.say('Anybody there?', { from: id })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const { chats } = await ada.get('{ chats(section: new, first: 100) { edges { node { lastMessage { text } } } } }')
    expect(chats.edges.map(({ node }: any) => node.lastMessage?.text)).not.toContain('Anybody there?')
  })
})
