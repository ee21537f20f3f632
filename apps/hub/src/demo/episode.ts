import type { chats } from '../db/tables/chat.ts'
import type { comments } from '../db/tables/comment.ts'
import type { events } from '../db/tables/event.ts'
import type { messages, parts } from '../db/tables/message.ts'
import { newId } from '../domain/ids.ts'
import { type Colleague, type Company, topicOf } from './company.ts'
import type { FileEnclosure } from './enclosures.ts'
import type { Random } from './random.ts'
import { type Scene, type Setting, type Speaker, settingOf, wordsOf } from './scene.ts'
import type { Topic } from './topic.ts'

type Row<T extends { $inferInsert: object }> = Omit<T['$inferInsert'], 'workspaceId'>
export type ChatRow = Row<typeof chats>
export type MessageRow = Row<typeof messages>
export type PartRow = Row<typeof parts>
export type EventRow = Omit<Row<typeof events>, 'seq'>
export type CommentRow = Row<typeof comments>
export interface FileRow {
  messageId: string
  what: FileEnclosure
  order: string
  at: Date
  uploaderId: string
}
/** One chat of the past as the tables hold it; its number comes later. */
export interface Episode {
  chat: Omit<ChatRow, 'number'>
  messages: MessageRow[]
  parts: PartRow[]
  files: FileRow[]
  events: EventRow[]
  comments: CommentRow[]
}

export interface Guest extends Speaker {
  fullName: string
  threadId: string
  identityId: string
  customerId: string
}
/**
 * Where the episode stands today. `queued`: nobody took it. `unread`, `waiting`: the customer wrote last, and that is unread or
 * read. `open`: the operator wrote last. `failed`, `unknown`: and that is what became of it.
 */
export type Ending = 'closed' | 'queued' | 'unread' | 'waiting' | 'open' | 'failed' | 'unknown'
export interface Script {
  company: Company
  random: Random
  scene: Scene
  guest: Guest
  kind: 'web' | 'telegram'
  ending: Ending
  operator: Colleague
  nextExternalId(): number
}

type Said = { by: 'customer' | 'operator'; text: string; what?: FileEnclosure | 'place' }
const second = 1_000

/** Plays a scene from `start` on. */
export function play(script: Script, start: Date): Episode {
  const { company, random, scene, guest, kind, ending, operator } = script
  const channel = kind === 'web' ? company.web : company.telegram
  const setting = settingOf(company.sample, random, guest, operator)
  const clock = createClock(start)
  const chat: Episode['chat'] = {
    id: newId(),
    threadId: guest.threadId,
    channelId: channel.id,
    customerId: guest.customerId,
    state: 'queued',
    operatorId: null,
    groupId: channel.groupId,
    openedAt: start,
    lastMessageAt: start,
  }
  const episode: Episode = { chat, messages: [], parts: [], files: [], events: [], comments: [] }
  const tell = (type: EventRow['type'], by: Colleague | null, data?: EventRow['data']) =>
    void episode.events.push({
      type,
      at: clock.now(),
      operatorId: by?.id ?? null,
      chatId: chat.id,
      subjectId: chat.id,
      ...(data && { data }),
    })
  const hand = (by: Colleague, topic: Topic, comment?: string) => {
    chat.groupId = company.groups[topic]
    chat.operatorId = null
    tell('chat.transferred', by, { toOperatorId: null, toGroupId: chat.groupId })
    if (comment) episode.comments.push({ id: newId(), chatId: chat.id, authorId: by.id, text: comment, at: clock.now() })
  }
  const take = (by: Colleague) => {
    chat.operatorId = by.id
    chat.state = 'serving'
    chat.heldSince = clock.now()
    chat.heldSeen = true
    if (chat.groupId === company.groups.sales)
      tell('chat.assigned', null, {
        toOperatorId: by.id,
        reason: { code: 'turn', free: random.between(2, 3), load: random.between(3, 8), capacity: 9 },
      })
    else tell('chat.taken', by, { toOperatorId: by.id })
  }

  tell('chat.opened', null)
  const lines = shortened(scene, ending)
  let holder: Colleague | null = null
  for (const line of lines) {
    if (line.kind === 'say' && line.by === 'operator' && !holder) {
      clock.pass(random.between(20, 300) * second)
      if (chat.groupId !== company.groups[scene.topic]) {
        hand(porter(company, chat.groupId ?? ''), scene.topic)
        clock.pass(random.between(15, 120) * second)
      }
      holder = operator
      take(holder)
    }
    if (line.kind === 'say')
      say({ by: line.by, text: wordsOf(line.text, line.by, setting), ...(line.enclosure && { what: line.enclosure }) })
    if (line.kind === 'edit') amend(line.text)
    if (line.kind === 'react' && kind === 'telegram') react(line.emoji)
    if (line.kind === 'transfer') {
      clock.pass(random.between(10, 60) * second)
      hand(operator, line.to, line.comment)
      clock.pass(random.between(20, 240) * second)
      take(operatorOf(company, line.to, operator))
    }
  }
  settle()
  return episode

  function say(said: Said): void {
    const last = episode.messages.at(-1)
    const turn = last && last.direction !== (said.by === 'customer' ? 'in' : 'out')
    clock.pass((turn ? random.between(15, 130) : random.between(4, 25)) * second + said.text.length * 40)
    const row = messageOf(script, chat, said, clock.now(), setting)
    episode.messages.push(row)
    if (said.what && said.what !== 'place')
      episode.files.push({
        messageId: row.id,
        what: said.what,
        order: setting.values.order ?? '',
        at: clock.now(),
        uploaderId: row.authorId ?? '',
      })
  }
  function amend(text: string): void {
    const last = episode.messages.at(-1)
    if (!last) return
    last.text = wordsOf(text, 'customer', setting)
    clock.pass(random.between(8, 30) * second)
    Object.assign(last, { editedAt: clock.now(), editVersion: Math.floor(clock.now().getTime() / second) })
  }
  function react(emoji: string): void {
    const last = episode.messages.at(-1)
    if (last?.direction === 'out') last.extra = { reactions: [{ by: guest.fullName, emoji }] }
  }
  function settle(): void {
    const { messages } = episode
    const last = messages.at(-1)
    const answered = messages.findLastIndex(({ direction }) => direction === 'out')
    const since = messages.slice(answered + 1)
    const unread = ending === 'queued' || ending === 'unread' ? since : []
    for (const message of messages) if (message.direction === 'in' && !unread.includes(message)) message.delivery = 'read'
    if (ending === 'closed') {
      clock.pass(random.between(30, 400) * second)
      Object.assign(chat, { state: 'closed', closedAt: clock.now() })
      tell('chat.closed', company.staff.find(({ id }) => id === chat.operatorId) ?? operator)
    }
    Object.assign(chat, {
      lastMessageAt: last?.at,
      lastMessageId: last?.id,
      customerWroteAt: messages.findLast(({ direction }) => direction === 'in')?.at,
      waitingSince: ending === 'closed' ? null : (since[0]?.at ?? null),
      unread: unread.length,
      firstUnreadId: unread[0]?.id ?? null,
    })
    if (last && (ending === 'failed' || ending === 'unknown')) spoil(last, ending)
    for (const message of messages)
      if (kind === 'telegram' && message.direction === 'out') episode.parts.push(partOf(message, episode.files, script))
  }
}

