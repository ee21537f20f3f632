import type { Asked } from '../telegram/request.ts'
import { GraphError, graphErrors, invalid } from './errors.ts'
import type { AcceptedMessage } from './ledger.ts'
import { plainly, type RouteTable } from './route.ts'
import { inboxes, type Person, type World } from './world.ts'

type Json = Record<string, unknown>
const hour = 3_600_000
const mostBytes = { image: 8, video: 25, audio: 25, file: 25 } as const

/** Sending on Messenger and Instagram. */
export const messagingRoutes: RouteTable = ({ accounts }) => {
  const owner = `(me|${accounts.pageId}|${accounts.instagramId})`
  const objectOf = (id: string): 'page' | 'instagram' => (id === accounts.instagramId ? 'instagram' : 'page')
  return [
    [
      new RegExp(`^${owner}/messages$`),
      'POST',
      (match) => ({
        name: 'messages',
        about: ({ fields }) => ({ name: fields.sender_action ? 'sign' : 'send', to: personOf(fields) }),
        run: (asked, world) => send(asked, world, objectFor(asked, world, objectOf(String(match[1])))),
      }),
    ],
    [
      new RegExp(`^${owner}/message_attachments$`),
      'POST',
      () => ({ name: 'upload', about: plainly('upload'), run: (asked, world) => upload(asked, world) }),
    ],
    [
      new RegExp(`^${owner}/(take|pass|request)_thread_control$`),
      'POST',
      (match) => ({
        name: 'control',
        about: ({ fields }) => ({ name: 'control', to: personOf(fields) }),
        run: (asked, world) => control(asked, world, String(match[2]), objectFor(asked, world, objectOf(String(match[1])))),
      }),
    ],
    [
      new RegExp(`^${owner}/thread_owner$`),
      'GET',
      () => ({
        name: 'owner',
        about: ({ fields }) => ({ name: 'owner', to: String(fields.recipient) }),
        run: ({ fields: { recipient } }, { people }) => {
          const person = people.get(`page ${recipient}`) ?? people.get(`instagram ${recipient}`)
          if (!person) throw new GraphError(graphErrors.noSuchUser)
          return { data: [{ thread_owner: { app_id: person.elsewhere ?? accounts.appId } }] }
        },
      }),
    ],
  ]
}

/** A Page token speaks for the Page and for the Instagram account linked to it: the person decides which. */
function objectFor({ fields }: Asked, { people }: World, given: 'page' | 'instagram'): 'page' | 'instagram' {
  return people.has(`instagram ${personOf(fields)}`) && !people.has(`page ${personOf(fields)}`) ? 'instagram' : given
}

/** Passed to an inbox of the platform, and only by who has it; all programs of the account are told. */
function control({ fields }: Asked, world: World, what: string, object: 'page' | 'instagram'): object {
  note(fields, ['recipient', 'target_app_id', 'metadata', 'appsecret_proof'], world)
  const to = personOf(fields)
  const person = world.people.get(`${object} ${to}`)
  if (!person) throw new GraphError(graphErrors.noSuchUser)
  const target = what === 'pass' ? String(fields.target_app_id) : undefined
  if (target && target !== inboxes[object]) throw invalid('Param target_app_id must be an app that is subscribed to this account')
  if (target && person.elsewhere) throw new GraphError(graphErrors.notTheOwner)
  world.ledger.controls.push({ to, what, ...(target && { target }) })
  if (what === 'request') return { success: true }
  const previous = person.elsewhere ?? world.accounts.appId
  person.elsewhere = target
  const ends = { previous_owner_app_id: previous, new_owner_app_id: target ?? world.accounts.appId }
  world.toldControl(object, to, { [`${what}_thread_control`]: ends })
  return { success: true }
}

function personOf(fields: Json): string {
  return String(objectOf(fields.recipient)?.id ?? '')
}

function send({ fields }: Asked, world: World, object: 'page' | 'instagram'): object {
  const { ledger } = world
  note(fields, ['recipient', 'messaging_type', 'tag', 'message', 'reply_to', 'sender_action', 'payload', 'appsecret_proof'], world)
  const to = personOf(fields)
  const person = world.people.get(`${object} ${to}`)
  if (!person) throw new GraphError(graphErrors.noSuchUser)
  if (person.unavailable) throw new GraphError(graphErrors.personUnavailable)
  if (fields.sender_action) return sign(fields, to, world)
  if (person.elsewhere) throw new GraphError(graphErrors.otherAppInControl)
  ensureWindow(person, fields, world)
  const accepted = contentOf(fields, world, object)
  const message: AcceptedMessage = {
    n: ledger.accepted.length + 1,
    id: world.nextId('m_'),
    object,
    to,
    at: Date.now(),
    ...accepted,
    ...(fields.tag !== undefined && { tag: String(fields.tag) }),
  }
  ledger.accepted.push(message)
  world.told(message)
  return { recipient_id: to, message_id: message.id }
}

