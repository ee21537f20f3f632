import type { Sql } from 'postgres'

export interface StoredMessage {
  id: string
  chat_id: string
  thread_id: string
  channel_id: string
  direction: 'in' | 'out'
  at: Date
  text: string | null
  delivery: string
  failure: { message?: string } | null
  client_id: string | null
  external_id: string | null
  late: boolean
  group_id: string | null
  state: 'queued' | 'serving' | 'closed'
}
/** The database's own word, read as its owner, past every rule of the hub. */
export interface Stored {
  /** In the order in which they are shown. */
  messages: StoredMessage[]
  seqs: number[]
  head: number
  files: Record<string, number>
  parts: Record<string, number>
  parked: number
}

export async function readStored(sql: Sql): Promise<Stored> {
  const messages = await sql<
    StoredMessage[]
  >`select m.id, m.chat_id, m.thread_id, m.channel_id, m.direction, m.at, m.text, m.delivery, m.failure, m.client_id, m.external_id, m.late, c.group_id, c.state
    from messages m join chats c on c.id = m.chat_id order by m.at, m.position, m.id`
  const seqs = await sql<{ seq: string }[]>`select seq from events order by seq`
  const [counter] = await sql<{ value: string }[]>`select value from counters where name = 'event'`
  const states = async (table: string) =>
    Object.fromEntries(
      (await sql<{ state: string; n: number }[]>`select state, count(*)::int as n from ${sql(table)} group by state`).map(
        ({ state, n }) => [state, n],
      ),
    )
  const [parked] = await sql<{ n: number }[]>`select count(*)::int as n from parked_events`
  return {
    messages: [...messages],
    seqs: seqs.map(({ seq }) => Number(seq)),
    head: Number(counter?.value ?? 0),
    files: await states('files'),
    parts: await states('outgoing_parts'),
    parked: parked?.n ?? 0,
  }
}
