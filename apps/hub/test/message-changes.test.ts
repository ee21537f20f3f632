import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addColleague, type Person, setUp, startVisitor, type TestHub, untilTrue } from './support/hub.ts'
import {
  connectBot,
  customerOf,
  reply,
  startBeside,
  startWithTelegram,
  type TelegramStandIn,
  takenBy,
  timelineOf,
  untilDelivery,
} from './support/telegram.ts'

let telegram: TelegramStandIn
let hub: TestHub
let ada: Person
let bea: Person & { id: string }
let lea: Person & { id: string }
let drop: () => Promise<void>
let next = 900
const customer = () => customerOf(ada, telegram, next++)

beforeAll(async () => {
  ;({ telegram, hub, drop } = await startWithTelegram({ pace: { perSecond: 30, perChatPerSecond: 20 } }))
  ada = await setUp(hub)
  await connectBot(ada, telegram)
  bea = await addColleague(ada, 'Bea', { role: 'operator', groupIds: [] })
  lea = await addColleague(ada, 'Lea', { role: 'supervisor', groupIds: [] })
})
afterAll(() => drop())

const shown = `__typename ... on Message { id text delivery editedAt removedAt reactions { by emoji operator { name } } changes { kind state text emoji operator { name } failure { code platform } } }
  ... on Refusal { code field }`
const act = async (who: Person, name: string, args: Record<string, string | null>) => {
  const given = Object.entries(args).map(([key]) => `${key}: $${key}`)
  const types = Object.keys(args).map((key) => `$${key}: ${key === 'messageId' ? 'ID!' : key === 'text' ? 'String!' : 'String'}`)
  return (await who.get(`mutation(${types.join(', ')}) { ${name}(${given.join(', ')}) { ${shown} } }`, args))[name]
}
const edit = (who: Person, messageId: string, text: string) => act(who, 'editMessage', { messageId, text })
const remove = (who: Person, messageId: string) => act(who, 'removeMessage', { messageId })
const react = (who: Person, messageId: string, emoji: string | null) => act(who, 'reactToMessage', { messageId, emoji })
const messageOf = async (who: Person, id: string) =>
  (
    await who.get(
      `query($id: ID!) { message(id: $id) { text delivery editedAt removedAt replyTo { id } reactions { by emoji operator { name } }
        changes { kind state text emoji failure { code platform } } versions { text removed operator { name } } } }`,
      { id },
    )
  ).message
const settled = (id: string) =>
  untilTrue(async () => {
    const message = await messageOf(ada, id)
    // The message and what is under way are read one after the other: read once more when nothing is.
    return message.changes.every(({ state }: any) => state === 'failed') ? messageOf(ada, id) : undefined
  }, 20_000)
const sent = async (chatId: string, text: string) => {
  const { id } = await reply(ada, chatId, text)
  await untilDelivery(ada, id, 'sent')
  return id
}
/** What stands at the platform for this customer, as he sees it. */
const there = (id: number) => telegram.ledger.accepted.filter((one) => one.chatId === id && !one.removed)
/** Keeps the lane waiting until the fault is over. */
const busy = (id: number, seconds = 2) =>
  telegram.fault({ kind: 'answer', code: 429, description: 'Too Many Requests', parameters: { retry_after: seconds }, chatId: id })
const last = async (chatId: string) => (await timelineOf(ada, chatId)).at(-1)

