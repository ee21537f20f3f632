import type { Condition, CustomCondition, Filter } from '@parley/schema/filter'
import fc from 'fast-check'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, migrateDatabase, openDatabase } from '../src/db/client.ts'
import { channels } from '../src/db/tables/channel.ts'
import { chats, threads } from '../src/db/tables/chat.ts'
import { customers, identities } from '../src/db/tables/customer.ts'
import { groups } from '../src/db/tables/group.ts'
import { messages } from '../src/db/tables/message.ts'
import { operators } from '../src/db/tables/operator.ts'
import { ratings } from '../src/db/tables/rating.ts'
import { chatTags, customerTags, tags } from '../src/db/tables/tag.ts'
import { filterOf, timeZoneOf } from '../src/domain/filter-shape.ts'
import { countFitting, idsFitting, listFitting, whichFit } from '../src/domain/lists.ts'
import { sees, sightOf } from '../src/domain/sight.ts'
import { foundWorkspace } from '../src/domain/workspace.ts'
import { type OperatorActor, systemOf, type Work, type Works, worksOn } from '../src/work.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

/** What a chat of the test is made of, so that a filter can be judged without the database. */
interface Made {
  id: string
  row: typeof chats.$inferSelect
  name: string
  email: string | null
  phone: string | null
  username: string | null
  taxId: string | null
  /** What the company's own fields hold, by their ids. */
  values: Record<string, string[]>
  kind: 'web' | 'telegram'
  chatTags: string[]
  customerTags: string[]
  /** What the customer wrote; nothing where the chat goes on in another. */
  said: string[]
  answered: boolean
  rating: number | null
}

let place: TestDatabase
let database: Database
let works: Works
let workspaceId: string
let all: Made[]
/** The company's own fields, one of each type. The hub does not ask whether a field is there: a filter outlives it. */
const own = { text: uuidv7(), number: uuidv7(), date: uuidv7(), yesNo: uuidv7(), choice: uuidv7(), choices: uuidv7() }
const ids = { operators: [] as string[], groups: [] as string[], channels: [] as string[], tags: [] as string[] }

