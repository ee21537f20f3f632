import type { Capabilities, OutboundMessage } from '@parley/schema/connector'
import { buttonLines, buttonsFit } from '@parley/schema/plan'
import { limits } from '@parley/schema/vocabulary'
import { and, eq, sql } from 'drizzle-orm'
import { messages } from '../db/tables/message.ts'
import { HubError } from '../errors.ts'
import type { Work } from '../work.ts'

/** What is written on the buttons below a text, trimmed; refuses what no channel could show, or nobody could tell apart. `field`: the text's. */
export function labelsOf(given: readonly string[] | null | undefined, text: string | null | undefined, field = 'text'): string[] {
  const labels = (given ?? []).map((label) => label.replace(/\s+/g, ' ').trim())
  if (labels.length === 0) return labels
  if (!text?.trim()) throw new HubError('buttons_alone', { field })
  if (labels.length > limits.buttons) throw new HubError('too_many', { field: 'buttons', max: limits.buttons })
  const seen = new Set<string>()
  const one = { field: 'buttons' }
  for (const label of labels) {
    if (!label) throw new HubError('required', one)
    if (label.length > limits.buttonLabel) throw new HubError('too_long', { ...one, max: limits.buttonLabel })
    if (seen.has(alike(label))) throw new HubError('same_button', one)
    seen.add(alike(label))
  }
  return labels
}

/** A text with what stands below it for the customer. */
export const signed = <T extends string | undefined>(text: T, signature: string | null): T | string =>
  text && signature ? `${text}\n\n${signature}` : text

/** What goes out for a text with buttons: where the channel has none such, they are numbered lines above the signature. */
export function bodyFor<T extends string | undefined>(
  { messageId, text, signature, labels }: { messageId: string; text: T; signature: string | null; labels: string[] },
  capabilities: Pick<Capabilities, 'buttons'>,
): Pick<OutboundMessage, 'text' | 'buttons'> {
  if (labels.length === 0 || text === undefined) return { text: signed(text, signature) }
  if (!buttonsFit(labels, capabilities)) return { text: signed(buttonLines(text, labels), signature) }
  return { text: signed(text, signature), buttons: labels.map((label, n) => ({ label, payload: `${messageId}.${n}` })) }
}

/** The buttons of a message, and which was chosen. */
export const buttonsOf = ({ extra, removedAt }: Pick<typeof messages.$inferSelect, 'extra' | 'removedAt'>) =>
  removedAt ? [] : (extra?.buttons ?? []).map((label, n) => ({ label, chosen: extra?.chosen === n }))

/** A stored message of the customer that may answer buttons: by what the platform says was pressed, by what it quotes, or by what was asked last. */
export interface Answer {
  messageId: string
  payload?: string | undefined
  asked?: string
}

interface Answered {
  id: string
  chat_id: string
  buttons: string[]
  answer: string
  text: string | null
  payload: string | null
  n: number | null
  typed: boolean
  can: Capabilities['buttons']
}

/** Marks the buttons that these messages choose; the last choice holds. An answer quotes the message whose button it is. */
export async function noteAnswers(work: Work, answers: Answer[]): Promise<void> {
  if (answers.length === 0) return
  const pressed = answers.map(({ messageId, payload, asked }) => ({
    id: messageId,
    payload: payload ?? null,
    asked: asked ?? null,
    ...pressOf(payload),
  }))
  const rows = await work.sql<Answered[]>`
    select m.id, m.chat_id, m.extra -> 'buttons' as buttons, s.id as answer, s.text, r.payload, r.n, r.asked is not null as typed, h.capabilities -> 'buttons' as can
    from jsonb_to_recordset(${work.sql.json(pressed)}) as r(id uuid, payload text, target uuid, n int, asked uuid)
    join messages s on s.workspace_id = ${work.workspaceId} and s.id = r.id
    join messages m on m.workspace_id = ${work.workspaceId} and m.id = coalesce(r.target, s.reply_to_id, r.asked) and m.thread_id = s.thread_id
    join channels h on h.workspace_id = ${work.workspaceId} and h.id = m.channel_id
    where m.direction = 'out' and m.extra ? 'buttons' order by s.at, s.id`
  for (const row of rows) {
    // Where the customer saw no numbers, a number that quotes nothing may mean anything.
    const n = row.n ?? chosenBy(row.text, row.buttons, !row.typed || !buttonsFit(row.buttons, { buttons: row.can }))
    const label = row.buttons[n]
    if (label === undefined) continue
    await work.db
      .update(messages)
      .set({ extra: sql`${messages.extra} || jsonb_build_object('chosen', ${n}::int)` })
      .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, row.id)))
    await work.db
      .update(messages)
      // A platform may have forgotten what was written on it.
      .set({ replyToId: row.id, ...(row.payload !== null && row.text === row.payload && { text: label }) })
      .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, row.answer)))
    work.record({ type: 'message.changed', chatId: row.chat_id, subjectId: row.id })
  }
}

const alike = (label: string): string => label.trim().toLowerCase()
/** "Yes!" is "yes", and "2." or "#2" is "2". */
const bare = (text: string): string => alike(text).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')

/** By its words or by its number; -1: it is another answer. */
function chosenBy(text: string | null, labels: string[], byNumber: boolean): number {
  const said = alike(text ?? '')
  const exact = labels.findIndex((label) => alike(label) === said)
  if (exact >= 0) return exact
  const meant = bare(said)
  const byWords = meant ? labels.findIndex((label) => bare(label) === meant) : -1
  return byWords >= 0 ? byWords : byNumber && /^\d{1,2}$/.test(meant) ? Number(meant) - 1 : -1
}

function pressOf(payload: string | undefined): { target: string; n: number } | undefined {
  const [, target, n] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,2})$/.exec(payload ?? '') ?? []
  return target && n ? { target, n: Number(n) } : undefined
}