describe.concurrent('an operator', { timeout: 120_000 }, () => {
  test('edits his message at the platform, and the earlier text is kept with who changed it', async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'We open at 8.')
    const answer = await edit(ada, message, 'We open at 9.')
    expect(answer).toMatchObject({
      text: 'We open at 8.',
      changes: [{ kind: 'edit', state: 'queued', text: 'We open at 9.', operator: { name: 'Ada' } }],
    })
    const now = await settled(message)
    expect(now).toMatchObject({
      text: 'We open at 9.',
      changes: [],
      versions: [{ text: 'We open at 8.', removed: false, operator: { name: 'Ada' } }],
    })
    expect(now.editedAt).not.toBeNull()
    expect(there(id)).toMatchObject([{ text: 'We open at 9.', edits: 1 }])
    expect((await edit(ada, message, 'We open at 9.')).changes).toEqual([])
  })

  test('edits several times in a row, and the customer gets the last one, not those overtaken', async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'one')
    telegram.fault({ ...wait(1), method: 'editMessageText', chatId: id })
    for (const text of ['two', 'three', 'four']) await edit(ada, message, text)
    expect(await settled(message)).toMatchObject({ text: 'four' })
    expect(there(id)[0]?.text).toBe('four')
    expect(there(id)[0]?.edits).toBeLessThanOrEqual(2)
  })

  test('edits what still waits: the customer gets the new text alone, and nothing says "edited"', async () => {
    const { id, chatId } = await customer()
    busy(id)
    const { id: first } = await reply(ada, chatId, 'first')
    const { id: second } = await reply(ada, chatId, 'second, with a misteak')
    expect(await edit(ada, second, 'second')).toMatchObject({ text: 'second', editedAt: null, changes: [], delivery: 'queued' })
    await untilDelivery(ada, first, 'sent')
    await untilDelivery(ada, second, 'sent')
    expect(takenBy(telegram, id)).toEqual(['first', 'second'])
    expect(there(id).map(({ edits }) => edits)).toEqual([0, 0])
  })

  test('takes back what still waits, and it is never sent', async () => {
    const { id, chatId } = await customer()
    busy(id)
    const { id: first } = await reply(ada, chatId, 'first')
    const { id: second } = await reply(ada, chatId, 'never')
    const { id: third } = await reply(ada, chatId, 'third')
    expect(await remove(ada, second)).toMatchObject({ text: null, delivery: null, changes: [] })
    await untilDelivery(ada, first, 'sent')
    await untilDelivery(ada, third, 'sent')
    expect(takenBy(telegram, id)).toEqual(['first', 'third'])
    expect(await messageOf(ada, second)).toMatchObject({ delivery: null, versions: [{ text: 'never', removed: true }] })
  })

  test('changes a message whose turn has come: the change stands in the lane behind it, before what was written later', async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'slow', ms: 700, chatId: id })
    const { id: first } = await reply(ada, chatId, 'slow')
    await untilDelivery(ada, first, 'sending')
    await edit(ada, first, 'slow, edited')
    const { id: second } = await reply(ada, chatId, 'later')
    await untilDelivery(ada, second, 'sent')
    expect(there(id)).toMatchObject([{ text: 'slow, edited', edits: 1 }, { text: 'later' }])
    expect(await settled(first)).toMatchObject({ text: 'slow, edited' })
  })

  test('deletes what he sent, for the customer too; twice is once', async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'Not for you.')
    await remove(ada, message)
    await remove(ada, message)
    const now = await untilTrue(async () => {
      const one = await messageOf(ada, message)
      return one.removedAt ? one : undefined
    }, 20_000)
    expect(now).toMatchObject({
      text: null,
      delivery: 'sent',
      changes: [],
      versions: [{ text: 'Not for you.', removed: true, operator: { name: 'Ada' } }],
    })
    expect(there(id)).toEqual([])
    expect(await edit(ada, message, 'More.')).toMatchObject({ code: 'message_removed' })
    expect(await react(ada, message, '👍')).toMatchObject({ code: 'message_removed' })
  })

  test('deletes a message in several parts whole', async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'x'.repeat(9_000))
    expect(there(id)).toHaveLength(3)
    expect(await edit(ada, message, 'short')).toMatchObject({ code: 'edit_splits', field: 'text' })
    await edit(ada, message, `${'x'.repeat(8_999)}y`)
    await settled(message)
    expect(there(id).map(({ edits }) => edits)).toEqual([0, 0, 1])
    await remove(ada, message)
    await untilTrue(async () => (await messageOf(ada, message)).removedAt, 20_000)
    expect(there(id)).toEqual([])
  })

  test('reacts to what the customer said, changes his mind, and takes it away', async () => {
    const { id, chatId } = await customer()
    const { id: said } = await last(chatId)
    await react(ada, said, '👍')
    expect(await settled(said)).toMatchObject({ reactions: [{ by: 'Ada', emoji: '👍', operator: { name: 'Ada' } }] })
    await react(ada, said, '❤️')
    expect((await settled(said)).reactions).toEqual([{ by: 'Ada', emoji: '❤', operator: { name: 'Ada' } }])
    await react(ada, said, null)
    expect((await settled(said)).reactions).toEqual([])
    expect(telegram.ledger.reactions.filter(({ chatId }) => chatId === id).map(({ emoji }) => emoji)).toEqual(['👍', '❤', null])
    expect(await react(ada, said, '🧀')).toMatchObject({ code: 'emoji_not_offered', field: 'emoji' })
    for (const none of ['', 'ok', '👍👍', '1', 'a👍'])
      expect([none, await react(ada, said, none)]).toMatchObject([none, { code: 'bad_emoji' }])
  })

  test("reads in the platform's words why it did not take a change, and sees what the customer still has", async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'As it was.')
    telegram.fault({
      kind: 'answer',
      code: 400,
      description: "Bad Request: message can't be edited",
      method: 'editMessageText',
      chatId: id,
    })
    await edit(ada, message, 'As it should be.')
    const refused = await untilTrue(async () => {
      const one = await messageOf(ada, message)
      return one.changes[0]?.state === 'failed' ? one : undefined
    })
    expect(refused).toMatchObject({
      text: 'As it was.',
      editedAt: null,
      changes: [{ text: 'As it should be.', failure: { code: 'too_old', platform: expect.stringContaining("can't be edited") } }],
    })
    await edit(ada, message, 'As it should be.')
    expect(await untilTrue(async () => ((await messageOf(ada, message)).editedAt ? messageOf(ada, message) : undefined))).toMatchObject({
      text: 'As it should be.',
      changes: [],
    })
  })

  test('changes nothing of what nobody knows the fate of, and corrects what failed before it is sent again', async () => {
    const { id, chatId } = await customer()
    telegram.fault({ kind: 'lose_reply', chatId: id })
    const { id: lost } = await reply(ada, chatId, 'lost')
    await untilDelivery(ada, lost, 'unknown')
    expect(await edit(ada, lost, 'found')).toMatchObject({ code: 'not_settled' })
    expect(await remove(ada, lost)).toMatchObject({ code: 'not_settled' })
    telegram.fault({ kind: 'answer', code: 400, description: 'Bad Request: bad words', chatId: id })
    const { id: failed } = await reply(ada, chatId, 'bad words')
    await untilDelivery(ada, failed, 'failed')
    expect(await edit(ada, failed, 'good words')).toMatchObject({ text: 'good words', delivery: 'failed' })
    await ada.get('mutation($id: ID!) { resendMessage(messageId: $id) { __typename } }', { id: failed })
    await untilDelivery(ada, failed, 'sent')
    expect(takenBy(telegram, id)).toEqual(['lost', 'good words'])
  })

  test('whose answer from the platform was lost is asked for again, and the outcome is the same', async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'before')
    telegram.fault({ kind: 'lose_reply', method: 'editMessageText', chatId: id })
    await edit(ada, message, 'after')
    expect(await settled(message)).toMatchObject({ text: 'after', changes: [], versions: [{ text: 'before' }] })
    telegram.fault({ kind: 'lose_reply', method: 'deleteMessage', chatId: id })
    await remove(ada, message)
    await untilTrue(async () => (await messageOf(ada, message)).removedAt, 10_000)
    expect(there(id)).toEqual([])
  })

  test('quotes his own message, and the platform is told which one', async () => {
    const { id, chatId } = await customer()
    const first = await sent(chatId, 'This one.')
    const { sendMessage } = await ada.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { ... on Message { id } } }', {
      i: { chatId, clientId: crypto.randomUUID(), text: 'See above.', replyToId: first },
    })
    await untilDelivery(ada, sendMessage.id, 'sent')
    expect(there(id)[1]?.replyTo).toBe(there(id)[0]?.messageId)
  })
})

