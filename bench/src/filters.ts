import { connect } from '../../apps/hub/src/db/connect.ts'
import type { Condition, Filter } from '../../schema/src/filter.ts'
import { fillStored } from './growth.ts'
import { median, quantile, round } from './load.ts'
import type { Stage } from './stage.ts'

/** What the list and the count of a filter cost when a thousand times as many chats are stored. */
export async function filters(stage: Stage, steps = [1_000, Number(process.env.BENCH_CHATS ?? 1_000_000)]): Promise<string[]> {
  const lines: string[] = []
  const first = new Map<string, number>()
  for (const step of steps) {
    await fillStored(stage, step, 1)
    const marks = await mark(stage)
    for (const [name, conditions] of Object.entries(cases(marks))) {
      const filter: Filter = { all: conditions }
      const found = await stage.ask('query($f: JSON!) { countChats(filter: $f) { count isCapped } }', { f: filter })
      for (const [what, query] of Object.entries(questions)) {
        const times = await time(stage, query, filter)
        const ms = median(times)
        const key = `${name}, ${what}`
        first.set(key, first.get(key) ?? ms)
        lines.push(
          `${round(step)} chats: ${key} p50 ${round(ms, 1)} ms (× ${round(ms / (first.get(key) ?? ms), 2)}), p95 ${round(quantile(times, 0.95), 1)} ms, ${found.countChats.count}${found.countChats.isCapped ? '+' : ''} fit`,
        )
      }
    }
  }
  return lines
}

const questions = {
  list: 'query($f: JSON!) { filteredChats(filter: $f, first: 50) { edges { node { id number customer { name } } } } }',
  count: 'query($f: JSON!) { countChats(filter: $f) { count } }',
}

function cases({ rare, common, channelId, own }: Marks): Record<string, Condition[]> {
  const closed: Condition = { field: 'state', is: 'any', values: ['closed'] }
  const channel: Condition = { field: 'channel', is: 'any', values: [channelId] }
  const month: Condition = { field: 'closed', is: 'last', count: 90, unit: 'day' }
  const nobody: Condition = { field: 'operator', is: 'any', values: ['nobody'] }
  return {
    'four conditions that many fit': [closed, channel, month, nobody],
    'four conditions with a common tag': [closed, channel, month, { field: 'chatTags', is: 'any', ids: [common] }],
    'four conditions with a rare tag': [closed, channel, nobody, { field: 'chatTags', is: 'any', ids: [rare] }],
    'four conditions that none fits': [closed, channel, month, { field: 'operator', is: 'any', values: ['me'] }],
    'a rare name': [closed, channel, nobody, { field: 'name', is: 'contains', value: 'past 77' }],
    'four conditions, a common choice of an own field among them': [
      closed,
      channel,
      month,
      { field: 'custom', id: own.choice, is: 'any', values: ['Gold'] },
    ],
    'four conditions, three of own fields': [
      closed,
      { field: 'custom', id: own.number, is: 'range', least: 100, most: 120 },
      { field: 'custom', id: own.choice, is: 'any', values: ['Gold', 'Tin'] },
      { field: 'custom', id: own.date, is: 'between', from: '2026-01-01', to: '2026-06-01' },
    ],
    'four conditions, the beginning of a text of an own field among them': [
      closed,
      channel,
      nobody,
      { field: 'custom', id: own.text, is: 'starts', value: 'plan 777' },
    ],
    'four conditions, a part of a text of an own field among them': [
      closed,
      channel,
      nobody,
      { field: 'custom', id: own.text, is: 'contains', value: 'an 777' },
    ],
    'four conditions, an own field that nobody filled in so': [
      closed,
      channel,
      month,
      { field: 'custom', id: own.choice, is: 'any', values: ['Iron'] },
    ],
    'four conditions, an own field that does not hold it': [
      closed,
      channel,
      month,
      { field: 'custom', id: own.choice, is: 'none', values: ['Gold'] },
    ],
    'a word of the last hour': [
      { field: 'lastMessage', is: 'last', count: 1, unit: 'hour' },
      { field: 'text', is: 'contains', value: '77 0 about' },
    ],
  }
}

interface Marks {
  rare: string
  common: string
  channelId: string
  /** Fields of the company's own, by their type; every customer has a value of each. */
  own: Record<(typeof ownTypes)[number], string>
}
const ownTypes = ['text', 'number', 'date', 'choice'] as const

/** Puts one tag on every tenth chat and one on fifty in all, and fills in the own fields of every customer. */
async function mark(stage: Stage): Promise<Marks> {
  const sql = connect(stage.databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`select set_config('statement_timeout', '0', false)`
    const [place] = await sql<{ workspace_id: string; id: string }[]>`select workspace_id, id from channels where kind = 'telegram' limit 1`
    if (!place) throw new Error('the stage has no channel')
    await sql`select set_config('parley.workspace', ${place.workspace_id}, false)`
    const tag = async (name: string) =>
      (
        await sql<
          { id: string }[]
        >`insert into tags (workspace_id, id, name, colour) values (${place.workspace_id}, gen_random_uuid(), ${name}, 'red')
          on conflict (workspace_id, lower(name)) do update set name = excluded.name returning id`
      )[0]?.id ?? ''
    const fields = ownTypes.map(
      (type, n) => sql`insert into customer_fields (workspace_id, id, key, label, type, options, position)
        values (${place.workspace_id}, gen_random_uuid(), ${type}, ${type}, ${type}, ${sql.json(type === 'choice' ? ['Gold', 'Silver', 'Bronze', 'Tin'] : [])}, ${n})
        on conflict (workspace_id, key) do update set label = excluded.label returning id`,
    )
    const own = Object.fromEntries(await Promise.all(fields.map(async (field, n) => [ownTypes[n], (await field)[0]?.id]))) as Marks['own']
    await sql`update customers c set values = jsonb_build_object(${own.text}::text, jsonb_build_array('Plan ' || m.n), ${own.number}::text, jsonb_build_array((m.n % 1000)::text),
      ${own.date}::text, jsonb_build_array((date '2026-01-01' + (m.n % 1000)::int)::text), ${own.choice}::text, jsonb_build_array((array['Gold', 'Silver', 'Bronze', 'Tin'])[1 + m.n % 4]))
      from (select id, row_number() over (order by created_at desc, id) as n from customers where values = '{}') m where c.workspace_id = ${place.workspace_id} and c.id = m.id`
    const [rare, common] = [await tag('Rare'), await tag('Common')]
    await sql`insert into chat_tags (workspace_id, chat_id, tag_id) select workspace_id, id, ${common} from chats where number % 10 = 0 on conflict do nothing`
    await sql`insert into chat_tags (workspace_id, chat_id, tag_id) select workspace_id, id, ${rare} from chats order by number limit 50 on conflict do nothing`
    await sql.unsafe('analyze chats; analyze chat_tags; analyze customers')
    await sql.unsafe('vacuum analyze customer_values')
    return { rare, common, channelId: place.id, own }
  } finally {
    await sql.end()
  }
}

async function time(stage: Stage, query: string, filter: Filter, rounds = 25): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < rounds; n += 1) {
    const began = performance.now()
    await stage.ask(query, { f: filter })
    if (n >= 5) times.push(performance.now() - began)
  }
  return times
}
