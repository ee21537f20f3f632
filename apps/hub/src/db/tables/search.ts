import type { SearchKind } from '@parley/schema/vocabulary'
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, workspaceId } from './columns.ts'

/**
 * What is found: one row for each message, comment, customer and note that says something, written behind the write. Nothing here is
 * the truth: it is made again of what it tells of.
 */
export const searchEntries = pgTable(
  'search_entries',
  {
    workspaceId: workspaceId(),
    kind: text('kind').$type<SearchKind>().notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** Of messages and comments. */
    chatId: uuid('chat_id'),
    at: moment('at').notNull(),
    /** Its words as they are compared: without case, accents and punctuation, each between two spaces. */
    text: text('text').notNull(),
    /** Keys of its words, of their stems in each language, and of its period, see domain/search-text.ts. They differ from workspace to workspace. */
    words: integer('words').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.kind, t.subjectId] }),
    index('search_entries_newest').on(t.workspaceId, t.at, t.subjectId),
    index('search_entries_chat').on(t.workspaceId, t.chatId, t.at),
    // What was written last lies beside the index and is read through by every search until it is put in.
    index('search_entries_words').using('gin', t.words).with({ gin_pending_list_limit: 256 }),
  ],
)

/** Every word that stands in an entry, by which those are found that have a part of it. */
export const searchWords = pgTable(
  'search_words',
  {
    workspaceId: workspaceId(),
    /** Between two spaces; a very long one in pieces, see domain/search-text.ts. */
    word: text('word').notNull(),
    /** Keys of every three letters in a row, spaces included. */
    grams: integer('grams').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.word] }),
    index('search_words_grams').using('gin', t.grams).with({ gin_pending_list_limit: 256 }),
  ],
)

/** How far the entries of a workspace are: `seq` is the last event that is in them. */
export const searchProgress = pgTable(
  'search_progress',
  {
    workspaceId: workspaceId(),
    /** What the entries were made by; entries of another way of making them are made anew. */
    version: text('version').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    /** By kind: what is older than this id is still to come. A kind that is not named is done. */
    sweeps: jsonb('sweeps').$type<Partial<Record<SearchKind, string>>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId] })],
)
