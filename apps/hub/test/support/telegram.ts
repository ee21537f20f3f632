import { startTelegramStandIn, type TelegramStandIn, type TelegramStandInOptions } from '@parley/conformance/telegram'
import { type Person, startTestHub, type TestHub, untilTrue } from './hub.ts'

export { tooManyRequests } from '@parley/conformance/telegram'
export type { TelegramStandIn }

/** A hub that may reach the stand-in, and the stand-in. `hub` is replaced by what starts next on the same data. */
export async function startWithTelegram(options: TelegramStandInOptions = {}, more: Record<string, string> = {}) {
  const telegram = await startTelegramStandIn(options)
  const hub = await startTestHub({ PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host, ...more })
  return {
    telegram,
    hub,
    drop: async () => {
      await hub.drop()
      await telegram.stop()
    },
  }
}

/** A further hub on the data of the first one. */
export const startBeside = (hub: TestHub, telegram: TelegramStandIn, more: Record<string, string> = {}) =>
  startTestHub({ DATABASE_URL: hub.databaseUrl, PARLEY_ALLOW_PRIVATE_FETCH: new URL(telegram.apiRoot).host, ...more })

const create = `mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message field } } }`
const update = `mutation($id: ID!, $options: JSON) { updateChannel(channelId: $id, options: $options) { ... on Channel { id } ... on Refusal { code message field } } }`
const send = `mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id delivery text } ... on Refusal { code message field } } }`

/** Connects the stand-in's bot and waits until it is connected. */
export async function connectBot(admin: Person, telegram: TelegramStandIn, more: Record<string, unknown> = {}): Promise<string> {
  const { createChannel } = await admin.get(create, {
    input: { kind: 'telegram', name: 'Bot', options: { botToken: telegram.token(), apiRoot: telegram.apiRoot, ...more } },
  })
  if (!createChannel.id) throw new Error(JSON.stringify(createChannel))
  await untilState(admin, createChannel.id, 'connected')
  return createChannel.id
}

export const changeToken = (admin: Person, telegram: TelegramStandIn, id: string) =>
  admin.get(update, { id, options: { botToken: telegram.token(), apiRoot: telegram.apiRoot } })

export const untilState = (admin: Person, id: string, state: string) =>
  untilTrue(
    async () =>
      (await admin.get('{ channels { id state } }')).channels.some((channel: any) => channel.id === id && channel.state === state),
    20_000,
  )

/** The chat in which the customer said this. */
export async function chatOf(admin: Person, text: string): Promise<string> {
  return untilTrue(async () => {
    for (const section of ['new', 'mine']) {
      const { chats } = await admin.get(
        'query($section: ChatSection!) { chats(section: $section, first: 100) { edges { node { id lastMessage { text } } } } }',
        { section },
      )
      const found = chats.edges.find(({ node }: any) => node.lastMessage?.text === text)
      if (found) return found.node.id as string
    }
    return undefined
  }, 15_000)
}

/** A customer who has written, so that he can be answered. */
export async function customerOf(admin: Person, telegram: TelegramStandIn, id: number): Promise<{ id: number; chatId: string }> {
  telegram.say(`I am ${id}`, { from: id })
  return { id, chatId: await chatOf(admin, `I am ${id}`) }
}

export interface Sent {
  __typename: string
  id: string
  delivery: string
  code?: string
}
export const reply = async (person: Person, chatId: string, text: string, clientId: string = crypto.randomUUID()): Promise<Sent> =>
  (await person.get(send, { input: { chatId, clientId, text } })).sendMessage

export const messageOf = async (person: Person, id: string) =>
  (
    await person.get(
      'query($id: ID!) { message(id: $id) { delivery text editedAt removedAt failure { code platform } reactions { emoji } } }',
      { id },
    )
  ).message
export const untilDelivery = (person: Person, id: string, ...states: string[]) =>
  untilTrue(async () => {
    const message = await messageOf(person, id)
    return states.includes(message.delivery) ? message : undefined
  }, 20_000)

/** What the platform took for this customer, oldest first. */
export const takenBy = (telegram: TelegramStandIn, customer: number): (string | undefined)[] =>
  telegram.ledger.accepted.filter((one) => one.chatId === customer).map((one) => one.text)

export async function timelineOf(person: Person, chatId: string): Promise<any[]> {
  const { chat } = await person.get(
    'query($id: ID!) { chat(id: $id) { timeline(last: 100) { edges { node { __typename ... on Message { id text late direction delivery editedAt reactions { by emoji } } } } } } }',
    { id: chatId },
  )
  return chat.timeline.edges.map(({ node }: any) => node).filter((node: any) => node.__typename === 'Message')
}
