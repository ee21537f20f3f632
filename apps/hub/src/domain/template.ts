import { type Language, limits, type TemplateScope } from '@parley/schema/vocabulary'
import { and, count, eq, type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'
import { files } from '../db/tables/file.ts'
import { groups } from '../db/tables/group.ts'
import { templates, templateUses } from '../db/tables/template.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensureOnChat, onTemplate, type TemplatePlace } from './access.ts'
import { labelsOf } from './button.ts'
import type { Chat } from './chat.ts'
import { copyFiles, type File, letGo, linkFiles, unlinkedFiles } from './file.ts'
import { type Filled, fill, valuesFor } from './fill.ts'
import { newId } from './ids.ts'
import { sightOf } from './sight.ts'
import { visibleTemplates } from './template-sight.ts'

export type Template = typeof templates.$inferSelect
export interface TemplateInput {
  scope: TemplateScope
  groupId?: string | null
  title: string
  shortcut?: string | null
  body?: string | null
  buttons?: string[] | null
  language?: Language | null
  fileIds?: string[]
}
/** A template as a search for a chat finds it, its variables filled. */
export type TemplateMatch = Filled & { template: Template }

const halfLifeSeconds = 30 * 86_400

export async function createTemplate(work: Work<OperatorActor>, input: TemplateInput): Promise<Template> {
  const { actor, workspaceId } = work
  const place = placeOf(input, actor.operatorId)
  await ensureMayStand(work, place)
  const [there] = await work.db.select({ count: count() }).from(templates).where(eq(templates.workspaceId, workspaceId))
  if ((there?.count ?? 0) >= limits.templates) throw new HubError('too_many', { max: limits.templates })
  const carried = await unlinkedFiles(work, actor.operatorId, input.fileIds ?? [])
  const [template] = await work.db
    .insert(templates)
    .values({ workspaceId, id: newId(), ...place, ...wordsOf(input, carried.length) })
    .onConflictDoNothing()
    .returning()
  if (!template) throw new HubError('taken', { field: 'shortcut' })
  await linkFiles(work, { templateId: template.id }, carried)
  tell(work, template)
  return template
}

/** Writes the template anew; who moves it to another place must be allowed to write in both. */
export async function updateTemplate(work: Work<OperatorActor>, templateId: string, input: TemplateInput): Promise<Template> {
  const before = await lockTemplate(work, templateId)
  const place = placeOf(input, before.ownerId ?? work.actor.operatorId)
  await ensureMayStand(work, place)
  const asked = [...new Set(input.fileIds ?? [])]
  const present = await filesOf(work, templateId)
  const kept = present.filter(({ id }) => asked.includes(id))
  const added = await unlinkedFiles(
    work,
    work.actor.operatorId,
    asked.filter((id) => !kept.some((file) => file.id === id)),
  )
  if (asked.length > limits.messageFiles) throw new HubError('too_many', { field: 'fileIds', max: limits.messageFiles })
  const words = wordsOf(input, asked.length)
  await ensureShortcutFree(work, templateId, place, words)
  const [template] = await work.db
    .update(templates)
    .set({ ...place, ...words, updatedAt: sql`clock_timestamp()` })
    .where(here(work, templateId))
    .returning()
  if (!template) throw notFound()
  await letGo(
    work,
    present.filter((file) => !kept.includes(file)),
  )
  const all = [...kept, ...added]
  await linkFiles(
    work,
    { templateId },
    asked.flatMap((id) => all.find((file) => file.id === id) ?? []),
  )
  tell(work, template, before)
  return template
}

export async function deleteTemplate(work: Work<OperatorActor>, templateId: string): Promise<Template> {
  const template = await lockTemplate(work, templateId)
  await letGo(work, await filesOf(work, templateId))
  await work.db.delete(templateUses).where(and(eq(templateUses.workspaceId, work.workspaceId), eq(templateUses.templateId, templateId)))
  await work.db.delete(templates).where(here(work, templateId))
  tell(work, template)
  return template
}

/** Templates in the actor's sight, by title. */
export const listTemplates = (
  work: Work<OperatorActor>,
  filter: { scope?: TemplateScope | null; search?: string | null; after?: string; limit: number },
): Promise<Template[]> =>
  work.db
    .select()
    .from(templates)
    .where(
      and(
        visibleTemplates(work.actor),
        filter.scope ? eq(templates.scope, filter.scope) : undefined,
        ...wordsIn(filter.search),
        filter.after
          ? sql`(lower(${templates.title}), ${templates.id}) > (select lower(title), id from templates where workspace_id = ${work.workspaceId} and id = ${filter.after})`
          : undefined,
      ),
    )
    .orderBy(sql`lower(${templates.title})`, templates.id)
    .limit(filter.limit)

/**
 * What fits the words, for one chat: the shortcut typed first, then what begins with the words, then what the actor uses most
 * and last; of equals, those in the customer's language.
 */
export async function findTemplates(
  work: Work<OperatorActor>,
  chatId: string,
  search: string | null | undefined,
  limit: number,
): Promise<TemplateMatch[]> {
  const chat = await chatFor(work, chatId)
  const words = fold((search ?? '').slice(0, limits.search)).trim()
  const rows = await work.db
    .select({ template: templates })
    .from(templates)
    .leftJoin(
      templateUses,
      and(
        eq(templateUses.workspaceId, templates.workspaceId),
        eq(templateUses.templateId, templates.id),
        eq(templateUses.operatorId, work.actor.operatorId),
      ),
    )
    .where(and(visibleTemplates(work.actor), ...wordsIn(search)))
    .orderBy(
      sql`coalesce(lower(${templates.shortcut}) = ${words}, false) desc`,
      sql`(${words} <> '' and coalesce(starts_with(lower(${templates.shortcut}), ${words}), false)) desc`,
      sql`(${words} <> '' and starts_with(${templates.folded}, ${words})) desc`,
      sql`coalesce(${decayed}, 0) desc`,
      sql`coalesce(left(${templates.language}, 2) = (select left(i.language, 2) from threads t join identities i on i.workspace_id = t.workspace_id and i.id = t.identity_id
        where t.workspace_id = ${work.workspaceId} and t.id = ${chat.threadId}), false) desc`,
      sql`lower(${templates.title})`,
      templates.id,
    )
    .limit(limit)
  const values = await valuesFor(work, chat)
  return rows.map(({ template }) => ({ template, ...fill(template.body, values) }))
}

/** A text as it would be said in a chat. */
export async function previewText(work: Work<OperatorActor>, chatId: string, body: string): Promise<Filled> {
  if (body.length > limits.templateText) throw new HubError('too_long', { field: 'body', max: limits.templateText })
  return fill(body, await valuesFor(work, await chatFor(work, chatId)))
}

/** Takes a template for a chat: its text filled, its files copied for the actor to send, and the use counted for him. */
export async function applyTemplate(
  work: Work<OperatorActor>,
  chatId: string,
  templateId: string,
): Promise<Filled & { files: File[]; template: Template }> {
  const chat = await chatFor(work, chatId)
  const [template] = await work.db
    .select()
    .from(templates)
    .where(and(visibleTemplates(work.actor), here(work, templateId)))
    .for('key share')
  if (!template) throw notFound()
  await work.sql`
    insert into template_uses as u (workspace_id, operator_id, template_id, score, used_at)
    values (${work.workspaceId}, ${work.actor.operatorId}, ${templateId}, 1, clock_timestamp())
    on conflict (workspace_id, operator_id, template_id) do update set used_at = excluded.used_at,
      score = 1 + u.score * power(0.5, extract(epoch from excluded.used_at - u.used_at) / ${halfLifeSeconds})`
  const copies = await copyFiles(work, await filesOf(work, templateId))
  return { template, files: copies, ...fill(template.body, await valuesFor(work, chat)) }
}

const decayed = sql`${templateUses.score} * power(0.5, extract(epoch from clock_timestamp() - ${templateUses.usedAt}) / ${sql.raw(String(halfLifeSeconds))})`

/** Texts as a search compares them: without case and accents. */
const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Every word must stand somewhere in the title, the shortcut or the text. What is longer than a search is cut. */
function wordsIn(search: string | null | undefined): SQL[] {
  if (!search?.trim()) return []
  return fold(search.slice(0, limits.search))
    .trim()
    .split(/\s+/)
    .slice(0, 10)
    .map((word) => sql`position(${word} in ${templates.folded}) > 0`)
}

/** Whose it will be. The owner of what is own stays the same. */
function placeOf({ scope, groupId }: TemplateInput, ownerId: string): TemplatePlace {
  if (scope !== 'group' && groupId) throw new HubError('invalid', { field: 'groupId' })
  return { scope, groupId: groupId ?? null, ownerId: scope === 'own' || scope === 'shared' ? ownerId : null }
}

async function ensureMayStand(work: Work<OperatorActor>, place: TemplatePlace): Promise<void> {
  if (place.scope === 'group' && !place.groupId) throw new HubError('required', { field: 'groupId' })
  if (!onTemplate['template.manage'](work.actor, place)) throw new HubError('forbidden')
  if (!place.groupId) return
  const [group] = await work.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.workspaceId, work.workspaceId), eq(groups.id, place.groupId)))
    .for('key share')
  if (!group) throw new HubError('not_found', { field: 'groupId' })
}

