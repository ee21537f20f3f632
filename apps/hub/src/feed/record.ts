import type { EventType } from '@parley/schema/vocabulary'
import type { TransactionSql } from 'postgres'
import type { EventData } from '../db/tables/event.ts'

/** An event as a work tells it; its number is given when the work ends. */
export interface NewEvent {
  type: EventType
  operatorId?: string | null
  chatId?: string | null
  subjectId?: string | null
  data?: EventData
  /** Its moment is the end of its work and not the beginning. */
  atEnd?: boolean
}

/**
 * Numbers the events and writes them, as the last statement before COMMIT: the counter row then serialises only the commits
 * of one workspace, and a reader never sees a number before those below it.
 */
export async function writeEvents(sql: TransactionSql, workspaceId: string, events: NewEvent[]): Promise<void> {
  if (events.length === 0) return
  // The moment of an event is the beginning of its work: a chat opened by a message stands before that message. It is as exact as the API
  // tells it, so that a client that sorts what it is told comes to the hub's order.
  const rows = events.map((event, n) => ({
    n: n + 1,
    type: event.type,
    operator_id: event.operatorId ?? null,
    chat_id: event.chatId ?? null,
    subject_id: event.subjectId ?? null,
    data: event.data ?? null,
    at_end: event.atEnd ?? false,
  }))
  await sql`
    with taken as (
      insert into counters (workspace_id, name, value) values (${workspaceId}, 'event', ${events.length})
      on conflict (workspace_id, name) do update set value = counters.value + excluded.value returning value
    )
    insert into events (workspace_id, seq, at, type, operator_id, chat_id, subject_id, data)
    select ${workspaceId}, taken.value - ${events.length} + e.n, date_trunc('milliseconds', case when e.at_end then clock_timestamp() else now() end), e.type, e.operator_id, e.chat_id, e.subject_id, e.data
    from taken, jsonb_to_recordset(${sql.json(rows as never)}) as e(n int, type text, operator_id uuid, chat_id uuid, subject_id uuid, data jsonb, at_end boolean)`
}
