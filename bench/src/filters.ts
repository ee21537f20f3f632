import { connect } from '../../apps/hub/src/db/connect.ts'
import type { Condition, Filter } from '../../schema/src/filter.ts'
import { fillStored } from './growth.ts'
import { median, round } from './load.ts'
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
        const ms = await time(stage, query, filter)
        const key = `${name}, ${what}`
        first.set(key, first.get(key) ?? ms)
        lines.push(
          `${round(step)} chats: ${key} ${round(ms, 1)} ms (× ${round(ms / (first.get(key) ?? ms), 2)}), ${found.countChats.count}${found.countChats.isCapped ? '+' : ''} fit`,
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

function cases({ rare, common, channelId }: Marks): Record<string, Condition[]> {
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
}

/** Puts one tag on every tenth chat and one on fifty in all. */
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
    const [rare, common] = [await tag('Rare'), await tag('Common')]
    await sql`insert into chat_tags (workspace_id, chat_id, tag_id) select workspace_id, id, ${common} from chats where number % 10 = 0 on conflict do nothing`
    await sql`insert into chat_tags (workspace_id, chat_id, tag_id) select workspace_id, id, ${rare} from chats order by number limit 50 on conflict do nothing`
    await sql.unsafe('analyze chats; analyze chat_tags; analyze customers')
    return { rare, common, channelId: place.id }
  } finally {
    await sql.end()
  }
}

async function time(stage: Stage, query: string, filter: Filter, rounds = 15): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < rounds; n += 1) {
    const began = performance.now()
    await stage.ask(query, { f: filter })
    if (n >= 5) times.push(performance.now() - began)
  }
  return median(times)
}
