import { approvedText } from '@parley/schema/approved'
import type { PlatformTemplate, TemplateUse } from '@parley/schema/connector'
import { limits } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { channels, channelTemplates } from '../db/tables/channel.ts'
import { chats } from '../db/tables/chat.ts'
import { HubError, notFound } from '../errors.ts'
import type { Work } from '../work.ts'
import { ensureOnChat } from './access.ts'
import { sightOf } from './sight.ts'

export interface ApprovedTexts {
  channelId: string
  /** Whether the platform has such texts at all. */
  supported: boolean
  syncedAt: Date | null
  templates: PlatformTemplate[]
}

/** What may be sent in this chat when free replies are over. */
export async function listApproved(work: Work, chatId: string): Promise<ApprovedTexts> {
  const [row] = await work.db
    .select({ chat: chats, capabilities: channels.capabilities, texts: channelTemplates })
    .from(chats)
    .innerJoin(channels, and(eq(channels.workspaceId, chats.workspaceId), eq(channels.id, chats.channelId)))
    .leftJoin(channelTemplates, and(eq(channelTemplates.workspaceId, chats.workspaceId), eq(channelTemplates.channelId, chats.channelId)))
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId)))
  if (!row) throw notFound()
  ensureOnChat(work.actor, 'template.use', sightOf(row.chat))
  return {
    channelId: row.chat.channelId,
    supported: row.capabilities.templates,
    syncedAt: row.texts?.syncedAt ?? null,
    templates: (row.texts?.templates ?? []).filter(({ status }) => status === 'approved'),
  }
}

/** The text as the customer will read it, and what goes to the platform: every variable filled, and no other. */
export async function fillApproved(work: Work, channelId: string, use: TemplateUse): Promise<{ text: string; template: TemplateUse }> {
  const [row] = await work.db
    .select({ templates: channelTemplates.templates })
    .from(channelTemplates)
    .where(and(eq(channelTemplates.workspaceId, work.workspaceId), eq(channelTemplates.channelId, channelId)))
  const found = row?.templates.find(({ name, language, status }) => name === use.name && language === use.language && status === 'approved')
  if (!found) throw new HubError('not_found', { field: 'name' })
  const given = new Map(use.variables.map(({ key, value }) => [key, singleLine(value)]))
  const variables = found.variables.map(({ key }) => {
    const value = given.get(key)
    if (!value) throw new HubError('variable_empty', { field: 'variables', label: key.split('.')[1] })
    return { key, value }
  })
  return {
    text: approvedText(found, Object.fromEntries(given)),
    template: { name: found.name, language: found.language, variables },
  }
}

/** Platforms refuse line breaks, tabs and rows of blanks there. */
function singleLine(value: string): string {
  const words = value.replace(/\s+/g, ' ').trim()
  if (words.length > limits.approvedValue) throw new HubError('too_long', { field: 'variables', max: limits.approvedValue })
  return words
}

/** What the platform told of its texts just now. */
export async function keepApproved(work: Work, channelId: string, templates: PlatformTemplate[]): Promise<void> {
  await work.sql`insert into channel_templates (workspace_id, channel_id, templates, synced_at)
    values (${work.workspaceId}, ${channelId}, ${work.sql.json(templates as never)}, clock_timestamp())
    on conflict (workspace_id, channel_id) do update set templates = excluded.templates, synced_at = excluded.synced_at`
}
