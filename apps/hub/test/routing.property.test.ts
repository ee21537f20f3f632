import fc from 'fast-check'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, migrateDatabase, openDatabase } from '../src/db/client.ts'
import { setAssignment } from '../src/domain/assignment.ts'
import { closeChat, takeChat, transferChat } from '../src/domain/chat.ts'
import { updateGroup } from '../src/domain/group.ts'
import { setPresence, updateOperator } from '../src/domain/operator.ts'
import { receive } from '../src/domain/receive.ts'
import { assignWaiting } from '../src/domain/routing.ts'
import { foundWorkspace } from '../src/domain/workspace.ts'
import { HubError } from '../src/errors.ts'
import { createLog } from '../src/log.ts'
import { createRouting, type Routing } from '../src/routing.ts'
import { type OperatorActor, systemOf, type Works, worksOn } from '../src/work.ts'
import { untilTrue } from './support/hub.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

/** A hub as far as giving out chats goes: its own connections, its own loop, no sweep. */
interface Half {
  database: Database
  works: Works
  routing: Routing
}

let place: TestDatabase
let halves: [Half, Half]

beforeAll(async () => {
  place = await createDatabase(migrateDatabase)
  halves = [await openHalf(), await openHalf()]
})
afterAll(async () => {
  for (const half of halves) {
    await half.routing.close()
    await half.database.close()
  }
  await place.drop()
})

async function openHalf(): Promise<Half> {
  const database = await openDatabase(place.url, { max: 8 })
  const routing = createRouting(createLog('error'), 3_600_000)
  const works = worksOn(database, { wake: () => {} }, routing.heed)
  routing.start(database, works)
  return { database, works, routing }
}

interface Company {
  workspaceId: string
  /** Two members of the first group, one of them of the second too; one of no group; an admin of no group. */
  operatorIds: string[]
  groupIds: string[]
  channelIds: string[]
  actor(n: number): OperatorActor
}