beforeAll(async () => {
  place = await createDatabase(migrateDatabase)
  database = await openDatabase(place.url, { max: 4 })
  works = worksOn(database, { wake: () => {} })
  workspaceId = uuidv7()
  all = await works.work(systemOf(workspaceId), fill)
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

async function insert(work: Work, table: any, values: Record<string, unknown>): Promise<string> {
  const id = uuidv7()
  await work.db.insert(table).values({ workspaceId: work.workspaceId, id, ...values })
  return id
}
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
const dayOf = (days: number) => daysAgo(days).toISOString().slice(0, 10)
const options = ['Gold', 'Sil"ver\\', "Bronze, o'clock"]
const names = ['José Álvarez', 'Maria Silva', "O'Brien 50%", 'Иван Фёдоров', 'Zoë_x', 'maria souza']

async function fill(work: Work): Promise<Made[]> {
  const userId = uuidv7()
  await work.sql`insert into account_users (id, name, email) values (${userId}, 'Ada', 'ada@acme.example')`
  await foundWorkspace(work, { company: 'Acme', slug: 'acme', language: 'en', admin: { userId, name: 'Ada', email: 'ada@acme.example' } })
  for (const name of ['Mia', 'Otto', 'Hugo'])
    ids.operators.push(await insert(work, operators, { name, email: `${name}@acme.example`, role: 'operator' }))
  for (const name of ['Here', 'There']) ids.groups.push(await insert(work, groups, { name }))
  for (const name of ['Urgent', 'Vip', 'Late']) ids.tags.push(await insert(work, tags, { name, colour: 'red' }))
  for (const kind of ['web', 'telegram'])
    ids.channels.push(
      await insert(work, channels, {
        kind,
        name: kind,
        options: {},
        secrets: {},
        capabilities: {} as never,
        hookToken: kind,
        publicKey: kind,
      }),
    )
  const made: Made[] = []
  for (let n = 0; n < 72; n += 1) {
    const state = (['queued', 'serving', 'closed'] as const)[n % 3] as 'queued' | 'serving' | 'closed'
    const operatorId = state === 'queued' ? null : (ids.operators[n % 4] ?? (state === 'serving' ? (ids.operators[0] ?? null) : null))
    const channel = n % 2
    const name = names[n % names.length] as string
    const email = n % 4 === 0 ? `c${n}@shop.example` : null
    const phone = n % 5 === 0 ? `+55 (11) 9${n}00-000${n % 10}` : null
    const username = n % 7 === 0 ? `user_${n}` : null
    const taxId = [null, '52998224725', '12ABC34501DE35'][n % 3] ?? null
    const values: Record<string, string[]> = {
      ...(n % 2 === 0 && { [own.text]: [`Plan ${names[n % names.length]}`] }),
      ...(n % 3 !== 0 && { [own.number]: [['-2.5', '10', '10.000000001', '999999999999999'][n % 4] as string] }),
      ...(n % 4 !== 0 && { [own.date]: [dayOf(n - 36)] }),
      ...(n % 5 !== 0 && { [own.yesNo]: [n % 2 === 0 ? 'yes' : 'no'] }),
      ...(n % 6 !== 0 && { [own.choice]: [options[n % 3] as string] }),
      ...(n % 7 !== 0 && { [own.choices]: options.filter((_, t) => (n >> t) % 2 === 0) }),
    }
    const customerId = await insert(work, customers, { name, email, phone, taxId, values })
    const identityId = await insert(work, identities, { channelId: ids.channels[channel], customerId, externalId: `${n}`, username })
    const threadId = await insert(work, threads, { channelId: ids.channels[channel], externalId: `${n}`, kind: 'direct', identityId })
    const id = await insert(work, chats, {
      number: n + 1,
      threadId,
      channelId: ids.channels[channel],
      customerId,
      state,
      operatorId,
      groupId: ids.groups[n % 3] ?? null,
      openedAt: daysAgo(n / 2),
      closedAt: state === 'closed' ? daysAgo(n / 3) : null,
      lastMessageAt: daysAgo(n / 2.5),
      waitingSince: state !== 'closed' && n % 4 === 0 ? new Date(Date.now() - n * 60_000) : null,
      snoozedAt: state === 'serving' && n % 5 === 0 ? new Date() : null,
      unread: state !== 'closed' && n % 3 === 1 ? 2 : 0,
      missedAt: state !== 'serving' && n % 5 === 2 ? daysAgo(n / 4) : null,
      participantIds: n % 11 === 0 && ids.operators[1] ? [ids.operators[1]].filter((one) => one !== operatorId) : [],
    })
    const said = n % 13 === 5 ? [] : n % 6 === 0 ? ['Where is my 100%_bicycle?', 'It is here.'] : [`Message ${n}`]
    const answered = n % 4 > 1
    const say = (more: object) =>
      insert(work, messages, { chatId: id, threadId, channelId: ids.channels[channel], at: new Date(), ...more })
    for (const text of said) await say({ direction: 'in', authorKind: 'customer', text })
    if (said.length > 0) await say({ direction: 'in', authorKind: 'customer', text: 'taken back', removedAt: new Date() })
    await say({ direction: 'out', authorKind: 'system', text: 'Welcome', delivery: 'sent' })
    if (answered) await say({ direction: 'out', authorKind: 'operator', authorId: ids.operators[0], text: 'Answer', delivery: 'sent' })
    const rating = state === 'closed' && n % 5 !== 0 ? (n % 5) + 1 : null
    if (rating) await work.db.insert(ratings).values({ workspaceId, chatId: id, score: rating })
    const some = ids.tags.filter((_, t) => (n >> t) % 2 === 0 && n % 9 !== 0)
    const others = ids.tags.filter((_, t) => (n >> t) % 3 === 0)
    for (const tagId of some) await work.db.insert(chatTags).values({ workspaceId, chatId: id, tagId })
    for (const tagId of others) await work.db.insert(customerTags).values({ workspaceId, customerId, tagId })
    made.push({
      id,
      row: { participantIds: [] } as never,
      name,
      email,
      phone,
      username,
      taxId,
      values,
      kind: channel === 0 ? 'web' : 'telegram',
      chatTags: some,
      customerTags: others,
      said,
      answered,
      rating,
    })
  }
  const rows = new Map((await work.db.select().from(chats)).map((row) => [row.id, row]))
  return made.map((one) => ({ ...one, row: rows.get(one.id) as typeof chats.$inferSelect }))
}

const actorOf = (more: Partial<OperatorActor> = {}): OperatorActor => ({
  kind: 'operator',
  workspaceId,
  operatorId: ids.operators[0] ?? '',
  userId: '',
  role: 'admin',
  groupIds: new Set(),
  supervisedIds: null,
  language: 'en',
  ...more,
})
const anyActor = (): fc.Arbitrary<OperatorActor> =>
  fc
    .record({
      operatorId: fc.constantFrom(...ids.operators, uuidv7()),
      role: fc.constantFrom('operator' as const, 'supervisor' as const, 'admin' as const),
      groupIds: fc.subarray(ids.groups),
      supervisedIds: fc.option(fc.subarray(ids.groups)),
    })
    .map(({ operatorId, role, groupIds, supervisedIds }) =>
      actorOf({
        operatorId,
        role,
        groupIds: new Set(groupIds),
        supervisedIds: role === 'supervisor' && supervisedIds ? new Set(supervisedIds) : null,
      }),
    )

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The grammar once more, in memory: what the SQL must agree with. */
function holds(condition: Condition, chat: Made, actor: OperatorActor): boolean {
  const { row } = chat
  switch (condition.field) {
    case 'name':
    case 'email':
    case 'phone':
    case 'taxId': {
      const values = { name: [chat.name, chat.username], email: [chat.email], phone: [chat.phone], taxId: [chat.taxId] }[
        condition.field
      ].filter((one) => one !== null)
      if (condition.is === 'empty') return values.length === 0
      if (condition.is === 'filled') return values.length > 0
      const wanted = condition.value ?? ''
      const byDigits = condition.field === 'phone' && /\d/.test(wanted)
      const byTaxId = condition.field === 'taxId' && /[^\s./-]/.test(wanted)
      const shape = (text: string) => (byDigits ? text.replaceAll(/\D/g, '') : fold(byTaxId ? text.replaceAll(/[\s./-]/g, '') : text))
      const fits = values.some((value) => {
        if (condition.is === 'is') return shape(value) === shape(wanted)
        return condition.is === 'starts' ? shape(value).startsWith(shape(wanted)) : shape(value).includes(shape(wanted))
      })
      return condition.is === 'lacks' ? !fits : fits
    }
    case 'custom':
      return holdsCustom(condition, chat.values[condition.id] ?? [])
    case 'chatTags':
    case 'customerTags': {
      const has = chat[condition.field]
      if (condition.is === 'empty') return has.length === 0
      const wanted = condition.ids ?? []
      if (condition.is === 'all') return wanted.every((id) => has.includes(id))
      return wanted.some((id) => has.includes(id)) === (condition.is === 'any')
    }
    case 'kind':
      return condition.values.includes(chat.kind) === (condition.is === 'any')
    case 'channel':
      return condition.values.includes(row.channelId) === (condition.is === 'any')
    case 'group':
      return condition.values.includes(row.groupId ?? 'nobody') === (condition.is === 'any')
    case 'operator':
      return (
        condition.values.map((value) => (value === 'me' ? actor.operatorId : value)).includes(row.operatorId ?? 'nobody') ===
        (condition.is === 'any')
      )
    case 'state':
      return (
        (condition.values.includes(row.state) || (condition.values.includes('snoozed') && row.snoozedAt !== null)) ===
        (condition.is === 'any')
      )
    case 'waiting':
      return row.waitingSince !== null && row.waitingSince.getTime() < Date.now() - condition.minutes * 60_000
    case 'unread':
      return row.unread > 0 === (condition.is === 'yes')
    case 'answered':
      return chat.answered === (condition.is === 'yes')
    case 'rating':
      if (condition.is !== 'range') return (chat.rating !== null) === (condition.is === 'filled')
      return chat.rating !== null && chat.rating >= (condition.least ?? 1) && chat.rating <= (condition.most ?? 5)
    case 'text':
      return chat.said.some((text) => text.toLowerCase().includes(condition.value.toLowerCase())) === (condition.is === 'contains')
    default: {
      const unanswered = row.state === 'closed' && chat.said.length > 0 && !chat.answered ? row.closedAt : null
      const givenUp = row.missedAt ?? unanswered
      const at = { opened: row.openedAt, closed: row.closedAt, lastMessage: row.lastMessageAt, givenUp }[condition.field]
      if (at === null) return false
      if (condition.is === 'between') {
        const day = at.toISOString().slice(0, 10)
        return (!condition.from || day >= condition.from) && (!condition.to || day <= condition.to)
      }
      return at.getTime() >= startOf(condition.count, condition.unit) === (condition.is === 'last')
    }
  }
}
function holdsCustom(condition: CustomCondition, has: string[]): boolean {
  const folded = has.map(fold)
  const isDay = (value: string) => /^\d{4}-\d\d-\d\d$/.test(value)
  switch (condition.is) {
    case 'empty':
      return has.length === 0
    case 'filled':
      return has.length > 0
    case 'any':
      return has.some((value) => condition.values.includes(value))
    case 'none':
      return !has.some((value) => condition.values.includes(value))
    case 'all':
      return condition.values.every((value) => has.includes(value))
    case 'range':
      return has.some(
        (value) => value.trim() !== '' && Number(value) >= (condition.least ?? -1e16) && Number(value) <= (condition.most ?? 1e16),
      )
    case 'between':
      return has.some((value) => isDay(value) && value >= (condition.from ?? '') && value <= (condition.to ?? '9999'))
    case 'last':
    case 'before': {
      const since = new Date(startOf(condition.count, condition.unit)).toISOString().slice(0, 10)
      return has.some((value) => isDay(value) && (condition.is === 'before' ? value < since : value >= since && value <= dayOf(0)))
    }
    case 'next':
      return has.some((value) => isDay(value) && value >= dayOf(0) && value < endOf(condition.count, condition.unit))
    case 'is':
      return folded.includes(fold(condition.value))
    case 'starts':
      return folded.some((value) => value.startsWith(fold(condition.value)))
    default:
      return folded.some((value) => value.includes(fold(condition.value))) === (condition.is === 'contains')
  }
}
/** The first day that is no longer of the next `count` units. */
function endOf(count: number, unit: string): string {
  const today = new Date(dayOf(0))
  if (unit !== 'month') return dayOf(-count * (unit === 'week' ? 7 : 1))
  const then = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + count, 1))
  const last = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate()
  then.setUTCDate(Math.min(today.getUTCDate(), last))
  return then.toISOString().slice(0, 10)
}
function startOf(count: number, unit: string): number {
  if (unit === 'minute' || unit === 'hour') return Date.now() - count * (unit === 'hour' ? 3_600_000 : 60_000)
  const today = new Date(new Date().toISOString().slice(0, 10))
  if (unit === 'month') {
    // As PostgreSQL does it: the 31st a month ago is the last day of that month.
    const then = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - count, 1))
    const last = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate()
    return then.setUTCDate(Math.min(today.getUTCDate(), last) + 1)
  }
  return today.getTime() - (count * (unit === 'week' ? 7 : 1) - 1) * 86_400_000
}
function fitsIn(filter: Filter, chat: Made, actor: OperatorActor): boolean {
  const of = (member: any): boolean =>
    'field' in member ? holds(member, chat, actor) : 'all' in member ? member.all.every(of) : member.any.length === 0 || member.any.some(of)
  return of(filter)
}