const wait = (seconds: number) => ({
  kind: 'answer' as const,
  code: 429,
  description: 'Too Many Requests',
  parameters: { retry_after: seconds },
})

describe('rights', () => {
  test("an operator does not touch a colleague's message; who supervises the chat may delete it and read what it was", async () => {
    const { id, chatId } = await customer()
    const message = await sent(chatId, 'By Ada.')
    await bea.get('mutation { setPresence(presence: busy) { __typename } }')
    await ada.get('mutation($chatId: ID!, $ids: ID!) { transferChat(chatId: $chatId, operatorId: $ids) { __typename } }', {
      chatId,
      ids: bea.id,
    })
    expect(await edit(bea, message, 'By Bea.')).toMatchObject({ code: 'forbidden' })
    expect(await remove(bea, message)).toMatchObject({ code: 'forbidden' })
    expect(await edit(lea, message, 'By Lea.')).toMatchObject({ code: 'forbidden' })
    await remove(lea, message)
    await untilTrue(async () => (await messageOf(ada, message)).removedAt, 20_000)
    expect(there(id)).toEqual([])
    expect((await messageOf(lea, message)).versions).toMatchObject([{ text: 'By Ada.', operator: { name: 'Lea' } }])
    expect((await messageOf(ada, message)).versions).toHaveLength(1)
    expect((await messageOf(bea, message)).versions).toEqual([])
    expect((await react(bea, (await timelineOf(bea, chatId))[0].id, '🔥')).__typename).toBe('Message')
  })

  test('nobody edits or deletes what the customer said', async () => {
    const { chatId } = await customer()
    const { id: said } = await last(chatId)
    expect(await edit(ada, said, 'Never said.')).toMatchObject({ code: 'forbidden' })
    expect(await remove(ada, said)).toMatchObject({ code: 'forbidden' })
  })
})

