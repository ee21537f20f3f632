import type { DeviceKind } from '@parley/schema/vocabulary'
import { index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { identities } from './customer.ts'

/** A page somebody was on. `at`: milliseconds since 1970. */
export interface VisitPage {
  url: string
  title: string
  at: number
}

/** One browser on one website: how often it came, and its last visit. Who is there now is kept in memory, not here. */
export const visits = pgTable(
  'visits',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    /** A hash of what the browser names itself by. */
    browser: text('browser').notNull(),
    /** Whom the browser turned out to belong to. */
    identityId: uuid('identity_id'),
    count: integer('count').notNull().default(1),
    firstAt: moment('first_at').notNull().defaultNow(),
    startedAt: moment('started_at').notNull().defaultNow(),
    lastAt: moment('last_at').notNull().defaultNow(),
    referrer: text('referrer'),
    campaign: text('campaign'),
    search: text('search'),
    language: text('language'),
    device: text('device').$type<DeviceKind>().notNull(),
    system: text('system'),
    agent: text('agent'),
    /** The last pages, oldest first. */
    trail: jsonb('trail').$type<VisitPage[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    unique('visits_browser').on(t.workspaceId, t.channelId, t.browser),
    index('visits_last').on(t.workspaceId, t.lastAt),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.identityId], [identities.workspaceId, identities.id]),
  ],
)
