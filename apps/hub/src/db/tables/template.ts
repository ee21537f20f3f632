import type { Language, TemplateScope } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { check, doublePrecision, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { id, moment, within, workspaceId } from './columns.ts'
import { groups } from './group.ts'
import { operators } from './operator.ts'

/** Replies written beforehand. `groupId` belongs to the scope `group`, `ownerId` to `own` and `shared`. */
export const templates = pgTable(
  'templates',
  {
    workspaceId: workspaceId(),
    id: id(),
    scope: text('scope').$type<TemplateScope>().notNull(),
    groupId: uuid('group_id'),
    ownerId: uuid('owner_id'),
    title: text('title').notNull(),
    shortcut: text('shortcut'),
    body: text('body').notNull(),
    /** What is written on buttons below the text. */
    buttons: text('buttons').array().notNull().default(sql`'{}'`),
    language: text('language').$type<Language>(),
    /** Title, shortcut and body without case and accents: what a search looks at. */
    folded: text('folded').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('templates_title').on(t.workspaceId, sql`lower(${t.title})`, t.id),
    // A language may have its own text under the same shortcut.
    uniqueIndex('templates_shortcut')
      .on(
        t.workspaceId,
        sql`coalesce(${t.ownerId}, ${t.groupId}, ${t.workspaceId})`,
        sql`lower(${t.shortcut})`,
        sql`coalesce(${t.language}, '')`,
      )
      .where(sql`${t.shortcut} is not null`),
    check('templates_of_group', sql`(${t.scope} = 'group') = (${t.groupId} is not null)`),
    check('templates_of_owner', sql`(${t.scope} in ('own', 'shared')) = (${t.ownerId} is not null)`),
    within([t.workspaceId, t.groupId], [groups.workspaceId, groups.id]),
    within([t.workspaceId, t.ownerId], [operators.workspaceId, operators.id]),
  ],
)

/** How often and how lately an operator used a template: the count halves with every thirty days that pass. */
export const templateUses = pgTable(
  'template_uses',
  {
    workspaceId: workspaceId(),
    operatorId: uuid('operator_id').notNull(),
    templateId: uuid('template_id').notNull(),
    score: doublePrecision('score').notNull(),
    usedAt: moment('used_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.operatorId, t.templateId] }),
    index('template_uses_template').on(t.workspaceId, t.templateId),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
    within([t.workspaceId, t.templateId], [templates.workspaceId, templates.id]),
  ],
)

/** Pictures operators may send, in the order an admin gave them. */
export const libraryImages = pgTable(
  'library_images',
  {
    workspaceId: workspaceId(),
    id: id(),
    title: text('title').notNull(),
    position: integer('position').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] }), index('library_images_order').on(t.workspaceId, t.position, t.id)],
)
