import { type ApproachKind, type Language, languages, limits } from '@parley/schema/vocabulary'
import { and, asc, count, eq, isNull, or, sql } from 'drizzle-orm'
import { type ApproachWords, approachRules, approachSettings, approachTexts } from '../db/tables/approach.ts'
import { files } from '../db/tables/file.ts'
import { libraryImages } from '../db/tables/template.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure, mayManageApproachText } from './access.ts'
import { newId } from './ids.ts'

export type ApproachText = typeof approachTexts.$inferSelect
export type ApproachSettings = Omit<typeof approachSettings.$inferSelect, 'workspaceId'>
export interface ApproachTextInput {
  kind: ApproachKind
  /** His who writes it; else everybody's. */
  own: boolean
  title: string
  words: { language: Language; text: string }[]
  url?: string | null
  imageId?: string | null
}

/** Everybody's, and one's own, by title. */
export const listApproachTexts = (work: Work<OperatorActor>): Promise<ApproachText[]> =>
  work.db
    .select()
    .from(approachTexts)
    .where(and(eq(approachTexts.workspaceId, work.workspaceId), mine(work)))
    .orderBy(asc(sql`lower(${approachTexts.title})`), asc(approachTexts.id))

/** One that the actor may use; throws not-found for others. */
export async function usableText(work: Work<OperatorActor>, textId: string): Promise<ApproachText> {
  const [text] = await work.db
    .select()
    .from(approachTexts)
    .where(and(here(work, textId), mine(work)))
  if (!text) throw notFound()
  return text
}

export async function createApproachText(work: Work<OperatorActor>, input: ApproachTextInput): Promise<ApproachText> {
  const ownerId = input.own ? work.actor.operatorId : null
  ensureMay(work, ownerId)
  const [there] = await work.db.select({ count: count() }).from(approachTexts).where(eq(approachTexts.workspaceId, work.workspaceId))
  if ((there?.count ?? 0) >= limits.approachTexts) throw new HubError('too_many', { max: limits.approachTexts })
  const [text] = await work.db
    .insert(approachTexts)
    .values({ workspaceId: work.workspaceId, id: newId(), ownerId, ...(await valuesOf(work, input)) })
    .returning()
  if (!text) throw new Error('the text was not inserted')
  return text
}

/** Writes it anew; whose it is stays. */
export async function updateApproachText(work: Work<OperatorActor>, textId: string, input: ApproachTextInput): Promise<ApproachText> {
  await lockText(work, textId)
  const [text] = await work.db
    .update(approachTexts)
    .set({ ...(await valuesOf(work, input)), updatedAt: sql`clock_timestamp()` })
    .where(here(work, textId))
    .returning()
  if (!text) throw notFound()
  return text
}

/** The rules that say it go with it. */
export async function deleteApproachText(work: Work<OperatorActor>, textId: string): Promise<ApproachText> {
  const text = await lockText(work, textId)
  await work.db.delete(approachRules).where(and(eq(approachRules.workspaceId, work.workspaceId), eq(approachRules.textId, textId)))
  await work.db.delete(approachTexts).where(here(work, textId))
  return text
}

export async function getApproachSettings(work: Work): Promise<ApproachSettings> {
  const [row] = await work.db.select().from(approachSettings).where(eq(approachSettings.workspaceId, work.workspaceId))
  return row ?? { free: true, domains: [], perVisit: 1 }
}

export async function updateApproachSettings(work: Work, { free, domains, perVisit }: ApproachSettings): Promise<ApproachSettings> {
  ensure(work.actor, 'approach.manage')
  if (domains.length > limits.approachDomains) throw new HubError('too_many', { field: 'domains', max: limits.approachDomains })
  if (perVisit < 1 || perVisit > 20) throw new HubError('invalid', { field: 'perVisit' })
  const values = { free, domains: [...new Set(domains.map(domainOf))], perVisit }
  await work.db
    .insert(approachSettings)
    .values({ workspaceId: work.workspaceId, ...values })
    .onConflictDoUpdate({ target: approachSettings.workspaceId, set: values })
  return values
}