/** Up to where the customer or the operator is to have spoken last. */
function shortened({ lines }: Scene, ending: Ending): Scene['lines'] {
  if (ending === 'closed') return lines
  const speaker = (n: number) => {
    const line = lines[n]
    return line?.kind === 'say' ? line.by : null
  }
  const first = lines.findIndex((_, n) => speaker(n) === 'operator')
  if (ending === 'queued') return lines.slice(0, first)
  const wanted = ending === 'unread' || ending === 'waiting' ? 'customer' : 'operator'
  const ends = lines.flatMap((_, n) => (n >= first && speaker(n) === wanted && speaker(n + 1) !== wanted ? [n] : []))
  // In the middle rather than at the goodbye, so that there is something to go on with.
  return lines.slice(0, (ends[0] ?? first) + 1)
}

function messageOf(
  { kind, guest, company, nextExternalId, random }: Script,
  chat: Episode['chat'],
  said: Said,
  at: Date,
  { values }: Setting,
): MessageRow {
  const inbound = said.by === 'customer'
  const external = kind === 'telegram' ? nextExternalId() : null
  const author = inbound ? guest.identityId : (chat.operatorId ?? null)
  const colleague = company.staff.find(({ id }) => id === author)
  const id = newId()
  return {
    id,
    chatId: chat.id,
    threadId: chat.threadId,
    channelId: chat.channelId,
    direction: inbound ? 'in' : 'out',
    authorKind: inbound ? 'customer' : colleague ? 'operator' : 'system',
    authorId: author,
    text: said.text || null,
    at,
    platformAt: inbound ? new Date(Math.floor(at.getTime() / second) * second) : null,
    position: inbound ? (external ?? at.getTime()) : 0,
    delivery: inbound || kind === 'telegram' ? 'sent' : random.chance(0.93) ? 'read' : 'delivered',
    clientId: inbound && kind === 'telegram' ? null : newId(),
    externalId: inbound ? String(external ?? id) : null,
    extra:
      said.what === 'place'
        ? {
            location: {
              latitude: company.sample.place[0] + random.next() / 50,
              longitude: company.sample.place[1] + random.next() / 50,
              title: values.street ?? '',
            },
          }
        : null,
  }
}

function spoil(message: MessageRow, ending: 'failed' | 'unknown'): void {
  message.delivery = ending
  message.failure =
    ending === 'failed'
      ? { code: 'forbidden_by_peer', message: 'Forbidden: bot was blocked by the user' }
      : { code: 'network', message: 'socket hang up' }
}

function partOf(message: MessageRow, files: FileRow[], { nextExternalId }: Script): PartRow {
  const settled = message.delivery === 'sent'
  const text = message.text ?? ''
  const file = files.find(({ messageId }) => messageId === message.id)
  return {
    messageId: message.id,
    n: 0,
    threadId: message.threadId,
    state: message.delivery ?? 'sent',
    failure: message.failure ?? null,
    attempt: 1,
    firstTriedAt: message.at,
    // The file's own id is put in when the file is kept.
    content: file
      ? { type: 'media', kind: file.what === 'invoice' ? 'file' : 'image', fileId: message.id, ...(text && { caption: text }) }
      : { type: 'text', text },
    externalId: settled ? String(nextExternalId()) : null,
  }
}

const operatorOf = (company: Company, topic: Topic, fallback: Colleague): Colleague =>
  company.staff.find((one) => one.standing === 'operator' && one.topics.includes(topic)) ?? fallback
/** Whoever of a group passes a chat on. */
function porter(company: Company, groupId: string): Colleague {
  return operatorOf(company, topicOf(company, groupId), company.staff[0] as Colleague)
}

/** Never twice the same moment: the order of a chat is the order of its times. */
function createClock(start: Date) {
  let ms = start.getTime()
  return {
    now: () => new Date(ms++),
    pass: (more: number) => {
      ms += Math.max(1, Math.round(more))
    },
  }
}
