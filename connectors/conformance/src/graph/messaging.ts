import type { FileContent } from './files.ts'
import type { AcceptedMessage, InjectedDelivery } from './ledger.ts'
import { inboxes, meet, type Person, type World } from './world.ts'

/** Who says something and how; without `from` it is customer 42. */
export interface Said {
  from?: string
  replyTo?: string
  /** Milliseconds since 1970; default now. */
  at?: number
}

export type AttachmentType = 'image' | 'video' | 'audio' | 'file'

/** What customers do on Messenger or Instagram. Each answers the message's id (`mid`) where there is one. */
export interface MessagingCustomers {
  meet(id: string, who?: Partial<Person>): void
  say(text: string, said?: Said & { quickReply?: string; referral?: object }): string
  attach(attachments: { type: AttachmentType; content: FileContent }[], said?: Said & { text?: string }): string
  /** Attachments as Meta writes them: locations, shares, story mentions, templates. */
  attachRaw(attachments: object[], said?: Said & { text?: string; story?: { id: string; url: string } }): string
  edit(mid: string, text: string, number: number, said?: Said): void
  unsend(mid: string, said?: Said): void
  react(mid: string, emoji: string | null, said?: Said): void
  press(payload: string, title: string, said?: Said): string
  delivered(mids: string[], said?: Said): void
  read(what: { mid?: string; watermark?: number }, said?: Said): void
  /** A reply typed in the inbox of the Page, or by another app. */
  inbox(text: string, said?: Said): string
  /** A message while another app holds the thread. */
  standby(text: string, said?: Said): string
  /** Another app passes the conversation to us, takes it from us, or asks for it. */
  control(what: 'pass' | 'take' | 'request', said?: Said): void
  /** Any item of `entry.messaging`. */
  inject(item: Record<string, unknown>, said?: Said): void
  /** All that is done in `task` comes in one delivery with several entries. */
  together(task: () => void): void
  /** Told by Meta after it took a message of the hub. */
  echo(message: AcceptedMessage, metadata: string | undefined): void
  /** The last delivery. */
  last(): InjectedDelivery | undefined
}

type Item = { item: Record<string, unknown>; standby: boolean; peer: string }

export function createMessaging(world: World, object: 'page' | 'instagram'): MessagingCustomers {
  const { accounts, deliveries, files } = world
  const account = () => (object === 'page' ? accounts.pageId : accounts.instagramId)
  let batch: Item[] | undefined
  let last: InjectedDelivery | undefined

  function emit(item: Record<string, unknown>, said: Said = {}, { standby = false, echo = false } = {}) {
    const peer = said.from ?? '42'
    if (!echo) meet(world, object, peer)
    const ends = { sender: { id: echo ? account() : peer }, recipient: { id: echo ? peer : account() } }
    const whole = { item: { ...ends, timestamp: said.at ?? Date.now(), ...item }, standby, peer }
    if (batch) batch.push(whole)
    else last = deliveries.push(object, peer, delivery([[whole]]))
  }

  function delivery(entries: Item[][]) {
    const time = Date.now()
    const entryOf = (items: Item[]) => {
      const name = items[0]?.standby ? 'standby' : 'messaging'
      return { id: account(), time, [name]: items.map(({ item }) => item) }
    }
    return { object, entry: entries.filter((items) => items.length > 0).map(entryOf) }
  }

  function message(content: Record<string, unknown>, said: Said = {}, how: { standby?: boolean; echo?: boolean } = {}): string {
    const mid = world.nextId('m_')
    const person = said.from ?? '42'
    if (!how.echo) meet(world, object, person, { wroteAt: Date.now() })
    emit({ message: { mid, ...content, ...(said.replyTo && { reply_to: { mid: said.replyTo } }) } }, said, how)
    return mid
  }

  const attachmentOf = ({ type, content }: { type: AttachmentType; content: FileContent }) => {
    const mime = { image: 'image/png', video: 'video/mp4', audio: 'audio/mp4', file: 'application/octet-stream' }[type]
    return { type, payload: { url: `${world.origin()}/cdn/${files.keep(content, mime)}?stp=a%20b` } }
  }

  return {
    meet: (id, who) => void meet(world, object, id, who),
    say: (text, { quickReply, referral, ...said } = {}) =>
      message({ text, ...(quickReply !== undefined && { quick_reply: { payload: quickReply } }), ...(referral && { referral }) }, said),
    attach: (attachments, { text, ...said } = {}) =>
      message({ ...(text !== undefined && { text }), attachments: attachments.map(attachmentOf) }, said),
    attachRaw: (attachments, { text, story, ...said } = {}) =>
      message(
        { ...(text !== undefined && { text }), ...(attachments.length > 0 && { attachments }), ...(story && { reply_to: { story } }) },
        said,
      ),
    edit: (mid, text, number, said) => emit({ message_edit: { mid, text, num_edit: number } }, said),
    unsend: (mid, said) => emit({ message: { mid, is_deleted: true } }, said),
    react(mid, emoji, said) {
      const body = emoji ? { action: 'react', emoji, reaction: emoji === '❤' ? 'love' : 'other' } : { action: 'unreact' }
      emit({ reaction: { mid, ...body } }, said)
    },
    press(payload, title, said) {
      const mid = world.nextId('m_')
      emit({ postback: { mid, payload, title } }, said)
      return mid
    },
    delivered: (mids, said) => emit({ delivery: { mids, watermark: said?.at ?? Date.now() } }, said),
    read: (what, said) => emit({ read: what }, said),
    inbox: (text, said) => message({ text, is_echo: true, app_id: Number(inboxes[object]) }, said, { echo: true }),
    standby(text, said) {
      meet(world, object, said?.from ?? '42', { elsewhere: inboxes[object] })
      return message({ text }, said, { standby: true })
    },
    control(what, said) {
      if (what !== 'request') meet(world, object, said?.from ?? '42', { elsewhere: what === 'take' ? '1' : undefined })
      const body = { pass: { previous_owner_app_id: 1, new_owner_app_id: accounts.appId }, take: { previous_owner_app_id: 1 } }
      emit({ [`${what}_thread_control`]: what === 'request' ? { requested_owner_app_id: 1 } : { ...body[what], metadata: 'why' } }, said)
    },
    inject: (item, said) => emit(item, said),
    together(task) {
      batch = []
      task()
      const items = batch
      batch = undefined
      const half = Math.ceil(items.length / 2)
      if (items.length > 0) last = deliveries.push(object, items[0]?.peer ?? '', delivery([items.slice(0, half), items.slice(half)]))
    },
    echo(accepted, metadata) {
      const content = {
        mid: accepted.id,
        is_echo: true,
        app_id: Number(accounts.appId),
        ...(metadata !== undefined && { metadata }),
        ...(accepted.text !== undefined && { text: accepted.text }),
        ...(accepted.file && { attachments: [{ type: accepted.type, payload: { url: `${world.origin()}/cdn/none` } }] }),
      }
      emit({ message: content }, { from: accepted.to, at: accepted.at }, { echo: true })
    },
    last: () => last,
  }
}
