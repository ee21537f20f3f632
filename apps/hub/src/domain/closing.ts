import { type Language, languages, limits } from '@parley/schema/vocabulary'
import { eq } from 'drizzle-orm'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError } from '../errors.ts'
import type { OperatorActor, VisitorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { type Chat, change, closeChat, ended, lockChat, tell } from './chat.ts'
import { answer, ensureFilled, type GivenAnswer } from './form.ts'
import { findPublished } from './look.ts'
import { textIn } from './look-face.ts'
import type { Planner } from './message.ts'
import { languageOfCustomer, sendNotice } from './notice.ts'
import { lockOwnChat } from './own-chat.ts'
import { tagChat } from './tag.ts'

export interface Closing {
  /** Nobody but the customer can open it again. */
  full?: boolean | null
  /** The customer is not told. */
  silent?: boolean | null
  tagIds?: string[] | null
  answers?: GivenAnswer[] | null
}

/** Ends the episode: what the form asks is answered, the tags are on, and the customer is told in his language. */
export async function finishChat(work: Work<OperatorActor>, plan: Planner, chatId: string, closing: Closing): Promise<Chat> {
  const chat = await lockChat(work, chatId, 'chat.close')
  if (chat.state === 'closed') return chat
  const tagIds = [...new Set(closing.tagIds ?? [])]
  if (tagIds.length > limits.tagsEach) throw new HubError('too_many', { field: 'tagIds', max: limits.tagsEach })
  for (const tagId of tagIds) await tagChat(work, chatId, tagId, true)
  if (await answer(work, chat, closing.answers ?? [])) work.record({ type: 'chat.form', chatId, subjectId: chatId })
  await ensureFilled(work, chat)
  if (!closing.silent) await sayClosing(work, plan, chat)
  return closeChat(work, chatId, closing.full ?? false)
}

/** The visitor ends his chat himself. What the form asks is the operator's to answer, as long as he may still do so. */
export async function endOwnChat(work: Work<VisitorActor>, plan: Planner, chatId: string): Promise<Chat> {
  const chat = await lockOwnChat(work, chatId)
  if (chat.state === 'closed') return chat
  await sayClosing(work, plan, chat)
  const closed = await change(work, chat, ended)
  tell(work, 'chat.closed', chat, closed, { byCustomer: true })
  return closed
}

async function sayClosing(work: Work, plan: Planner, chat: Chat): Promise<void> {
  const text = await closingTextFor(work, chat)
  if (text) await sendNotice(work, plan, chat, text, 'closing')
}

/** The website's own words, else the company's; in the customer's language, else in the company's. Nothing where nobody wrote anything. */
async function closingTextFor(work: Work, chat: Chat): Promise<string | undefined> {
  const [row] = await work.db
    .select({ texts: workspaces.closingTexts, language: workspaces.language })
    .from(workspaces)
    .where(eq(workspaces.id, work.workspaceId))
  if (!row) return undefined
  const language = await languageOfCustomer(work, chat)
  const own = await findPublished(work, chat.channelId)
  const words = own && textIn(own.look, 'closing', language, languages.find((each) => each === row.language) ?? 'en')
  return words || (language && row.texts[language]) || row.texts[languages.find((each) => each === row.language) ?? 'en']
}

export interface ClosingSettings {
  closingTexts: Partial<Record<Language, string>>
  reopenMinutes: number
  formEditableHours: number
}
export interface ClosingChange {
  texts?: { language: Language; text: string }[] | null
  reopenMinutes?: number | null
  formEditableHours?: number | null
}
const settings = {
  closingTexts: workspaces.closingTexts,
  reopenMinutes: workspaces.reopenMinutes,
  formEditableHours: workspaces.formEditableHours,
}

export async function getClosingSettings(work: Work): Promise<ClosingSettings> {
  const [row] = await work.db.select(settings).from(workspaces).where(eq(workspaces.id, work.workspaceId))
  if (!row) throw new Error('the workspace of the work is missing')
  return row
}

/** Texts replace those of their languages; an empty one takes it away. */
export async function updateClosingSettings(work: Work, change: ClosingChange): Promise<ClosingSettings> {
  ensure(work.actor, 'closing.manage')
  ensureWithin(change.reopenMinutes, 'reopenMinutes', limits.reopenMinutes)
  ensureWithin(change.formEditableHours, 'formEditableHours', limits.formEditableHours)
  const present = await getClosingSettings(work)
  const [row] = await work.db
    .update(workspaces)
    .set({
      closingTexts: textsWith(present.closingTexts, change.texts ?? []),
      reopenMinutes: change.reopenMinutes ?? present.reopenMinutes,
      formEditableHours: change.formEditableHours ?? present.formEditableHours,
    })
    .where(eq(workspaces.id, work.workspaceId))
    .returning(settings)
  work.record({ type: 'workspace.changed', subjectId: work.workspaceId })
  return row ?? present
}

function textsWith(present: ClosingSettings['closingTexts'], given: NonNullable<ClosingChange['texts']>): ClosingSettings['closingTexts'] {
  const texts = { ...present }
  for (const { language, text } of given) {
    const words = text.trim()
    if (words.length > limits.notice) throw new HubError('too_long', { field: 'text', max: limits.notice })
    if (words) texts[language] = words
    else delete texts[language]
  }
  return texts
}

function ensureWithin(value: number | null | undefined, field: string, most: number): void {
  if (value != null && (value < 0 || value > most)) throw new HubError('invalid', { field })
}
