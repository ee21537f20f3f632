import { chatSections } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, migrateDatabase, openDatabase } from '../src/db/client.ts'
import { channels } from '../src/db/tables/channel.ts'
import { chats, threads } from '../src/db/tables/chat.ts'
import { customers, identities } from '../src/db/tables/customer.ts'
import { files } from '../src/db/tables/file.ts'
import { groups } from '../src/db/tables/group.ts'
import { messages } from '../src/db/tables/message.ts'
import { operators } from '../src/db/tables/operator.ts'
import { findCustomer } from '../src/domain/customer.ts'
import { findReadableFile } from '../src/domain/file.ts'
import { countSections, listChats } from '../src/domain/lists.ts'
import { sees, sightOf, visibleChats } from '../src/domain/sight.ts'
import { foundWorkspace } from '../src/domain/workspace.ts'
import { type Actor, type OperatorActor, systemOf, type VisitorActor, type Work, type Works, worksOn } from '../src/work.ts'
import { createDatabase, type TestDatabase } from './support/postgres.ts'

interface Company {
  workspaceId: string
  operatorIds: string[]
  groupIds: string[]
  channelId: string
}
interface Rows {
  identityIds: string[]
  chats: (typeof chats.$inferSelect)[]
  fileIds: Map<string, string>
}

let place: TestDatabase
let database: Database
let works: Works
let ours: Company & Rows
let theirs: Company & Rows

beforeAll(async () => {
  place = await createDatabase(migrateDatabase)
  database = await openDatabase(place.url, { max: 4 })
  works = worksOn(database, { wake: () => {} })
  ours = await makeCompany('ours')
  theirs = await makeCompany('theirs')
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

/** A company with a chat of every kind: each state, each holder or none, each group or none, with participants and without. */
async function makeCompany(slug: string): Promise<Company & Rows> {
  const workspaceId = uuidv7()
  return works.work(systemOf(workspaceId), async (work) => {
    const userId = uuidv7()
    await work.sql`insert into account_users (id, name, email) values (${userId}, 'Ada', ${`${slug}@acme.example`})`
    await foundWorkspace(work, { company: slug, slug, language: 'en', admin: { userId, name: 'Ada', email: `${slug}@acme.example` } })
    const operatorIds = await Promise.all(
      ['Mia', 'Otto', 'Hugo'].map((name) => insert(work, operators, { name, email: `${name}@${slug}.example`, role: 'operator' })),
    )
    const groupIds = await Promise.all(['Here', 'There', 'Elsewhere'].map((name) => insert(work, groups, { name })))
    const channelId = await insert(work, channels, {
      kind: 'web',
      name: 'Site',
      options: {},
      secrets: {},
      capabilities: {} as never,
      hookToken: 'x',
      publicKey: slug,
    })
    const identityIds: string[] = []
    const fileIds = new Map<string, string>()
    let number = 0
    for (const state of ['queued', 'serving', 'closed'] as const) {
      for (const operatorId of [null, ...operatorIds]) {
        for (const groupId of [null, ...groupIds]) {
          if ((state === 'serving') === (operatorId === null) && state !== 'closed') continue
          const customerId = await insert(work, customers, { name: `Customer ${number}` })
          const identityId = await insert(work, identities, { channelId, customerId, externalId: `${number}` })
          const threadId = await insert(work, threads, { channelId, externalId: `${number}`, kind: 'direct', identityId })
          const chatId = await insert(work, chats, {
            number: ++number,
            threadId,
            channelId,
            customerId,
            state,
            operatorId,
            groupId,
            ...(state === 'closed' && { closedAt: new Date() }),
            // Every second chat is shared with one or two.
            participantIds: number % 2 === 0 ? [] : operatorIds.filter((id, n) => id !== operatorId && (number + n) % 3 > 0),
          })
          const messageId = await insert(work, messages, {
            chatId,
            threadId,
            channelId,
            direction: 'in',
            authorKind: 'customer',
            at: new Date(),
            text: `Message ${number}`,
          })
          fileIds.set(chatId, await insert(work, files, { messageId, name: 'a.txt', mime: 'text/plain', kind: 'file', state: 'stored' }))
          identityIds.push(identityId)
        }
      }
    }
    return {
      workspaceId,
      operatorIds,
      groupIds,
      channelId,
      identityIds,
      fileIds,
      chats: await work.db.select().from(chats).where(eq(chats.workspaceId, workspaceId)),
    }
  })
}

async function insert(work: Work, table: any, values: Record<string, unknown>): Promise<string> {
  const id = uuidv7()
  await work.db.insert(table).values({ workspaceId: work.workspaceId, id, ...values })
  return id
}

/** Any operator there may be: of any role, in any groups, limited to any groups or to none, known to hold chats or unknown. */
const anyOperator = (): fc.Arbitrary<OperatorActor> =>
  fc
    .record({
      operatorId: fc.constantFrom(...ours.operatorIds, ...theirs.operatorIds, uuidv7()),
      role: fc.constantFrom('operator' as const, 'supervisor' as const, 'admin' as const),
      groupIds: fc.subarray([...ours.groupIds, ...theirs.groupIds]),
      supervisedIds: fc.option(fc.subarray(ours.groupIds)),
    })
    .map(({ operatorId, role, groupIds, supervisedIds }) => ({
      kind: 'operator',
      workspaceId: ours.workspaceId,
      operatorId,
      userId: '',
      role,
      groupIds: new Set(groupIds),
      supervisedIds: role === 'supervisor' && supervisedIds ? new Set(supervisedIds) : null,
      language: 'en',
    }))
const others = (): Actor[] => [systemOf(ours.workspaceId), { kind: 'connector', workspaceId: ours.workspaceId, channelId: ours.channelId }]
const visitors = (): VisitorActor[] =>
  [...ours.identityIds.slice(0, 5), ...theirs.identityIds.slice(0, 3)].map((identityId) => ({
    kind: 'visitor',
    workspaceId: ours.workspaceId,
    channelId: ours.channelId,
    identityId,
    tokenHash: null,
    language: 'en',
  }))

const visibleIds = (work: Work): Promise<string[]> =>
  work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), visibleChats(work.actor)))
    .then(idsOf)