const words = [
  'maria',
  'JOSE',
  "o'b",
  '50%',
  '_',
  '\\',
  'федоров',
  'user_7',
  '@shop',
  'zzz',
  "'; drop table chats; --",
  '%',
  '5511',
  '529.982',
  '12.abc.345/01de-35',
  '-',
]
const anyCondition = (): fc.Arbitrary<Condition> => {
  const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 })
  const unit = fc.constantFrom('minute' as const, 'hour' as const, 'day' as const, 'week' as const, 'month' as const)
  return fc.oneof(
    fc.record({
      field: fc.constantFrom('name' as const, 'email' as const, 'phone' as const, 'taxId' as const),
      is: fc.constantFrom('contains' as const, 'lacks' as const, 'is' as const, 'starts' as const),
      value: fc.constantFrom(...words, ...names),
    }),
    fc.record({
      field: fc.constantFrom('name' as const, 'email' as const, 'phone' as const, 'taxId' as const),
      is: fc.constantFrom('empty' as const, 'filled' as const),
    }),
    fc.record({
      field: fc.constantFrom('chatTags' as const, 'customerTags' as const),
      is: fc.constantFrom('any' as const, 'all' as const, 'none' as const),
      ids: some([...ids.tags, uuidv7()]),
    }),
    fc.record({ field: fc.constantFrom('chatTags' as const, 'customerTags' as const), is: fc.constant('empty' as const) }),
    fc.record({
      field: fc.constant('kind' as const),
      is: fc.constantFrom('any' as const, 'none' as const),
      values: some(['web', 'telegram', 'whatsapp'] as const),
    }),
    fc.record({
      field: fc.constant('state' as const),
      is: fc.constantFrom('any' as const, 'none' as const),
      values: some(['queued', 'serving', 'closed', 'snoozed'] as const),
    }),
    fc.record({
      field: fc.constant('channel' as const),
      is: fc.constantFrom('any' as const, 'none' as const),
      values: some([...ids.channels, uuidv7()]),
    }),
    fc.record({
      field: fc.constant('group' as const),
      is: fc.constantFrom('any' as const, 'none' as const),
      values: some([...ids.groups, 'nobody']),
    }),
    fc.record({
      field: fc.constant('operator' as const),
      is: fc.constantFrom('any' as const, 'none' as const),
      values: some([...ids.operators, 'me', 'nobody']),
    }),
    fc.record({
      field: fc.constantFrom('opened' as const, 'closed' as const, 'lastMessage' as const, 'givenUp' as const),
      is: fc.constantFrom('last' as const, 'before' as const),
      count: fc.integer({ min: 1, max: 40 }),
      unit,
    }),
    fc.record({
      field: fc.constantFrom('opened' as const, 'closed' as const, 'lastMessage' as const, 'givenUp' as const),
      is: fc.constant('between' as const),
      from: fc.constantFrom(dayOf(30), dayOf(12)),
      to: fc.constantFrom(dayOf(10), dayOf(0)),
    }),
    fc.record({ field: fc.constant('waiting' as const), is: fc.constant('over' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ field: fc.constantFrom('unread' as const, 'answered' as const), is: fc.constantFrom('yes' as const, 'no' as const) }),
    fc.constantFrom<Condition[]>(
      { field: 'rating', is: 'filled' },
      { field: 'rating', is: 'empty' },
      { field: 'rating', is: 'range', most: 2 },
      { field: 'rating', is: 'range', least: 4 },
      { field: 'rating', is: 'range', least: 3, most: 3 },
    ),
    fc.record({
      field: fc.constant('text' as const),
      is: fc.constantFrom('contains' as const, 'lacks' as const),
      value: fc.constantFrom('BICYCLE', '100%_', 'taken back', 'message 1', "'", '\\'),
    }),
    anyCustom(),
    anyCustom(),
  ) as fc.Arbitrary<Condition>
}
/** Of a field of any type, also with what does not fit its type, and of one that is no more. */
const anyCustom = (): fc.Arbitrary<CustomCondition> => {
  const field = fc.constant('custom' as const)
  const id = fc.constantFrom(...Object.values(own), uuidv7())
  const number = fc.constantFrom(undefined, -2.5, 0, 10, 10.000000001, 1e15)
  const day = fc.constantFrom(undefined, dayOf(20), dayOf(0), dayOf(-20))
  return fc
    .oneof(
      fc.record({
        field,
        id,
        is: fc.constantFrom('contains', 'lacks', 'is', 'starts'),
        value: fc.constantFrom('plan jose', 'PLAN', 'yes', '10', ...options),
      }),
      fc.record({
        field,
        id,
        is: fc.constantFrom('any', 'all', 'none'),
        values: fc.subarray([...options, 'yes', 'gold', '10'], { minLength: 1 }),
      }),
      fc.record({ field, id, is: fc.constantFrom('empty', 'filled') }),
      fc.record({ field, id, is: fc.constant('range'), least: number, most: number }),
      fc.record({
        field,
        id,
        is: fc.constantFrom('last', 'before', 'next'),
        count: fc.integer({ min: 1, max: 40 }),
        unit: fc.constantFrom('day', 'week', 'month'),
      }),
      fc.record({ field, id, is: fc.constant('between'), from: day, to: day }),
    )
    .filter((one: any) => {
      if (one.is === 'range') return one.least !== undefined ? one.most === undefined || one.least <= one.most : one.most !== undefined
      if (one.is === 'between') return one.from ? !one.to || one.from <= one.to : Boolean(one.to)
      return true
    }) as fc.Arbitrary<CustomCondition>
}
const grouped = <T>(members: fc.Arbitrary<T[]>) =>
  fc.tuple(fc.boolean(), members).map(([every, list]) => (every ? { all: list } : { any: list }))
