import type { ApproachKind, Language } from '@parley/schema/vocabulary'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { channels } from './channel.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { operators } from './operator.ts'
import { libraryImages } from './template.ts'
import { visits } from './visit.ts'

/** What is said, in the languages it was written in. */
export type ApproachWords = Partial<Record<Language, string>>

/** What is said to visitors, written beforehand: by an admin for everybody, or by an operator (`ownerId`) for himself. */
export const approachTexts = pgTable(
  'approach_texts',
  {
    workspaceId: workspaceId(),
    id: id(),
    kind: text('kind').$type<ApproachKind>().notNull(),
    ownerId: uuid('owner_id'),
    title: text('title').notNull(),
    words: jsonb('words').$type<ApproachWords>().notNull(),
    url: text('url'),
    /** A picture of the library. */
    imageId: uuid('image_id'),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    within([t.workspaceId, t.ownerId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.imageId], [libraryImages.workspaceId, libraryImages.id]),
  ],
)

/** How visitors may be turned to; a workspace without a row has it as the columns say. */
export const approachSettings = pgTable(
  'approach_settings',
  {
    workspaceId: workspaceId(),
    /** Operators may say what they like; else only what was written beforehand. */
    free: boolean('free').notNull().default(true),
    /** Visitors may be led to pages of these and all below them, by https. */
    domains: text('domains').array().notNull().default([]),
    /** So often in one visit the hub turns to somebody by itself. */
    perVisit: integer('per_visit').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.workspaceId] })],
)

/** Whom the hub turns to by itself. A condition that is null asks nothing. */
export const approachRules = pgTable(
  'approach_rules',
  {
    workspaceId: workspaceId(),
    id: id(),
    textId: uuid('text_id').notNull(),
    active: boolean('active').notNull().default(true),
    channelId: uuid('channel_id'),
    /** Of the address, with `*` for anything. */
    page: text('page'),
    /** So long on the page. */
    seconds: integer('seconds'),
    /** At least so many visits, this one included. */
    visits: integer('visits'),
    /** Words of the campaign. */
    campaign: text('campaign'),
    /** Of two letters each. */
    countries: text('countries').array().notNull().default([]),
    /** Only while somebody is there to answer. */
    online: boolean('online').notNull().default(true),
    /** Not again within so many days. */
    days: integer('days').notNull().default(7),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    within([t.workspaceId, t.textId], [approachTexts.workspaceId, approachTexts.id]),
    within([t.workspaceId, t.channelId], [channels.workspaceId, channels.id]),
  ],
)

/** Each time somebody on a website was turned to, by whom, and what he did. */
export const approaches = pgTable(
  'approaches',
  {
    workspaceId: workspaceId(),
    id: id(),
    visitId: uuid('visit_id').notNull(),
    kind: text('kind').$type<ApproachKind>().notNull(),
    operatorId: uuid('operator_id'),
    /** The hub did it by this rule. Rules go, what they did stays. */
    ruleId: uuid('rule_id'),
    text: text('text'),
    /** The same in other languages, where it was written beforehand. */
    words: jsonb('words').$type<ApproachWords>(),
    /** Where it leads. */
    url: text('url'),
    imageId: uuid('image_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    shownAt: moment('shown_at'),
    answeredAt: moment('answered_at'),
    accepted: boolean('accepted'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('approaches_visit').on(t.workspaceId, t.visitId, t.createdAt),
    index('approaches_created').on(t.workspaceId, t.createdAt),
    index('approaches_rule').on(t.workspaceId, t.ruleId),
    within([t.workspaceId, t.visitId], [visits.workspaceId, visits.id]),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)
