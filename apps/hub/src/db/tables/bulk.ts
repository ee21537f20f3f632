import type { Filter } from '@parley/schema/filter'
import type { BulkItemState, BulkState } from '@parley/schema/vocabulary'
import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { chats } from './chat.ts'
import { id, moment, within, workspaceId } from './columns.ts'
import { operators } from './operator.ts'

export type BulkAction =
  | { kind: 'close'; silent: boolean }
  | { kind: 'transfer'; operatorId?: string; groupId?: string; comment?: string }
  | { kind: 'tag'; tagId: string; on: boolean }
  | { kind: 'read' }
  | { kind: 'reopen' }
  /** `until`: ISO 8601; null: until the customer writes. */
  | { kind: 'snooze'; until: string | null }
  | { kind: 'undo'; of: UndoableAction }
/** What was read and what was opened again stays so: somebody may have acted on it. */
export type UndoableAction = Exclude<BulkAction, { kind: 'undo' | 'read' | 'reopen' }>

/** What a chat was like before, and what tells that nobody has touched it since. */
export interface BulkTrace {
  before?: {
    state: 'queued' | 'serving'
    operatorId: string | null
    groupId: string | null
    participantIds: string[]
    unread: number
    firstUnreadId: string | null
    waitingSince: string | null
    calmedAt: string | null
    snoozedAt: string | null
    snoozedUntil: string | null
  }
  /** When it was closed, or since when its new operator holds it, as ISO 8601. */
  at?: string | null
}

/** Something done to many chats: its chats are rows of `bulk_items`, each a work of its own. */
export const bulkRuns = pgTable(
  'bulk_runs',
  {
    workspaceId: workspaceId(),
    id: id(),
    operatorId: uuid('operator_id').notNull(),
    action: jsonb('action').$type<BulkAction>().notNull(),
    /** What the chats were found by; null: they were chosen. */
    filter: jsonb('filter').$type<Filter>(),
    /** The run this one puts back. */
    undoesId: uuid('undoes_id'),
    state: text('state').$type<BulkState>().notNull().default('running'),
    total: integer('total').notNull(),
    /** Chosen chats that were not to be seen. */
    leftOut: integer('left_out').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('bulk_runs_operator').on(t.workspaceId, t.operatorId, t.createdAt),
    index('bulk_runs_running').on(t.workspaceId, t.createdAt).where(sql`${t.state} = 'running'`),
    index('bulk_runs_undoes').on(t.workspaceId, t.undoesId).where(sql`${t.undoesId} is not null`),
    within([t.workspaceId, t.operatorId], [operators.workspaceId, operators.id]),
  ],
)

export const bulkItems = pgTable(
  'bulk_items',
  {
    workspaceId: workspaceId(),
    runId: uuid('run_id').notNull(),
    n: integer('n').notNull(),
    chatId: uuid('chat_id').notNull(),
    state: text('state').$type<BulkItemState>().notNull().default('waiting'),
    /** Why it failed: the code of a refusal and what fills its words. */
    code: text('code'),
    details: jsonb('details').$type<Record<string, string | number | undefined>>(),
    trace: jsonb('trace').$type<BulkTrace>(),
    at: moment('at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.runId, t.n] }),
    index('bulk_items_waiting').on(t.workspaceId, t.runId, t.n).where(sql`${t.state} = 'waiting'`),
    index('bulk_items_chat').on(t.workspaceId, t.chatId),
    within([t.workspaceId, t.runId], [bulkRuns.workspaceId, bulkRuns.id]),
    within([t.workspaceId, t.chatId], [chats.workspaceId, chats.id]),
  ],
)
