import { type Language, limits } from '@parley/schema/vocabulary'
import { eq } from 'drizzle-orm'
import { groupMembers, groups } from '../db/tables/group.ts'
import { operators } from '../db/tables/operator.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError, textOf } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import { newId } from './ids.ts'
import { type Country, countryCodeOf, countryOf, e164Of } from './phone.ts'

export type Workspace = typeof workspaces.$inferSelect
export interface Founding {
  company: string
  slug: string
  language: Language
  admin: { userId: string; name: string; email: string }
}

const firstGroup: Record<Language, string> = { en: 'Support', 'pt-BR': 'Atendimento', ru: 'Поддержка', es: 'Soporte' }

/** A new company on this hub: its admin and his first group. `work` acts as the system of `work.workspaceId`. */
export async function foundWorkspace(
  work: Work,
  founding: Founding,
): Promise<{ workspace: Workspace; operatorId: string; groupId: string }> {
  const { workspaceId } = work
  const [workspace] = await work.db
    .insert(workspaces)
    .values({
      id: workspaceId,
      slug: slugOf(founding.slug),
      name: textOf(founding.company, 'company', limits.name),
      language: founding.language,
    })
    .onConflictDoNothing()
    .returning()
  if (!workspace) throw new HubError('taken', { field: 'slug' })
  const operatorId = newId()
  const groupId = newId()
  await work.db.insert(operators).values({
    workspaceId,
    id: operatorId,
    userId: founding.admin.userId,
    name: textOf(founding.admin.name, 'name', limits.name),
    email: founding.admin.email,
    role: 'admin',
  })
  await work.db.insert(groups).values({ workspaceId, id: groupId, name: firstGroup[founding.language] })
  await work.db.insert(groupMembers).values({ workspaceId, groupId, operatorId })
  return { workspace, operatorId, groupId }
}

export interface WorkspaceChange {
  name?: string | null
  language?: Language | null
  /** ISO 3166; an empty text: what the language suggests. */
  country?: string | null
  waitingAfterMinutes?: number | null
  transferOffline?: boolean | null
}

export async function updateWorkspace(work: Work, change: WorkspaceChange): Promise<Workspace> {
  ensure(work.actor, 'workspace.edit')
  const minutes = change.waitingAfterMinutes
  if (minutes != null && (minutes < 1 || minutes > limits.minutes)) throw new HubError('invalid', { field: 'waitingAfterMinutes' })
  const values = {
    ...(change.name != null && { name: textOf(change.name, 'name', limits.name) }),
    ...(change.language != null && { language: change.language }),
    ...(change.country != null && { country: countryCodeOf(change.country) }),
    ...(minutes != null && { waitingAfterMinutes: minutes }),
    ...(change.transferOffline != null && { transferOffline: change.transferOffline }),
  }
  const mine = eq(workspaces.id, work.workspaceId)
  const [row] =
    Object.keys(values).length > 0
      ? await work.db.update(workspaces).set(values).where(mine).returning()
      : await work.db.select().from(workspaces).where(mine)
  if (!row) throw new Error('the workspace of the work is missing')
  if (values.country !== undefined || values.language !== undefined) await renumberPhones(work, countryOf(row))
  work.record({ type: 'workspace.changed', subjectId: row.id })
  return row
}

/** Phones typed without their country are of another one now. */
async function renumberPhones(work: Work, country: Country): Promise<void> {
  const rows = await work.sql<{ id: string; phone: string; phone_e164: string | null }[]>`
    select id, phone, phone_e164 from customers where workspace_id = ${work.workspaceId} and phone is not null and phone not like '+%'
      and phone_e164 is distinct from '+' || regexp_replace(phone, '[^0-9]', '', 'g')`
  const changed = rows.flatMap(({ id, phone, phone_e164 }) => {
    const e164 = e164Of(phone, country)
    return e164 === phone_e164 ? [] : [{ id, e164 }]
  })
  if (changed.length > 0)
    await work.sql`update customers c set phone_e164 = r.e164 from jsonb_to_recordset(${work.sql.json(changed)}) as r(id uuid, e164 text)
      where c.workspace_id = ${work.workspaceId} and c.id = r.id`
}

export function slugOf(value: string): string {
  const slug = value.trim().toLowerCase()
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/.test(slug) || slug.length > limits.slug)
    throw new HubError('bad_slug', { field: 'slug', max: limits.slug })
  return slug
}