const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id).sort()
const seenIds = (actor: Actor): string[] => idsOf(ours.chats.filter((chat) => sees(actor, sightOf(chat))))

describe('who sees a chat', () => {
  test('is the same rule in memory and in the database, for every kind of actor and chat', async () => {
    expect(ours.chats.length).toBe(4 + 12 + 16)
    expect(ours.chats.filter((chat) => chat.participantIds.length > 0).length).toBeGreaterThan(10)
    await fc.assert(
      fc.asyncProperty(anyOperator(), async (actor) => {
        expect(await works.read(actor as Actor, visibleIds)).toEqual(seenIds(actor))
      }),
      { numRuns: 400 },
    )
    for (const actor of others()) expect(await works.read(actor, visibleIds)).toEqual(idsOf(ours.chats))
  }, 300_000)

  test("is the visitor of its thread, to whom the operators' rule opens nothing", async () => {
    for (const actor of visitors()) {
      const own = ours.identityIds.indexOf(actor.identityId)
      expect(await works.read(actor as Actor, visibleIds)).toEqual(own < 0 ? [] : [ours.chats.find((chat) => chat.number === own + 1)?.id])
      expect(seenIds(actor)).toEqual([])
    }
  })

  test('decides every list, every count, every customer and every file', async () => {
    await fc.assert(
      fc.asyncProperty(anyOperator(), async (actor) => {
        const visible = seenIds(actor)
        await works.read(actor, async (work) => {
          const counts = await countSections(work)
          const listed = new Set<string>()
          for (const section of chatSections.filter((each) => each !== 'all' || actor.role !== 'operator')) {
            const rows = idsOf(await listChats(work, { section, limit: 100 }))
            expect(rows.filter((id) => !visible.includes(id))).toEqual([])
            if (section !== 'others' || counts.others !== null) expect([section, counts[section]]).toEqual([section, rows.length])
            for (const id of rows) listed.add(id)
          }
          // The sections leave nothing out either: every visible chat stands in one of them.
          expect([...listed].sort()).toEqual(visible)
          for (const groupId of [...ours.groupIds, ...theirs.groupIds]) {
            const rows = idsOf(await listChats(work, { section: 'new', groupId, limit: 100 }))
            expect(rows.filter((id) => !visible.includes(id))).toEqual([])
          }
          for (const chat of ours.chats) {
            const [customer, file] = [
              await findCustomer(work, chat.customerId),
              await findReadableFile(work, ours.fileIds.get(chat.id) ?? ''),
            ]
            expect([customer !== undefined, file !== undefined]).toEqual([visible.includes(chat.id), visible.includes(chat.id)])
          }
          for (const chat of theirs.chats.slice(0, 3)) {
            expect([await findCustomer(work, chat.customerId), await findReadableFile(work, theirs.fileIds.get(chat.id) ?? '')]).toEqual([
              undefined,
              undefined,
            ])
          }
        })
      }),
      { numRuns: 20 },
    )
  }, 300_000)

  test('can be moved by pages without anything slipping in', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyOperator(),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('new' as const, 'others' as const, 'closed' as const),
        async (actor, limit, section) => {
          await works.read(actor, async (work) => {
            const whole = (await listChats(work, { section, limit: 100 })).map(({ id }) => id)
            const paged: string[] = []
            let after: { key: string; id: string } | undefined
            for (;;) {
              const rows = await listChats(work, { section, limit, ...(after && { after }) })
              paged.push(...rows.map(({ id }) => id))
              const last = rows.at(-1)
              if (!last || rows.length < limit) break
              after = { key: last.key, id: last.id }
            }
            expect(paged).toEqual(whole)
          })
        },
      ),
      { numRuns: 60 },
    )
  }, 300_000)
})
