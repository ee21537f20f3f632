import { ApiError, badRequest } from './answer.ts'
import type { World } from './customers.ts'
import type { AcceptedMessage } from './ledger.ts'
import type { Polling } from './polling.ts'
import type { Asked } from './request.ts'
import type { Webhook } from './webhook.ts'

export interface Bot {
  world: World
  polling: Polling
  webhook: Webhook
  username: string
  /** Kinds of update the hub asked for. */
  allow(kinds: unknown): void
}

type Method = (asked: Asked, bot: Bot, gone: AbortSignal) => unknown

/** The part of the Bot API the stand-in speaks, with the refusals and words of the real one. */
export const methods: Record<string, Method> = {
  getMe: (_, { username }) => ({
    id: 1,
    is_bot: true,
    first_name: 'Hub',
    username,
    can_join_groups: true,
    can_read_all_group_messages: false,
  }),
  getUpdates,
  setWebhook,
  deleteWebhook(_, { webhook }) {
    webhook.clear()
    return true
  },
  getWebhookInfo: (_, { webhook, world }) => ({
    url: webhook.url(),
    has_custom_certificate: false,
    pending_update_count: world.queue.size(),
  }),
  getFile: ({ fields }, { world }) => world.files.describe(String(fields.file_id)),
  sendMessage: (asked, bot) => accept('sendMessage', asked, bot, { text: textOf(asked, 'text', 4096, 'message is too long') }),
  sendPhoto: upload('photo', 10 * 1024 * 1024),
  sendDocument: upload('document'),
  sendVideo: upload('video'),
  sendVoice: upload('voice'),
  sendAudio: upload('audio'),
  sendChatAction({ fields }, { world }) {
    world.ledger.typing.push({ chatId: chatOf(fields, world), at: Date.now() })
    return true
  },
  setMessageReaction,
  editMessageText: (asked, bot) => edit(asked, bot, 'text', textOf(asked, 'text', 4096, 'message is too long')),
  editMessageCaption: (asked, bot) => edit(asked, bot, 'caption', captionOf(asked) ?? ''),
  deleteMessage,
  answerCallbackQuery: () => true,
}

function getUpdates({ fields }: Asked, { polling, webhook, allow }: Bot, gone: AbortSignal) {
  if (webhook.url())
    throw new ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
  allow(fields.allowed_updates)
  return polling.getUpdates(
    { offset: whole(fields.offset), limit: Math.min(whole(fields.limit) || 100, 100), timeout: Math.min(whole(fields.timeout), 50) },
    gone,
  )
}

function setWebhook({ fields }: Asked, { webhook, allow }: Bot) {
  const url = String(fields.url ?? '')
  if (!/^https?:\/\//.test(url)) throw badRequest('bad webhook: An HTTPS URL must be provided for webhook')
  allow(fields.allowed_updates)
  const secret = fields.secret_token === undefined ? undefined : String(fields.secret_token)
  if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret)) throw badRequest('secret token contains unallowed characters')
  webhook.set(url, secret, Math.min(whole(fields.max_connections) || 40, 100))
  return true
}

function upload(field: string, maxBytes = Number.POSITIVE_INFINITY): Method {
  const method = `send${field[0]?.toUpperCase()}${field.slice(1)}`
  return (asked, bot) => {
    const file = asked.files.find((one) => one.field === field)
    if (!file) throw badRequest(`there is no ${field} in the request`)
    if (file.size === 0) throw badRequest('file must be non-empty')
    if (file.size > maxBytes) throw badRequest('file is too big')
    return accept(method, asked, bot, { file, caption: captionOf(asked) })
  }
}

function accept(method: string, { fields }: Asked, { world, username }: Bot, content: Partial<AcceptedMessage>) {
  const { ledger } = world
  const chatId = chatOf(fields, world)
  const replyTo = replyOf(fields, chatId, world)
  const buttons = jsonOf(fields.reply_markup) as { inline_keyboard?: AcceptedMessage['buttons'] } | undefined
  const date = Math.floor(Date.now() / 1000)
  const messageId = world.nextMessageId()
  const more = { ...(replyTo && { replyTo }), ...(buttons?.inline_keyboard && { buttons: buttons.inline_keyboard }) }
  ledger.accepted.push({ n: ledger.accepted.length + 1, messageId, chatId, method, at: Date.now(), edits: 0, ...content, ...more })
  return {
    message_id: messageId,
    date,
    chat: { id: chatId, type: 'private' },
    from: { id: 1, is_bot: true, first_name: 'Hub', username },
    text: content.text,
    caption: content.caption,
  }
}

function edit({ fields }: Asked, { world }: Bot, member: 'text' | 'caption', words: string) {
  const message = acceptedOf(fields, world, 'edit')
  if (message[member] === words)
    throw badRequest('message is not modified: specified new message content and reply markup are exactly the same')
  if (member === 'text' && message.text === undefined) throw badRequest('there is no text in the message to edit')
  message[member] = words
  const keyboard = jsonOf(fields.reply_markup) as { inline_keyboard?: AcceptedMessage['buttons'] } | undefined
  if (keyboard?.inline_keyboard) message.buttons = keyboard.inline_keyboard
  else delete message.buttons
  message.edits++
  return {
    message_id: message.messageId,
    date: Math.floor(message.at / 1000),
    chat: { id: message.chatId, type: 'private' },
    [member]: words,
  }
}

function deleteMessage({ fields }: Asked, { world }: Bot) {
  acceptedOf(fields, world, 'delete').removed = true
  return true
}

function setMessageReaction({ fields }: Asked, { world }: Bot) {
  const [first] = (jsonOf(fields.reaction) ?? []) as { emoji?: string }[]
  world.ledger.reactions.push({ chatId: chatOf(fields, world), messageId: whole(fields.message_id), emoji: first?.emoji ?? null })
  return true
}

function acceptedOf(fields: Asked['fields'], world: World, verb: string): AcceptedMessage {
  const chatId = chatOf(fields, world)
  const found = world.ledger.accepted.find((one) => one.chatId === chatId && one.messageId === whole(fields.message_id) && !one.removed)
  if (!found) throw badRequest(`message to ${verb} not found`)
  return found
}

function chatOf(fields: Asked['fields'], { chats, blocked }: World): number {
  const chatId = whole(fields.chat_id)
  if (!chats.has(chatId)) throw badRequest('chat not found')
  if (blocked.has(chatId)) throw new ApiError(403, 'Forbidden: bot was blocked by the user')
  return chatId
}

function replyOf(fields: Asked['fields'], chatId: number, { ledger }: World): number | undefined {
  const reply = jsonOf(fields.reply_parameters) as { message_id?: number; allow_sending_without_reply?: boolean } | undefined
  if (!reply?.message_id) return undefined
  const exists = [...ledger.injected, ...ledger.accepted].some((one) => one.chatId === chatId && one.messageId === reply.message_id)
  if (exists) return reply.message_id
  if (!reply.allow_sending_without_reply) throw badRequest('message to be replied not found')
  return undefined
}

function textOf({ fields }: Asked, name: string, max: number, tooLong: string): string {
  const text = String(fields[name] ?? '')
  if (!text.trim()) throw badRequest('message text is empty')
  if (text.length > max) throw badRequest(tooLong)
  return text
}

function captionOf({ fields }: Asked): string | undefined {
  if (fields.caption === undefined) return undefined
  const caption = String(fields.caption)
  if (caption.length > 1024) throw badRequest('message caption is too long')
  return caption
}

function whole(value: unknown): number {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : 0
}

/** A parameter that is an object, given as one or as JSON text. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    throw badRequest("can't parse a JSON parameter")
  }
}
