import { type SQL, sql } from 'drizzle-orm'
import { chats } from '../db/tables/chat.ts'

/** As part of a statement over chats. */
const has = (workspace: SQL, what: SQL): SQL =>
  sql`exists (select from messages m where m.workspace_id = ${workspace} and m.chat_id = ${chats.id} and ${what})`

/** An operator has answered in it. */
export const isAnswered = (workspace: SQL): SQL => has(workspace, sql`m.direction = 'out' and m.author_kind = 'operator'`)

/** The visitor left before there was an answer, or it was closed without one; `at`: when that was. */
export const isGivenUp = (workspace: SQL, at: (moment: SQL) => SQL): SQL => sql`(${at(sql`${chats.missedAt}`)}
  or ${chats.state} = 'closed' and ${chats.missedAt} is null and ${at(sql`${chats.closedAt}`)} and not ${isAnswered(workspace)}
    -- Of one that goes on in another chat nothing is left.
    and ${has(workspace, sql`m.direction = 'in'`)})`