/** A name of the net with a dot in it, as a browser writes it; an address, a port or a path is none. */
function domainOf(given: string): string {
  const text = textOf(given, 'domains', limits.url).toLowerCase()
  const host = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : null
  if (!host || host.href !== `https://${host.hostname}/` || !/^[a-z\d-]+(\.[a-z\d-]+)*\.[a-z][a-z\d-]*$/.test(host.hostname))
    throw new HubError('invalid', { field: 'domains' })
  return host.hostname
}

async function valuesOf(work: Work, { kind, title, words, url, imageId }: ApproachTextInput) {
  const leads = kind === 'promotion' || kind === 'redirect'
  const said: ApproachWords = {}
  for (const { language, text } of words) if (text.trim()) said[language] = textOf(text, 'text', limits.approachText)
  if (Object.keys(said).length === 0 && kind !== 'redirect') throw new HubError('required', { field: 'words' })
  if (leads && !url?.trim()) throw new HubError('required', { field: 'url' })
  const picture = kind === 'promotion' && imageId ? await pictureOf(work, imageId) : null
  return {
    kind,
    title: textOf(title, 'title', limits.name),
    words: said,
    url: leads && url ? readAddress(textOf(url, 'url', limits.url)) : null,
    imageId: picture,
  }
}

/** An address as a browser reads it. Whether visitors may be led there is asked when they are: lists change. */
export function readAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) throw new HubError('invalid', { field: 'url' })
  return url.href
}

/** A picture of the library; refused where there is none of this id. */
export async function pictureOf(work: Work, imageId: string): Promise<string> {
  const [image] = await work.db
    .select({ id: libraryImages.id })
    .from(libraryImages)
    .where(and(eq(libraryImages.workspaceId, work.workspaceId), eq(libraryImages.id, imageId)))
  if (!image) throw new HubError('not_found', { field: 'imageId' })
  return image.id
}

async function lockText(work: Work<OperatorActor>, textId: string): Promise<ApproachText> {
  const [text] = await work.db
    .select()
    .from(approachTexts)
    .where(and(here(work, textId), mine(work)))
    .for('update')
  if (!text) throw notFound()
  ensureMay(work, text.ownerId)
  return text
}

function ensureMay(work: Work<OperatorActor>, ownerId: string | null): void {
  if (!mayManageApproachText(work.actor, ownerId)) throw new HubError('forbidden')
}
const mine = ({ actor }: Work<OperatorActor>) => or(isNull(approachTexts.ownerId), eq(approachTexts.ownerId, actor.operatorId))
const here = (work: Work, textId: string) => and(eq(approachTexts.workspaceId, work.workspaceId), eq(approachTexts.id, textId))

/** A prepared text as it is put before somebody. */
export const contentOf = ({ words, url, imageId }: ApproachText) => ({ text: wordsIn(words), words, url, imageId })

/** In the first of these languages it was written in, else in any. */
export const wordsIn = (words: ApproachWords, ...order: string[]): string | null =>
  [...order, ...languages].map((language) => words[language as Language]).find(Boolean) ?? null

/** The picture of the library that goes with what is said to visitors; null: none does, and so it is not theirs to see. */
export async function findPicture(work: Work, imageId: string): Promise<typeof files.$inferSelect | null> {
  const [row] = await work.db
    .select()
    .from(files)
    .where(
      and(
        eq(files.workspaceId, work.workspaceId),
        eq(files.libraryImageId, imageId),
        sql`(exists (select from approach_texts a where a.workspace_id = ${work.workspaceId} and a.image_id = ${imageId})
          or exists (select from approaches a where a.workspace_id = ${work.workspaceId} and a.image_id = ${imageId} and a.created_at > clock_timestamp() - interval '1 day'))`,
      ),
    )
  return row ?? null
}
export const picturePath = ({ workspaceId, imageId }: { workspaceId: string; imageId: string | null }): string | null =>
  imageId ? `/pictures/${workspaceId}/${imageId}` : null