function wordsOf(input: TemplateInput, filesCount: number) {
  const title = textOf(input.title, 'title', limits.name)
  const shortcut = input.shortcut?.trim() || null
  if (shortcut && shortcut.length > limits.shortcut) throw new HubError('too_long', { field: 'shortcut', max: limits.shortcut })
  if (shortcut && !/^[\p{L}\p{N}_-]+$/u.test(shortcut)) throw new HubError('bad_shortcut', { field: 'shortcut' })
  const body = input.body?.trim() ?? ''
  if (body.length > limits.templateText) throw new HubError('too_long', { field: 'body', max: limits.templateText })
  if (!body && filesCount === 0) throw new HubError('required', { field: 'body' })
  const buttons = labelsOf(input.buttons, body, 'body')
  return { title, shortcut, body, buttons, language: input.language ?? null, folded: fold([title, shortcut ?? '', body].join('\n')) }
}

async function ensureShortcutFree(
  work: Work,
  templateId: string,
  { ownerId, groupId }: TemplatePlace,
  { shortcut, language }: { shortcut: string | null; language: Language | null },
): Promise<void> {
  if (!shortcut) return
  const [twin] = await work.db
    .select({ id: templates.id })
    .from(templates)
    .where(
      and(
        eq(templates.workspaceId, work.workspaceId),
        sql`coalesce(${templates.ownerId}, ${templates.groupId}, ${templates.workspaceId}) = ${ownerId ?? groupId ?? work.workspaceId}`,
        sql`lower(${templates.shortcut}) = lower(${shortcut})`,
        sql`coalesce(${templates.language}, '') = ${language ?? ''}`,
        sql`${templates.id} <> ${templateId}`,
      ),
    )
  if (twin) throw new HubError('taken', { field: 'shortcut' })
}