function sign(fields: Json, to: string, { ledger }: World): object {
  const action = String(fields.sender_action)
  const payload = objectOf(fields.payload)
  if (!['typing_on', 'typing_off', 'mark_seen', 'react', 'unreact'].includes(action)) throw invalid(`Invalid sender_action ${action}`)
  if (action === 'react' || action === 'unreact')
    ledger.reactions.push({ to, id: String(payload?.message_id), emoji: action === 'react' ? String(payload?.reaction) : null })
  else ledger.signs.push({ to, sign: action })
  return { recipient_id: to }
}

/** 24 hours from the last word of the customer; with the tag, where the app has the right to it, seven days. */
function ensureWindow(person: Person, { messaging_type, tag }: Json, { humanAgent }: World): void {
  if (!['RESPONSE', 'UPDATE', 'MESSAGE_TAG'].includes(String(messaging_type))) throw invalid('Invalid messaging_type')
  const age = Date.now() - person.wroteAt
  const tagged = messaging_type === 'MESSAGE_TAG' && tag === 'HUMAN_AGENT' && humanAgent
  if (age > (tagged ? 7 * 24 : 24) * hour) throw new GraphError(graphErrors.windowClosed)
}

function contentOf(fields: Json, world: World, object: 'page' | 'instagram'): Pick<AcceptedMessage, 'type'> & Partial<AcceptedMessage> {
  const message = objectOf(fields.message)
  if (!message) throw invalid('The parameter message is required')
  note(message, ['text', 'attachment', 'quick_replies', 'metadata'], world)
  const replyTo = objectOf(fields.reply_to)?.mid
  const buttons = listOf(message.quick_replies).map((one) => {
    const { title, payload } = objectOf(one) ?? {}
    if (String(title).length > 20) throw invalid('Quick reply title too long')
    return { label: String(title), payload: String(payload) }
  })
  if (buttons.length > 13) throw invalid('Too many quick replies')
  const more = {
    ...(message.metadata !== undefined && { callback: String(message.metadata) }),
    ...(replyTo !== undefined && { replyTo: String(replyTo) }),
    ...(buttons.length > 0 && { buttons }),
  }
  const attachment = objectOf(message.attachment)
  if (attachment) return { type: String(attachment.type), ...attachedFile(attachment, world), ...more }
  const text = String(message.text ?? '')
  const length = object === 'instagram' ? Buffer.byteLength(text) : text.length
  if (!text.trim() || length > (object === 'instagram' ? 1000 : 2000))
    throw invalid('Length of param message[text] must be less than or equal to the limit')
  return { type: 'text', text, ...more }
}

function attachedFile(attachment: Json, { files }: World): Pick<AcceptedMessage, 'file'> {
  const id = String(objectOf(attachment.payload)?.attachment_id)
  const kept = files.find(id)
  if (!kept) throw invalid('Invalid attachment_id')
  return { file: JSON.parse(Buffer.from(kept.bytes).toString()) }
}

/** Of an upload only size and hash are kept. */
function upload(asked: Asked, { files, ledger }: World): object {
  const [file] = asked.files
  const type = String(objectOf(objectOf(jsonOf(asked.fields.message))?.attachment)?.type) as keyof typeof mostBytes
  if (!file || file.size === 0 || !(type in mostBytes)) throw invalid('Upload attachment failure.')
  if (file.size > mostBytes[type] * 1024 * 1024) throw invalid('The attachment size exceeds the allowable limit.')
  ledger.uploads++
  return { attachment_id: files.keep(Buffer.from(JSON.stringify(file)), 'application/json') }
}

// ---- reading ----

/** Fields nobody knows here are a drift of the connector. */
export function note(fields: Json, known: string[], { ledger }: World): void {
  for (const name of Object.keys(fields)) if (!known.includes(name)) ledger.unknown.push(`the field ${name}`)
}

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function jsonOf(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    throw invalid('Malformed JSON')
  }
}
