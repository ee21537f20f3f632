import { limits, type NoticeKind, noticeKinds, noticeWays, type VisitColumn } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { type Notices, operators } from '../db/tables/operator.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { newId } from './ids.ts'
import type { Operator } from './operator.ts'

/** How one is called by one kind of event. */
export interface NoticeChoice {
  kind: NoticeKind
  sound: boolean
  visual: boolean
  desktop: boolean
}
export interface ProfileChange {
  name?: string | null
  languages?: string[] | null
  signature?: string | null
  signs?: boolean | null
  visitColumns?: VisitColumn[] | null
  notices?: NoticeChoice[] | null
}

/** Every kind with what was chosen. What was not chosen calls in every way, but for what the lists show anyway. */
export const noticesOf = (operator: Operator): NoticeChoice[] =>
  noticeKinds.map((kind) => ({
    kind,
    sound: true,
    visual: kind !== 'message' && kind !== 'queue',
    desktop: true,
    ...operator.notices[kind],
  }))

/** What an operator says of himself in this workspace, and how he wishes to be called. */
export async function updateProfile(work: Work<OperatorActor>, change: ProfileChange): Promise<Operator> {
  const operator = await lockSelf(work)
  const isTold = change.name != null || change.languages != null
  return keep(
    work,
    {
      ...(change.name != null && { name: textOf(change.name, 'name', limits.name) }),
      ...(change.languages != null && { languages: languagesOf(change.languages) }),
      ...(change.signature != null && {
        signature: change.signature.trim() ? textOf(change.signature, 'signature', limits.signature) : null,
      }),
      ...(change.signs != null && { signs: change.signs }),
      ...(change.visitColumns != null && { visitColumns: change.visitColumns.length > 0 ? [...new Set(change.visitColumns)] : null }),
      ...(change.notices != null && { notices: chosen(operator.notices, change.notices) }),
    },
    isTold,
  )
}

/** The picture he is known by from now on; a new name, so that no screen shows an old one. */
export async function setAvatar(work: Work<OperatorActor>, key: string): Promise<Operator> {
  await lockSelf(work)
  return keep(work, { avatarId: newId(), avatarKey: key }, true)
}

export async function removeAvatar(work: Work<OperatorActor>): Promise<Operator> {
  await lockSelf(work)
  return keep(work, { avatarId: null, avatarKey: null }, true)
}

/** Where his picture is shown from: a name that changes with the picture, so it may be kept for ever. */
export const avatarPath = ({ workspaceId, avatarId }: Pick<Operator, 'workspaceId' | 'avatarId'>): string | null =>
  avatarId ? `/avatars/${workspaceId}/${avatarId}` : null

/** Where the bytes of a picture are. Its name is known to those alone who were shown its operator. */
export async function findAvatar(work: Work, avatarId: string): Promise<string | null> {
  const [row] = await work.db
    .select({ key: operators.avatarKey })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.avatarId, avatarId)))
  return row?.key ?? null
}

/** What stands below his messages where the channel does not show who writes. */
export async function signatureOf(work: Work<OperatorActor>): Promise<string | null> {
  const [row] = await work.db.select({ signs: operators.signs, signature: operators.signature }).from(operators).where(self(work))
  return row?.signs ? row.signature : null
}

async function lockSelf(work: Work<OperatorActor>): Promise<Operator> {
  const [operator] = await work.db.select().from(operators).where(self(work)).for('no key update')
  if (!operator) throw notFound()
  return operator
}

async function keep(work: Work<OperatorActor>, values: Partial<Operator>, isTold: boolean): Promise<Operator> {
  if (Object.keys(values).length === 0) return lockSelf(work)
  const [row] = await work.db.update(operators).set(values).where(self(work)).returning()
  if (!row) throw notFound()
  if (isTold) work.record({ type: 'operator.changed', subjectId: row.id })
  work.record({ type: 'profile.changed', subjectId: row.id, data: { forOperatorId: row.id } })
  return row
}

/** BCP 47 tags as the browser writes them, each once. */
function languagesOf(tags: string[]): string[] {
  if (tags.length > limits.spoken) throw new HubError('too_many', { field: 'languages', max: limits.spoken })
  const canonical = tags.map((tag) => {
    if (tag.length > limits.languageTag) throw new HubError('too_long', { field: 'languages', max: limits.languageTag })
    try {
      return Intl.getCanonicalLocales(tag)[0] ?? ''
    } catch {
      return ''
    }
  })
  if (canonical.includes('')) throw new HubError('invalid', { field: 'languages' })
  return [...new Set(canonical)]
}

function chosen(before: Notices, choices: NoticeChoice[]): Notices {
  const all = { ...before }
  for (const { kind, ...ways } of choices) all[kind] = Object.fromEntries(noticeWays.map((way) => [way, ways[way]]))
  return all
}

const self = (work: Work<OperatorActor>) => and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, work.actor.operatorId))
