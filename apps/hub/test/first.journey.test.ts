import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, setUp, startTestHub, startVisitor, type TestHub } from './support/hub.ts'

const feed =
  'subscription($after: Int) { feed(after: $after) { cursor reset event { type goneChatId chat { id number state unread operator { name } } message { id text direction delivery authorName } activity { type operator { name } } } signal { chatId on operator { name } } } }'
const visitorFeed =
  'subscription($after: Int) { visitorFeed(after: $after) { cursor reset message { id author authorName text delivery } chat { state operatorName } typing online } }'
const send =
  'mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id text delivery clientId } ... on Refusal { code message field remedy } } }'

let hub: TestHub
let ada: Person

beforeAll(async () => {
  hub = await startTestHub()
  ada = await setUp(hub)
})
afterAll(() => hub.drop())

describe('a visitor and an operator', () => {
  test('talk both ways, and each sees what became of his message', async () => {
    const desk = ada.follow(feed)
    await desk.until((frame) => frame.event === null)
    const maria = await startVisitor(ada)
    const window = maria.follow(visitorFeed)
    await window.until((frame) => frame.cursor >= 0)

    const said = await maria.say('Is the red one in stock?')
    expect(said).toMatchObject({ __typename: 'VisitorMessage', text: 'Is the red one in stock?', delivery: 'sent' })
    const arrived = await desk.until((frame) => frame.event?.message?.text === 'Is the red one in stock?')
    expect(arrived.event).toMatchObject({
      type: 'message_received',
      chat: { number: 1, state: 'queued', unread: 1 },
      message: { direction: 'in', authorName: 'Maria' },
    })
    const chatId = arrived.event.chat.id

    const { takeChat } = await ada.get(
      'mutation($id: ID!) { takeChat(chatId: $id) { __typename ... on Chat { state operator { name } may { reply } } } }',
      { id: chatId },
    )
    expect(takeChat).toEqual({ __typename: 'Chat', state: 'serving', operator: { name: 'Ada' }, may: { reply: true } })
    await window.until((frame) => frame.chat?.operatorName === 'Ada')

    const { sendMessage } = await ada.get(send, { input: { chatId, clientId: 'one', text: 'Yes, two are left.' } })
    expect(sendMessage).toMatchObject({ __typename: 'Message', delivery: 'sent' })
    await window.until((frame) => frame.message?.author === 'you' && frame.message.delivery === 'read')
    const read = await window.until((frame) => frame.message?.text === 'Yes, two are left.')
    expect(read.message).toMatchObject({ author: 'operator', authorName: 'Ada' })

    await maria.get('mutation($id: ID!) { acknowledge(messageId: $id, read: false) }', { id: sendMessage.id })
    await desk.until((frame) => frame.event?.message?.id === sendMessage.id && frame.event.message.delivery === 'delivered')
    await maria.get('mutation($id: ID!) { acknowledge(messageId: $id, read: true) }', { id: sendMessage.id })
    await desk.until((frame) => frame.event?.message?.id === sendMessage.id && frame.event.message.delivery === 'read')

    await ada.get('mutation($id: ID!, $m: ID!) { readChat(chatId: $id, messageId: $m) { ... on Chat { unread } } }', {
      id: chatId,
      m: said.id,
    })
    await maria.get('mutation { setTyping(on: true) }')
    await desk.until((frame) => frame.signal?.chatId === chatId && frame.signal.on)
    await ada.get('mutation($id: ID!) { setTyping(chatId: $id, on: true) }', { id: chatId })
    await window.until((frame) => frame.typing === true)

    const { chat } = await ada.get(
      'query($id: ID!) { chat(id: $id) { number customer { name email } timeline(last: 50) { edges { node { __typename ... on Message { text delivery } ... on Activity { type } } } } } }',
      { id: chatId },
    )
    expect(chat.customer).toEqual({ name: 'Maria', email: 'maria@customer.example' })
    expect(chat.timeline.edges.map(({ node }: any) => node.text ?? node.type)).toEqual([
      'chat_opened',
      'Is the red one in stock?',
      'chat_taken',
      'Yes, two are left.',
    ])
    expect(
      (await maria.get('{ visitor { chat { messages(last: 10) { edges { node { text author } } } } } }')).visitor.chat.messages.edges.map(
        ({ node }: any) => node.text,
      ),
    ).toEqual(['Is the red one in stock?', 'Yes, two are left.'])
    desk.end()
    window.end()
  })
})
