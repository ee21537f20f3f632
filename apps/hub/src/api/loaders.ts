import DataLoader from 'dataloader'
import { and, asc, eq, inArray } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { chats } from '../db/tables/chat.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { files } from '../db/tables/file.ts'
import { groupMembers, groups } from '../db/tables/group.ts'
import { messages } from '../db/tables/message.ts'
import { operators } from '../db/tables/operator.ts'
import { systemOf, type Work, type Works } from '../work.ts'

/**
 * Look-ups by id, read together and once per request. They judge no rights: whoever hands an id in has asked whether the
 * thing that names it may be seen.
 */
export type Loaders = ReturnType<typeof createLoaders>

export function createLoaders(works: Works, workspaceId: string) {
  const read = <T>(body: (work: Work) => Promise<T>) => works.read(systemOf(workspaceId), body)

  const byId = <Row extends { id: string }>(select: (work: Work, ids: string[]) => Promise<Row[]>) =>
    new DataLoader<string, Row | null>(async (ids) => {
      const rows = new Map((await read((work) => select(work, [...ids]))).map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id) ?? null)
    })
  const many = <Row>(select: (work: Work, ids: string[]) => Promise<Row[]>, keyOf: (row: Row) => string | null) =>
    new DataLoader<string, Row[]>(async (ids) => {
      const rows = await read((work) => select(work, [...ids]))
      const sets = new Map<string, Row[]>(ids.map((id) => [id, []]))
      for (const row of rows) sets.get(keyOf(row) ?? '')?.push(row)
      return ids.map((id) => sets.get(id) ?? [])
    })

  // A loader is made when it is first asked: a frame of the feed needs three of them.
  const made = new Map<string, unknown>()
  const once = <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as T
  }
  return {
    get chat() {
      return once('chat', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(chats)
            .where(and(eq(chats.workspaceId, workspaceId), inArray(chats.id, ids))),
        ),
      )
    },
    get message() {
      return once('message', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(messages)
            .where(and(eq(messages.workspaceId, workspaceId), inArray(messages.id, ids))),
        ),
      )
    },
    get customer() {
      return once('customer', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(customers)
            .where(and(eq(customers.workspaceId, workspaceId), inArray(customers.id, ids))),
        ),
      )
    },
    get identity() {
      return once('identity', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(identities)
            .where(and(eq(identities.workspaceId, workspaceId), inArray(identities.id, ids))),
        ),
      )
    },
    get operator() {
      return once('operator', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(operators)
            .where(and(eq(operators.workspaceId, workspaceId), inArray(operators.id, ids))),
        ),
      )
    },
    get group() {
      return once('group', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(groups)
            .where(and(eq(groups.workspaceId, workspaceId), inArray(groups.id, ids))),
        ),
      )
    },
    get channel() {
      return once('channel', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(channels)
            .where(and(eq(channels.workspaceId, workspaceId), inArray(channels.id, ids))),
        ),
      )
    },
    get file() {
      return once('file', () =>
        byId((work, ids) =>
          work.db
            .select()
            .from(files)
            .where(and(eq(files.workspaceId, workspaceId), inArray(files.id, ids))),
        ),
      )
    },
    get filesOf() {
      return once('filesOf', () =>
        many(
          (work, ids) =>
            work.db
              .select()
              .from(files)
              .where(and(eq(files.workspaceId, workspaceId), inArray(files.messageId, ids)))
              .orderBy(asc(files.position)),
          (row) => row.messageId,
        ),
      )
    },
    get identitiesOf() {
      return once('identitiesOf', () =>
        many(
          (work, ids) =>
            work.db
              .select()
              .from(identities)
              .where(and(eq(identities.workspaceId, workspaceId), inArray(identities.customerId, ids)))
              .orderBy(asc(identities.createdAt)),
          (row) => row.customerId,
        ),
      )
    },
    get membersOf() {
      return once('membersOf', () =>
        many(
          (work, ids) =>
            work.db
              .select()
              .from(groupMembers)
              .where(and(eq(groupMembers.workspaceId, workspaceId), inArray(groupMembers.groupId, ids))),
          (row) => row.groupId,
        ),
      )
    },
    get membershipsOf() {
      return once('membershipsOf', () =>
        many(
          (work, ids) =>
            work.db
              .select()
              .from(groupMembers)
              .where(and(eq(groupMembers.workspaceId, workspaceId), inArray(groupMembers.operatorId, ids))),
          (row) => row.operatorId,
        ),
      )
    },
    get loadOf() {
      return once(
        'loadOf',
        () =>
          new DataLoader<string, number>(async (ids) => {
            const rows = await read(
              (work) => work.sql<{ id: string; load: number }[]>`select operator_id as id, count(*)::int as load from chats
        where workspace_id = ${workspaceId} and state = 'serving' and operator_id = any(${[...ids]}::uuid[]) group by operator_id`,
            )
            const loads = new Map(rows.map((row) => [row.id, row.load]))
            return ids.map((id) => loads.get(id) ?? 0)
          }),
      )
    },
  }
}