describe('on the platform', () => {
  test("a customer's edit keeps his earlier words, and his reaction stands beside the operator's", async () => {
    const { id, chatId } = await customer()
    const said = telegram.say('I want tow.', { from: id })
    const mine = await untilTrue(async () => ((await last(chatId)).text === 'I want tow.' ? last(chatId) : undefined))
    telegram.edit(said.messageId ?? 0, 'I want two.', { from: id })
    expect(await untilTrue(async () => ((await messageOf(ada, mine.id)).editedAt ? messageOf(ada, mine.id) : undefined))).toMatchObject({
      text: 'I want two.',
      versions: [{ text: 'I want tow.', removed: false, operator: null }],
    })
    const message = await sent(chatId, 'Two it is.')
    await react(ada, message, '🎉')
    await settled(message)
    telegram.react(there(id)[0]?.messageId ?? 0, '🔥', { from: id })
    const both = await untilTrue(async () => {
      const { reactions } = await messageOf(ada, message)
      return reactions.length === 2 ? reactions : undefined
    })
    expect(both.map(({ emoji, operator }: any) => [emoji, operator?.name ?? null])).toEqual([
      ['🎉', 'Ada'],
      ['🔥', null],
    ])
    telegram.react(there(id)[0]?.messageId ?? 0, null, { from: id })
    await untilTrue(async () => (await messageOf(ada, message)).reactions.length === 1)
  })

  test('a hub that is killed between the platform and the database leaves no change undone or half done', async () => {
    const { id, chatId } = await customer()
    const messages = []
    for (const word of ['a', 'b', 'c']) messages.push(await sent(chatId, word))
    telegram.fault({ kind: 'slow', ms: 1_500, method: 'editMessageText', chatId: id })
    for (const message of messages) await edit(ada, message, 'changed')
    await untilTrue(async () => there(id).some(({ text }) => text === 'changed'), 10_000)
    await hub.stop()
    const again = await startBeside(hub, telegram)
    hub = Object.assign(again, { drop: hub.drop })
    ada = await (await import('./support/hub.ts')).signIn(hub.url, 'ada@acme.example', 'acme')
    for (const message of messages) expect(await settled(message)).toMatchObject({ text: 'changed', changes: [] })
    expect(there(id).map(({ text, edits }) => [text, edits])).toEqual([
      ['changed', 1],
      ['changed', 1],
      ['changed', 1],
    ])
  }, 60_000)
})

describe('on a website', () => {
  test('edits, deletions, reactions and quotes are with the visitor at once', async () => {
    const visitor = await startVisitor(ada)
    const say = async (text: string, more: Record<string, unknown> = {}) =>
      (
        await visitor.get(
          'mutation($i: VisitorMessageInput!) { sendMessage(input: $i) { __typename ... on VisitorMessage { id } ... on Refusal { code field } } }',
          {
            i: { clientId: crypto.randomUUID(), text, ...more },
          },
        )
      ).sendMessage
    const said = await say('Hello')
    const { chats } = await ada.get('{ chats(section: new, first: 50) { edges { node { id lastMessage { id } } } } }')
    const chatId = chats.edges.find(({ node }: any) => node.lastMessage?.id === said.id)?.node.id
    const { id } = await reply(ada, chatId, 'Helo!')
    await reply(ada, chatId, 'Away with it.').then((one) => remove(ada, one.id))
    expect(await edit(ada, id, 'Hello!')).toMatchObject({ text: 'Hello!', changes: [] })
    await react(ada, said.id, '👋')
    const quoting = await say('To that.', { replyToId: id })
    expect(quoting.__typename).toBe('VisitorMessage')
    expect(await say('No.', { replyToId: crypto.randomUUID() })).toMatchObject({ code: 'not_found', field: 'replyToId' })
    const { visitor: me } = await visitor.get(
      '{ visitor { chat { messages(last: 10) { edges { node { text edited removed replyTo { text } reactions { emoji by } } } } } } }',
    )
    expect(me.chat.messages.edges.map(({ node }: any) => node)).toEqual([
      { text: 'Hello', edited: false, removed: false, replyTo: null, reactions: [{ emoji: '👋', by: 'Ada' }] },
      { text: 'Hello!', edited: true, removed: false, replyTo: null, reactions: [] },
      { text: null, edited: false, removed: true, replyTo: null, reactions: [] },
      { text: 'To that.', edited: false, removed: false, replyTo: { text: 'Hello!' }, reactions: [] },
    ])
  })
})
