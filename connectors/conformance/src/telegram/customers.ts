import type { FileContent, Files } from './files.ts'
import type { InjectedUpdate, Ledger } from './ledger.ts'
import type { Queue } from './queue.ts'

export interface Customer {
  id: number
  firstName?: string
  lastName?: string
  username?: string
  language?: string
}

export type MediaField = 'photo' | 'document' | 'voice' | 'video' | 'video_note' | 'audio' | 'sticker' | 'animation'

/** Who says something and how; without `from` it is customer 42. `group`: said in that group (a negative id). */
export interface Said {
  from?: Customer | number
  group?: { id: number; title: string }
  replyTo?: number
  albumId?: string
  /** Seconds since 1970; default now. */
  date?: number
}

/** What customers do. Each answers the update that tells the bot of it. */
export interface Customers {
  /** A chat exists from the first contact on; before it the bot cannot write. */
  meet(customer: Customer | number): void
  say(text: string, said?: Said): InjectedUpdate
  send(field: MediaField, content: FileContent, said?: Said & { caption?: string; name?: string; mime?: string }): InjectedUpdate
  location(latitude: number, longitude: number, said?: Said): InjectedUpdate
  contact(name: string, phone: string, said?: Said): InjectedUpdate
  /** Any content: `{ dice: { value: 3 } }`. */
  other(content: Record<string, unknown>, said?: Said): InjectedUpdate
  edit(messageId: number, text: string, said?: Said): InjectedUpdate
  react(messageId: number, emoji: string | null, said?: Said): InjectedUpdate
  press(messageId: number, payload: string, said?: Said): InjectedUpdate
  /** From now on every call to this chat is refused with 403. */
  block(customer: number, blocked?: boolean): InjectedUpdate
  /** An update with any body. */
  inject(kind: string, body: Record<string, unknown>): InjectedUpdate
}

export interface World {
  queue: Queue
  ledger: Ledger
  files: Files
  chats: Map<number, Customer>
  blocked: Set<number>
  nextMessageId(): number
}

export function createCustomers(world: World): Customers {
  const { queue, files, chats, blocked } = world

  function meet(customer: Customer | number): Customer {
    const wanted = typeof customer === 'number' ? { id: customer } : customer
    const known = { firstName: wanted.id === 42 ? 'Мария' : `Customer ${wanted.id}`, language: 'ru', ...chats.get(wanted.id), ...wanted }
    chats.set(wanted.id, known)
    return known
  }

  function scene(said: Said) {
    const customer = meet(said.from ?? 42)
    // Who belongs to a group is answered there.
    if (said.group) meet({ id: said.group.id, firstName: said.group.title })
    const from = {
      id: customer.id,
      is_bot: false,
      first_name: customer.firstName,
      last_name: customer.lastName,
      username: customer.username,
      language_code: customer.language,
    }
    const chat = said.group
      ? { id: said.group.id, type: 'supergroup', title: said.group.title }
      : { id: customer.id, type: 'private', first_name: customer.firstName }
    return { from, chat, date: said.date ?? Math.floor(Date.now() / 1000) }
  }

  function message(content: Record<string, unknown>, said: Said = {}): InjectedUpdate {
    const { from, chat, date } = scene(said)
    const message_id = world.nextMessageId()
    const more = {
      ...(said.albumId && { media_group_id: said.albumId }),
      ...(said.replyTo && { reply_to_message: { message_id: said.replyTo, date, chat } }),
    }
    const text = typeof content.text === 'string' ? content.text : undefined
    return queue.push('message', { message_id, from, chat, date, ...content, ...more }, { chatId: chat.id, messageId: message_id, text })
  }

  return {
    meet: (customer) => void meet(customer),
    say: (text, said) => message({ text }, said),
    send(field, content, said = {}) {
      const name = said.name ?? `${field}.bin`
      const file = files.keep(content, name)
      return message(
        { ...mediaBody(field, file, said.name, said.mime), ...(said.caption !== undefined && { caption: said.caption }) },
        said,
      )
    },
    location: (latitude, longitude, said) => message({ location: { latitude, longitude } }, said),
    contact: (first_name, phone_number, said) => message({ contact: { first_name, phone_number } }, said),
    other: message,
    edit(messageId, text, said = {}) {
      const { from, chat, date } = scene(said)
      return queue.push(
        'edited_message',
        { message_id: messageId, from, chat, date, edit_date: date + 1, text },
        { chatId: chat.id, messageId, text },
      )
    },
    react(messageId, emoji, said = {}) {
      const { from, chat, date } = scene(said)
      const body = {
        message_id: messageId,
        user: from,
        chat,
        date,
        old_reaction: [],
        new_reaction: emoji ? [{ type: 'emoji', emoji }] : [],
      }
      return queue.push('message_reaction', body, { chatId: chat.id, messageId })
    },
    press(messageId, payload, said = {}) {
      const { from, chat, date } = scene(said)
      const buttons = world.ledger.accepted.find((one) => one.messageId === messageId)?.buttons
      const shown = { message_id: messageId, date, chat, ...(buttons && { reply_markup: { inline_keyboard: buttons } }) }
      return queue.push(
        'callback_query',
        { id: `${Date.now()}${messageId}`, from, chat_instance: '1', data: payload, message: shown },
        { chatId: chat.id, messageId },
      )
    },
    block(id, isBlocked = true) {
      const { from, chat, date } = scene({ from: id })
      if (isBlocked) blocked.add(id)
      else blocked.delete(id)
      const status = (yes: boolean) => ({ status: yes ? 'kicked' : 'member', user: { id: 1, is_bot: true } })
      return queue.push(
        'my_chat_member',
        { chat, from, date, old_chat_member: status(!isBlocked), new_chat_member: status(isBlocked) },
        { chatId: id },
      )
    },
    inject: (kind, body) => queue.push(kind, body, {}),
  }
}

/** As Telegram describes it: a photo in two sizes, everything else once. */
function mediaBody(field: MediaField, file: { file_id: string; file_size: number }, name?: string, mime?: string): Record<string, unknown> {
  const thumb = { ...file, file_id: `${file.file_id}-small`, file_size: 900, width: 90, height: 60 }
  if (field === 'photo') return { photo: [thumb, { ...file, width: 1280, height: 853 }] }
  const body = { ...file, ...(name && { file_name: name }), ...(mime && { mime_type: mime }) }
  const timed = { ...body, duration: 3 }
  if (field === 'document') return { document: body }
  if (field === 'sticker')
    return { sticker: { ...body, type: 'regular', width: 512, height: 512, is_animated: false, is_video: false, emoji: '👍' } }
  if (field === 'voice' || field === 'audio') return { [field]: timed }
  if (field === 'video_note') return { video_note: { ...timed, length: 384 } }
  const video = { ...timed, width: 640, height: 480 }
  return field === 'animation' ? { animation: video, document: body } : { video }
}
