import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import whatsapp, { type Client, type Message } from 'whatsapp-web.js'
import { cutDown, type Heard, type Told, type Who } from './heard.ts'
import { chatsSince, fetchIntoPage, handFile, readMedia, useId } from './page.ts'
import { within } from './pause.ts'
import type { Calls, Orders, Outgoing } from './protocol.ts'

type Answers = { [Name in keyof Calls]: (given: Calls[Name][0]) => Promise<Calls[Name][1]> }

interface DeviceOptions {
  client: Client
  orders: Orders
  heard(heard: Heard): void
}

/** The linked device once it is ready: what can be asked of it, and what it hears. */
export function createDevice({ client, orders, heard }: DeviceOptions): { answers: Omit<Answers, 'end'>; listen(): void } {
  const page = () => {
    if (!client.pupPage) throw new Error('There is no page.')
    return client.pupPage
  }
  const known = new Map<string, Promise<Who>>()
  let telling = Promise.resolve()
  /** What is heard waits until what was missed has been told: nothing overtakes what was said before it. */
  let held: (() => void)[] | undefined = []

  /** Both names of the other side; asked once per load, and never worth losing a message over. */
  function whoIs(id: string): Promise<Who> {
    const asked =
      known.get(id) ??
      within(client.getContactLidAndPhone([id]), orders.timing.callMs, 'no answer').then(
        ([names]) => ({ ...(names?.pn && { phone: names.pn }), ...(names?.lid && { lid: names.lid }) }),
        () => ({}),
      )
    known.set(id, asked)
    return asked
  }

  /** In the order the page told, though the names have to be asked for. */
  function tell(message: Message | { _data: Told; remote: string }, make: (m: Told, who: Who) => Heard) {
    const told = (message as unknown as { _data: Told })._data
    const remote = 'remote' in message ? message.remote : remoteOf(told)
    const asking = /@(c\.us|lid)$/.test(remote) ? whoIs(remote) : Promise.resolve({})
    telling = telling.then(async () => heard(make(cutDown(told), await asking)))
  }

  const hear: typeof tell = (message, make) => (held ? void held.push(() => tell(message, make)) : tell(message, make))

  function listen() {
    client.on('message_create', (message) => hear(message, (m, who) => ({ k: 'message', m, who })))
    client.on('message_edit', (message, body) => hear(message, (m, who) => ({ k: 'edit', m, who, text: String(body) })))
    client.on('message_revoke_everyone', (message) => hear(message, (m, who) => ({ k: 'removal', m, who })))
    client.on('message_ack', (message, ack) => hear(message, (m, who) => ({ k: 'receipt', m, who, ack })))
    client.on('message_reaction', ({ id: own, msgId, senderId, reaction, timestamp }) => {
      const id = msgId as unknown as { remote: string | { _serialized: string } }
      const remote = typeof id.remote === 'string' ? id.remote : id.remote._serialized
      hear({ _data: { id: msgId }, remote }, (m, who) => ({
        k: 'reaction',
        m,
        who,
        own: own._serialized,
        from: senderId,
        emoji: reaction,
        at: timestamp,
      }))
    })
  }

  async function send({ id, thread, text, replyTo, file }: Outgoing) {
    if (/@(c\.us|lid)$/.test(thread) && !(await client.getNumberId(thread))) throw new Error(`${thread.split('@')[0]} is not on WhatsApp.`)
    const taken = file && (await handFile(page(), file.path, id))
    try {
      await useId(page(), id)
      const content = file ? new whatsapp.MessageMedia(file.mime, id, file.name) : (text ?? '')
      const sent = await client.sendMessage(thread, content, {
        waitUntilMsgSent: true,
        // It would mark the chat as read on the phone, and has broken sending before.
        sendSeen: false,
        linkPreview: false,
        parseVCards: false,
        ignoreQuoteErrors: true,
        ...(replyTo && { quotedMessageId: replyTo }),
        ...(file && { caption: text, sendMediaAsDocument: file.kind === 'file', sendAudioAsVoice: file.kind === 'voice' }),
      })
      if (!sent) throw new Error('WhatsApp Web gave no message back.')
      return fateOf(sent)
    } finally {
      await taken?.().catch(() => {})
    }
  }

  async function lookUp({ thread, id }: { thread: string; id: string }) {
    const { lid } = await whoIs(thread)
    for (const remote of [thread, ...(lid ? [lid] : [])]) {
      const message = await client.getMessageById(`true_${remote}_${id}`)
      if (message) return fateOf(message)
    }
    return undefined
  }

  async function messageOf(id: string): Promise<Message> {
    const message = await client.getMessageById(id)
    if (!message) throw new Error('WhatsApp does not know this message.')
    return message
  }

  async function fetchMedia({ id }: { id: string }) {
    const fetched = await fetchIntoPage(page(), id)
    if ('gone' in fetched) return fetched
    const path = join(orders.scratch, randomUUID())
    await pipeline(readMedia(page(), id, fetched.size), createWriteStream(path, { mode: 0o600 }))
    return { ...fetched, path }
  }

  async function catchUp({ since }: { since: number }) {
    let missed = 0
    for (const id of await chatsSince(page(), Math.floor(since / 1000)))
      await tellMissed(id, since).catch(() => {
        missed += 1
      })
    for (const telling of held ?? []) telling()
    held = undefined
    await telling
    return { missed }
  }
  async function tellMissed(id: string, since: number) {
    const chat = await client.getChatById(id)
    for (const limit of [50, 200, 1000]) {
      const messages = await chat.fetchMessages({ limit })
      const oldest = messages[0]?.timestamp ?? 0
      if (messages.length >= limit && oldest * 1000 > since && limit < 1000) continue
      for (const message of messages)
        if (message.timestamp * 1000 >= since || message.timestamp === 0) tell(message, (m, who) => ({ k: 'message', m, who }))
      return
    }
  }

  const chatAct = async (thread: string, act: (chat: Awaited<ReturnType<Client['getChatById']>>) => Promise<unknown>) => {
    await act(await client.getChatById(thread))
    return undefined
  }

  return {
    listen,
    answers: {
      send,
      lookUp,
      fetchMedia,
      catchUp,
      edit: async ({ id, text }) => {
        const edited = await (await messageOf(id)).edit(text, { linkPreview: false })
        if (!edited) throw new Error('This message cannot be edited any more.')
        return undefined
      },
      remove: async ({ id }) => {
        const message = await messageOf(id)
        if (message.type === 'revoked') return undefined
        await message.delete(true)
        return undefined
      },
      react: async ({ id, emoji }) => {
        await (await messageOf(id)).react(emoji ?? '')
        return undefined
      },
      typing: ({ thread, on }) => chatAct(thread, (chat) => (on ? chat.sendStateTyping() : chat.clearState())),
      markRead: ({ thread }) => chatAct(thread, (chat) => chat.sendSeen()),
      /** A question only WhatsApp's servers can answer: the page itself always says that it is connected. */
      askPlatform: async () => {
        await client.getNumberId(client.info.wid._serialized)
        return undefined
      },
    },
  }
}

const fateOf = (message: Message) => ({ id: message.id._serialized, ack: Number(message.ack ?? 0), at: message.timestamp * 1000 })

function remoteOf({ id }: Told): string {
  const remote = (id as { remote?: string | { _serialized?: string } } | undefined)?.remote
  return typeof remote === 'string' ? remote : (remote?._serialized ?? '')
}