async function makeCompany(capacity: number): Promise<Company> {
  const workspaceId = uuidv7()
  const { works } = halves[0]
  const made = await works.work(systemOf(workspaceId), async (work) => {
    const { sql } = work
    const userId = uuidv7()
    await sql`insert into account_users (id, name, email) values (${userId}, 'Ada', ${`${userId}@acme.example`})`
    const founded = await foundWorkspace(work, {
      company: 'Acme',
      slug: `a${workspaceId.slice(-12)}`,
      language: 'en',
      admin: { userId, name: 'Ada', email: 'ada@acme.example' },
    })
    await sql`delete from group_members where workspace_id = ${workspaceId}`
    await sql`update workspaces set capacity = ${capacity}, transfer_offline = true where workspace_id = ${workspaceId}`
    const operatorIds = [founded.operatorId, uuidv7(), uuidv7(), uuidv7()]
    for (const [n, id] of operatorIds.entries())
      if (n > 0)
        await sql`insert into operators (workspace_id, id, name, email, role) values (${workspaceId}, ${id}, ${`O${n}`}, ${`o${n}@acme.example`}, 'operator')`
    const groupIds = [founded.groupId, uuidv7()]
    await sql`insert into groups (workspace_id, id, name) values (${workspaceId}, ${groupIds[1] ?? ''}, 'Second')`
    await sql`update groups set assigns = true where workspace_id = ${workspaceId}`
    for (const [group, member] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      await sql`insert into group_members (workspace_id, group_id, operator_id) values (${workspaceId}, ${groupIds[group] ?? ''}, ${operatorIds[member] ?? ''})`
    const channelIds = [uuidv7(), uuidv7(), uuidv7()]
    for (const [n, id] of channelIds.entries())
      await sql`insert into channels (workspace_id, id, kind, name, group_id, assigns, options, secrets, capabilities, hook_token, public_key)
        values (${workspaceId}, ${id}, 'web', ${`C${n}`}, ${groupIds[n] ?? null}, ${n === 2}, '{}', '{}', '{}', 'x', ${uuidv7()})`
    return { operatorIds, groupIds, channelIds }
  })
  return {
    workspaceId,
    ...made,
    actor: (n) => ({
      kind: 'operator',
      workspaceId,
      operatorId: made.operatorIds[n] ?? '',
      userId: '',
      role: n === 0 ? 'admin' : 'operator',
      groupIds: new Set(n === 1 ? made.groupIds.slice(0, 1) : n === 2 ? made.groupIds : []),
      supervisedIds: null,
      language: 'en',
    }),
  }
}

const write = (half: Half, company: Company, channel: number, customer = uuidv7()) =>
  half.works.work(systemOf(company.workspaceId), (work) =>
    receive(work, [
      {
        channelId: company.channelIds[channel] ?? '',
        events: [
          {
            type: 'message',
            key: uuidv7(),
            id: uuidv7(),
            at: Date.now(),
            thread: { id: customer, kind: 'direct' },
            from: { id: customer, name: 'Maria' },
            by: 'peer',
            text: 'Hello.',
          },
        ],
      },
    ]),
  )

type Step = { half: 0 | 1; who: number; chat: number; group: number } & (
  | { what: 'write'; customer: number }
  | { what: 'presence'; presence: 'online' | 'busy' | 'offline' }
  | { what: 'take' | 'close' | 'hand over' | 'pass on' | 'switch' | 'withdraw' }
  | { what: 'capacity'; capacity: number }
)

const common = {
  half: fc.constantFrom(0 as const, 1 as const),
  who: fc.integer({ min: 0, max: 3 }),
  chat: fc.integer({ min: 0, max: 11 }),
  group: fc.integer({ min: 0, max: 1 }),
}
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ...common, what: fc.constant('write' as const), customer: fc.integer({ min: 0, max: 5 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...common,
      what: fc.constant('presence' as const),
      presence: fc.constantFrom('online' as const, 'online' as const, 'busy' as const, 'offline' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      ...common,
      what: fc.constantFrom(
        'take' as const,
        'close' as const,
        'close' as const,
        'hand over' as const,
        'pass on' as const,
        'switch' as const,
        'withdraw' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...common, what: fc.constant('capacity' as const), capacity: fc.integer({ min: 0, max: 3 }) }) },
)

/** Does what the step says; what the hub refuses leaves everything as it is. */
async function act(company: Company, step: Step): Promise<void> {
  const half = halves[step.half]
  const { works } = half
  const { workspaceId } = company
  const admin = company.actor(0)
  const chats = await works.read(
    systemOf(workspaceId),
    (work) =>
      work.sql<{ id: string }[]>`select id from chats where workspace_id = ${workspaceId} and state <> 'closed' order by opened_at desc`,
  )
  const chatId = chats[step.chat % Math.max(1, chats.length)]?.id ?? uuidv7()
  const doing = {
    write: () => write(half, company, step.chat % 3, 'customer' in step ? `customer ${step.customer}` : undefined),
    presence: () => works.work(company.actor(step.who), (work) => setPresence(work, 'presence' in step ? step.presence : 'online')),
    take: () => works.work(company.actor(step.who), (work) => takeChat(work, chatId)),
    close: () => works.work(admin, (work) => closeChat(work, chatId)),
    'hand over': () => works.work(admin, (work) => transferChat(work, chatId, { operatorId: company.operatorIds[step.who] ?? '' })),
    'pass on': () => works.work(admin, (work) => transferChat(work, chatId, { groupId: company.groupIds[step.group] ?? '' })),
    switch: () => works.work(admin, (work) => updateGroup(work, company.groupIds[step.group] ?? '', { assigns: step.chat % 3 > 0 })),
    withdraw: () => works.work(admin, (work) => updateOperator(work, company.operatorIds[3] ?? '', { active: step.chat % 2 === 0 })),
    capacity: () => works.work(admin, (work) => setAssignment(work, { capacity: 'capacity' in step ? step.capacity : 1 })),
  }
  await Promise.resolve(doing[step.what]()).catch((error) => {
    if (!(error instanceof HubError)) throw error
  })
}

/** Chats that wait although someone free could be given them: said anew here, from the words of the promise alone. */
const wrongs = (company: Company) =>
  halves[0].works.read(
    systemOf(company.workspaceId),
    (work) => work.sql<{ chat: string; operator: string }[]>`
      select c.number::text as chat, o.name as operator from chats c join channels h on h.workspace_id = c.workspace_id and h.id = c.channel_id
      left join groups g on g.workspace_id = c.workspace_id and g.id = c.group_id
      join operators o on o.workspace_id = c.workspace_id and o.presence = 'online' and o.active
      join workspaces w on w.workspace_id = c.workspace_id
      where c.workspace_id = ${company.workspaceId} and c.state = 'queued' and (h.assigns or coalesce(g.assigns, false))
        and (select count(*) from chats l where l.workspace_id = c.workspace_id and l.operator_id = o.id and l.state = 'serving') < coalesce(o.capacity, w.capacity)
        and ((c.group_id is null and o.role = 'operator')
          or exists (select from group_members m where m.workspace_id = c.workspace_id and m.group_id = c.group_id and m.operator_id = o.id and not m.supervises))`,
  )

interface Told {
  seq: number
  type: string
  chat_id: string
  data: {
    before?: { state: string; operatorId: string | null }
    after?: { state: string; operatorId: string | null }
    reason?: { load: number; capacity: number }
  }
}
const told = (company: Company) =>
  halves[0].works.read(
    systemOf(company.workspaceId),
    (work) =>
      work.sql<
        Told[]
      >`select seq, type, chat_id, data from events where workspace_id = ${company.workspaceId} and type like 'chat.%' and type <> 'chat.read' order by seq`,
  )

/** Every event begins where the one before it ended: nobody was given what somebody had been given already. */
function jumps(events: Told[]): Told[] {
  const stands = new Map<string, string>()
  return events.filter(({ chat_id, data }) => {
    const before = stands.get(chat_id)
    stands.set(chat_id, standing(data.after))
    return data.before && before !== undefined && before !== standing(data.before)
  })
}
const standing = (sight?: { state: string; operatorId: string | null }) => `${sight?.state} ${sight?.operatorId}`

describe('whatever happens on two hubs at once', () => {
  test('no chat waits while someone is free for it, and none is given twice or beyond what one can hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 4, maxLength: 12 }), async (rounds) => {
        const company = await makeCompany(2)
        for (const round of rounds) {
          await Promise.all(round.map((each) => act(company, each)))
          // Under two seconds on a machine that has nothing else to do; there is no sweep here that could help.
          await untilTrue(async () => (await wrongs(company)).length === 0, 20_000)
        }
        const events = await told(company)
        expect(jumps(events)).toEqual([])
        const given = events.filter(({ type }) => type === 'chat.assigned')
        expect(given.filter(({ data }) => data.before?.state !== 'queued')).toEqual([])
        expect(given.filter(({ data }) => !data.reason || data.reason.load > data.reason.capacity)).toEqual([])
      }),
      { numRuns: 25, endOnFailure: true },
    )
  }, 300_000)

  test('the same chats are given out once, and fill nobody above his capacity', async () => {
    const company = await makeCompany(4)
    // Written without a hub that listens, so that everything waits until both look at the same moment.
    const deaf = { ...halves[0], works: worksOn(halves[0].database, { wake: () => {} }) }
    for (let n = 0; n < 30; n += 1) await write(deaf, company, n % 3)
    await deaf.works.work(
      systemOf(company.workspaceId),
      (work) => work.sql`update operators set presence = 'online' where workspace_id = ${company.workspaceId}`,
    )
    const all = () =>
      Promise.all([0, 1, 0, 1, 0, 1].map((n) => (halves[n] ?? halves[0]).works.work(systemOf(company.workspaceId), assignWaiting)))
    for (let more = true; more; more = (await all()).some(Boolean));
    const rows = await halves[0].works.read(
      systemOf(company.workspaceId),
      (work) => work.sql<{ operator_id: string; held: number }[]>`
        select operator_id, count(*)::int as held from chats where workspace_id = ${company.workspaceId} and state = 'serving' group by operator_id`,
    )
    expect(rows.map(({ held }) => held)).toEqual([4, 4, 4])
    expect(rows.some(({ operator_id }) => operator_id === company.operatorIds[0])).toBe(false)
    const given = (await told(company)).filter(({ type }) => type === 'chat.assigned')
    expect(given.length).toBe(12)
    expect(new Set(given.map(({ chat_id }) => chat_id)).size).toBe(12)
    expect(await wrongs(company)).toEqual([])
  }, 60_000)
})
