import type { Language, WidgetPicture, WidgetSide, WidgetSize } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { operators } from './operator.ts'

/** What a website's chat says in one language; what is empty it says in its usual words, or not at all. */
export interface LookTexts {
  /** On the button. */
  online: string
  offline: string
  /** Sent when a chat begins. */
  welcome: string
  away: string
  /** Sent when it ends. */
  closing: string
}

/** How a website's chat looks and where it shows. Colours are `#rrggbb`; null: the usual. */
export interface Look {
  accent: string | null
  fontColour: string | null
  backColour: string | null
  borderColour: string | null
  welcomeColour: string | null
  awayColour: string | null
  closingColour: string | null
  side: WidgetSide
  size: WidgetSize
  texts: Partial<Record<Language, LookTexts>>
  /** Patterns of pages with `*` for anything; none: everywhere. */
  showOn: string[]
  hideOn: string[]
  /** Ids of pictures of the same channel. */
  pictures: Partial<Record<WidgetPicture, string>>
}

/** Drafts and what was published, one row each. What was published never changes; the newest number holds. */
export const widgetLooks = pgTable(
  'widget_looks',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    /** From 1; null: the draft. */
    number: integer('number'),
    look: jsonb('look').$type<Look>().notNull(),
    /** The number it was taken from again. */
    revertOf: integer('revert_of'),
    operatorId: uuid('operator_id').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex('widget_looks_number').on(t.workspaceId, t.channelId, t.number),
    uniqueIndex('widget_looks_draft').on(t.workspaceId, t.channelId).where(sql`${t.number} is null`),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)

/** Pictures of a website's chat, as the hub drew them. They stay: what was published may be published again. */
export const widgetImages = pgTable(
  'widget_images',
  {
    workspaceId: workspaceId(),
    id: id(),
    channelId: uuid('channel_id').notNull(),
    storageKey: text('storage_key').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] }), within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id])],
)