/** Not-found where it may not even be seen, forbidden where it may not be changed. */
async function lockTemplate(work: Work<OperatorActor>, templateId: string): Promise<Template> {
  const [template] = await work.db.select().from(templates).where(here(work, templateId)).for('update')
  if (!template || !onTemplate['template.read'](work.actor, template)) throw notFound()
  if (!onTemplate['template.manage'](work.actor, template)) throw new HubError('forbidden')
  return template
}

async function chatFor(work: Work<OperatorActor>, chatId: string): Promise<Chat> {
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId)))
  if (!chat) throw notFound()
  ensureOnChat(work.actor, 'template.use', sightOf(chat))
  return chat
}

const filesOf = (work: Work, templateId: string): Promise<File[]> =>
  work.db
    .select()
    .from(files)
    .where(and(eq(files.workspaceId, work.workspaceId), eq(files.templateId, templateId)))
    .orderBy(files.position)

/** Told without the text: everybody asks anew for what is his to see. What stays its owner's is told to him alone. */
function tell(work: Work, now: Template, before: Template = now): void {
  const { ownerId } = now
  work.record({
    type: 'template.changed',
    subjectId: now.id,
    ...(ownerId && now.scope === 'own' && before.scope === 'own' && { data: { forOperatorId: ownerId } }),
  })
}

const here = (work: Work, templateId: string) => and(eq(templates.workspaceId, work.workspaceId), eq(templates.id, templateId))