const anyFilter = (): fc.Arbitrary<Filter> =>
  grouped(
    fc.array(fc.oneof({ weight: 3, arbitrary: anyCondition() }, grouped(fc.array(anyCondition(), { maxLength: 3 }))), { maxLength: 4 }),
  ) as fc.Arbitrary<Filter>

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id).sort()
const anything: Filter = { all: [] }

describe('a filter', () => {
  test('finds what its words say and nothing else, within what may be seen, in list, count, look-up and bulk alike', async () => {
    let found = 0
    let hidden = 0
    await fc.assert(
      fc.asyncProperty(anyFilter(), anyActor(), async (filter, actor) => {
        const fitting = all.filter((chat) => fitsIn(filter, chat, actor))
        const expected = idsOf(fitting.filter(({ row }) => sees(actor, sightOf(row))))
        hidden += fitting.length - expected.length
        found += expected.length
        const wanted = { filter: filterOf(filter), timeZone: 'UTC' }
        await works.read(actor, async (work) => {
          const listed = await listFitting(work, { ...wanted, limit: 100 })
          expect(idsOf(listed)).toEqual(expected)
          expect(listed.map((chat) => chat.lastMessageAt.getTime())).toEqual(
            listed.map((chat) => chat.lastMessageAt.getTime()).sort((a, b) => b - a),
          )
          expect(await countFitting(work, wanted)).toBe(expected.length)
          expect(
            idsOf(
              await whichFit(
                work,
                wanted,
                all.map(({ id }) => id),
              ),
            ),
          ).toEqual(expected)
          expect((await idsFitting(work, wanted, 100)).sort()).toEqual(expected)
        })
      }),
      { numRuns: 400 },
    )
    // Both sides of the rule were met.
    expect(found).toBeGreaterThan(500)
    expect(hidden).toBeGreaterThan(500)
  }, 300_000)

  test('finds each kind of condition in some chats and misses it in others', async () => {
    await works.read(actorOf(), async (work) => {
      const count = (condition: Condition) => countFitting(work, { filter: filterOf({ all: [condition] }), timeZone: 'UTC' })
      const conditions: Condition[] = [
        { field: 'name', is: 'contains', value: 'jose alv' },
        { field: 'name', is: 'starts', value: 'USER_' },
        { field: 'phone', is: 'contains', value: '+55-11' },
        { field: 'email', is: 'empty' },
        { field: 'taxId', is: 'is', value: '529.982.247-25' },
        { field: 'taxId', is: 'starts', value: '12.abc' },
        { field: 'custom', id: own.text, is: 'contains', value: 'JOSE' },
        { field: 'custom', id: own.number, is: 'range', least: 10, most: 10 },
        { field: 'custom', id: own.number, is: 'range', most: -2.5 },
        { field: 'custom', id: own.date, is: 'next', count: 7, unit: 'day' },
        { field: 'custom', id: own.date, is: 'last', count: 3, unit: 'day' },
        { field: 'custom', id: own.yesNo, is: 'any', values: ['yes'] },
        { field: 'custom', id: own.choice, is: 'none', values: options.slice(0, 1) },
        { field: 'custom', id: own.choices, is: 'all', values: options.slice(0, 2) },
        { field: 'custom', id: own.choices, is: 'empty' },
        { field: 'chatTags', is: 'all', ids: ids.tags },
        { field: 'customerTags', is: 'none', ids: ids.tags.slice(0, 1) },
        { field: 'kind', is: 'any', values: ['telegram'] },
        { field: 'operator', is: 'any', values: ['me'] },
        { field: 'operator', is: 'any', values: ['nobody'] },
        { field: 'state', is: 'any', values: ['snoozed'] },
        { field: 'closed', is: 'last', count: 7, unit: 'day' },
        { field: 'givenUp', is: 'last', count: 7, unit: 'day' },
        { field: 'answered', is: 'yes' },
        { field: 'waiting', is: 'over', minutes: 30 },
        { field: 'rating', is: 'range', most: 2 },
        { field: 'rating', is: 'empty' },
        { field: 'text', is: 'contains', value: '100%_BICYCLE' },
      ]
      for (const condition of conditions) {
        const fits = await count(condition)
        expect([condition, fits > 0 && fits < all.length]).toEqual([condition, true])
      }
      expect(await count({ field: 'text', is: 'contains', value: 'taken back' })).toBe(0)
    })
  })

  test('is moved through by pages without anything slipping in or out', async () => {
    await works.read(actorOf(), async (work) => {
      const wanted = { filter: anything, timeZone: 'UTC' }
      const whole = (await listFitting(work, { ...wanted, limit: 100 })).map(({ id }) => id)
      const paged: string[] = []
      let after: { key: string; id: string } | undefined
      for (;;) {
        const rows = await listFitting(work, { ...wanted, limit: 7, ...(after && { after }) })
        paged.push(...rows.map(({ id }) => id))
        const last = rows.at(-1)
        if (!last || rows.length < 7) break
        after = { key: last.key, id: last.id }
      }
      expect(whole).toHaveLength(all.length)
      expect(paged).toEqual(whole)
    })
  })

  test('takes its days from the calendar of whoever reads it', async () => {
    const chat = all[0] as Made
    const findIn = (timeZone: string, day: string) =>
      works.read(actorOf(), (work) =>
        whichFit(
          work,
          { filter: filterOf({ all: [{ field: 'opened', is: 'between', from: day, to: day }] }), timeZone: timeZoneOf(timeZone) },
          [chat.id],
        ),
      )
    await works.work(
      actorOf(),
      (work) => work.sql`update chats set opened_at = '2026-03-10T02:30:00Z' where workspace_id = ${workspaceId} and id = ${chat.id}`,
    )
    expect(await findIn('UTC', '2026-03-10')).toHaveLength(1)
    expect(await findIn('America/Sao_Paulo', '2026-03-10')).toHaveLength(0)
    expect(await findIn('America/Sao_Paulo', '2026-03-09')).toHaveLength(1)
    expect(await findIn('Asia/Tokyo', '2026-03-10')).toHaveLength(1)
    await works.work(
      actorOf(),
      (work) => work.sql`update chats set opened_at = ${chat.row.openedAt} where workspace_id = ${workspaceId} and id = ${chat.id}`,
    )
    expect(() => timeZoneOf('Mars/Olympus')).toThrow('invalid (timeZone)')
    expect(() => timeZoneOf("UTC'; --")).toThrow('invalid (timeZone)')
  })
})

