import { connect } from '../../apps/hub/src/db/connect.ts'
import { hammer, median, poster, round } from './load.ts'
import { openConsole, type Stage, update } from './stage.ts'

/** What a message and a screen cost when a thousand times as many are stored. What a hub does for the first time is not in it. */
export async function growth(stage: Stage, steps = [1_000, 1_000_000]): Promise<string[]> {
  const lines: string[] = []
  const first: Record<string, number> = {}
  for (const step of steps) {
    await fillStored(stage, step)
    if (step === steps[0]) await inboundCost(stage)
    const figures = {
      'inbound, ms per message': await inboundCost(stage),
      'first page of New, ms': await ask(
        stage,
        '{ chats(section: new, first: 50) { edges { node { id number lastMessage { text } customer { name } } } } }',
      ),
      'first page of Closed, ms': await ask(
        stage,
        '{ chats(section: closed, first: 50) { edges { node { id number lastMessage { text } customer { name } } } } }',
      ),
      'section counts, ms': await ask(stage, '{ sections { new mine unread waiting open others closed } }'),
    }
    for (const [name, value] of Object.entries(figures)) {
      first[name] ??= value
      lines.push(`${round(step)} messages stored: ${name} ${round(value, 2)} (× ${round(value / (first[name] ?? value), 2)})`)
    }
  }
  return lines
}

async function inboundCost(stage: Stage, count = 1_500): Promise<number> {
  const socket = await openConsole(stage, () => {})
  const post = poster(stage.webhook.url, 1)
  const times: number[] = []
  await hammer(count, 1, async (n) => {
    const began = performance.now()
    await post(update(n), stage.webhook.headers)
    if (n > 200) times.push(performance.now() - began)
  })
  socket.close()
  return median(times)
}

async function ask(stage: Stage, query: string): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 60; n += 1) {
    const began = performance.now()
    await stage.ask(query)
    if (n >= 20) times.push(performance.now() - began)
  }
  return median(times)
}

/** Numbers of made chats begin here: beyond those the hub gives, within what GraphQL calls an Int. */
const farNumber = 1_000_000_000

/** Closed chats of ten messages each, unless told, until so many messages are stored; written straight into the tables. */
export async function fillStored(stage: Stage, messages: number, each = 10): Promise<void> {
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  await sql`select set_config('statement_timeout', '0', false)`
  const [row] = await sql<
    { workspace_id: string; channel_id: string; stored: string }[]
  >`select workspace_id, id as channel_id, (select count(*) from messages) as stored from channels where kind = 'telegram' limit 1`
  const missing = Math.ceil((messages - Number(row?.stored ?? 0)) / each)
  if (row && missing > 0) {
    await sql`select set_config('parley.workspace', ${row.workspace_id}, false)`
    await sql.unsafe(`
      create temporary table made as select gen_random_uuid() as chat, gen_random_uuid() as thread, gen_random_uuid() as identity, gen_random_uuid() as customer, n, now() - n * interval '20 seconds' as at from generate_series(1, ${missing}) n;
      insert into customers (workspace_id, id, name, created_at) select '${row.workspace_id}', customer, 'Past ' || n, at from made;
      insert into identities (workspace_id, id, channel_id, customer_id, external_id) select '${row.workspace_id}', identity, '${row.channel_id}', customer, 'p' || identity from made;
      insert into threads (workspace_id, id, channel_id, external_id, kind, identity_id) select '${row.workspace_id}', thread, '${row.channel_id}', 'p' || identity, 'direct', identity from made;
      insert into chats (workspace_id, id, number, thread_id, channel_id, customer_id, state, opened_at, closed_at, last_message_at)
        select '${row.workspace_id}', chat, ${farNumber} + (select count(*) from chats where number > ${farNumber}) + n, thread, '${row.channel_id}', customer, 'closed', at, at + interval '10 minutes', at + interval '9 minutes' from made;
      insert into messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, text, at, position, external_id)
        select '${row.workspace_id}', gen_random_uuid(), chat, thread, '${row.channel_id}', case when m % 2 = 0 then 'in' else 'out' end, case when m % 2 = 0 then 'customer' else 'system' end, 'A past message ' || n || ' ' || m || ' about a bicycle and its saddle', at + m * interval '1 minute', m, 'x' || m from made, generate_series(0, ${each - 1}) m;
      drop table made`)
    await sql.unsafe('analyze')
  }
  await sql.end()
}