describe('what is no filter', () => {
  const unread = { field: 'unread', is: 'yes' }
  test.each<[string, unknown, string]>([
    ['nothing', null, 'filter'],
    ['a list', [unread], 'filter'],
    ['a bare condition', unread, 'filter'],
    ['both of all and any', { all: [], any: [] }, 'filter'],
    ['another word beside', { all: [], or: 1 }, 'filter'],
    ['a group that is no list', { all: { 0: unread } }, 'filter'],
    ['an unknown field', { all: [{ field: 'password', is: 'is', value: 'x' }] }, 'all.0'],
    ['an unknown test', { all: [unread, { field: 'name', is: 'like', value: 'x' }] }, 'all.1'],
    ['a further key', { any: [{ ...unread, sql: 'true' }] }, 'any.0'],
    ['a third level', { all: [{ any: [{ all: [unread] }] }] }, 'all.0.any.0'],
    ['no value', { all: [{ any: [{ field: 'name', is: 'contains' }] }] }, 'all.0.any.0'],
    ['an empty value', { all: [{ field: 'name', is: 'contains', value: '  ' }] }, 'all.0'],
    ['a value that is no text', { all: [{ field: 'name', is: 'contains', value: { $ne: 1 } }] }, 'all.0'],
    ['an id that is none', { all: [{ field: 'chatTags', is: 'any', ids: ['{}'] }] }, 'all.0'],
    ['no ids', { all: [{ field: 'chatTags', is: 'any', ids: [] }] }, 'all.0'],
    ['a day that is none', { all: [{ field: 'opened', is: 'between', from: '2026-02-31' }] }, 'all.0'],
    ['days in the wrong order', { all: [{ field: 'opened', is: 'between', from: '2026-02-02', to: '2026-02-01' }] }, 'all.0'],
    ['no days', { all: [{ field: 'opened', is: 'between' }] }, 'all.0'],
    ['a field of the company without its id', { all: [{ field: 'custom', is: 'filled' }] }, 'all.0'],
    ['a field of the company by another name', { all: [{ field: 'custom', id: "x' or true", is: 'filled' }] }, 'all.0'],
    ['a number that is a text', { all: [{ field: 'custom', id: own.number, is: 'range', least: '1' }] }, 'all.0'],
    ['a range without an end', { all: [{ field: 'custom', id: own.number, is: 'range' }] }, 'all.0'],
    ['a range the wrong way', { all: [{ field: 'custom', id: own.number, is: 'range', least: 2, most: 1 }] }, 'all.0'],
    ['hours of a day', { all: [{ field: 'custom', id: own.date, is: 'last', count: 1, unit: 'hour' }] }, 'all.0'],
    ['a mark that cannot be given', { all: [{ field: 'rating', is: 'range', least: 6 }] }, 'all.0'],
    ['marks the wrong way', { all: [{ field: 'rating', is: 'range', least: 4, most: 2 }] }, 'all.0'],
    ['half a minute', { all: [{ field: 'waiting', is: 'over', minutes: 0.5 }] }, 'all.0'],
    ['too long ago', { all: [{ field: 'opened', is: 'last', count: 1e9, unit: 'month' }] }, 'all.0'],
    ['a long text', { all: [{ field: 'text', is: 'contains', value: 'x'.repeat(201) }] }, 'all.0'],
  ])('%s is refused with the way to it', (_, given, at) => {
    expect(() => filterOf(given)).toThrow(expect.objectContaining({ code: 'bad_filter', field: 'filter', details: { at } }))
  })

  test('more conditions than allowed are refused, also when they stand in groups', () => {
    const many = (n: number) => Array.from({ length: n }, () => unread)
    expect(filterOf({ all: many(30) })).toEqual({ all: many(30) })
    expect(() => filterOf({ all: many(31) })).toThrow(expect.objectContaining({ code: 'too_many' }))
    expect(() => filterOf({ all: [{ any: many(20) }, { any: many(11) }] })).toThrow(expect.objectContaining({ code: 'too_many' }))
  })
})
