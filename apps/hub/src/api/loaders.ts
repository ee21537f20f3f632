import DataLoader from 'dataloader'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { rowsBy } from '../db/built.ts'
import type { Db } from '../db/client.ts'
import { alerts } from '../db/tables/alert.ts'
import { bulkRuns } from '../db/tables/bulk.ts'
import { channels } from '../db/tables/channel.ts'
import { chats } from '../db/tables/chat.ts'
import { comments } from '../db/tables/comment.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { customerFields } from '../db/tables/customer-field.ts'
import { files } from '../db/tables/file.ts'
import { formAnswers, formFields } from '../db/tables/form.ts'
import { groupMembers, groups } from '../db/tables/group.ts'
import { mails } from '../db/tables/mail.ts'
import { messages } from '../db/tables/message.ts'
import { notes } from '../db/tables/note.ts'
import { operators } from '../db/tables/operator.ts'
import { ratings } from '../db/tables/rating.ts'
import { chatTags, customerTags, tags } from '../db/tables/tag.ts'
import { libraryImages } from '../db/tables/template.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { type Block, findBlocks } from '../domain/block.ts'
import { type BulkCounts, countItems } from '../domain/bulk.ts'
import { type CustomerField, listCustomerFields } from '../domain/customer-field.ts'
import { listAttempts } from '../domain/ledger.ts'
import type { Mail } from '../domain/mail.ts'
import { listUnfinished, listVersions } from '../domain/message-history.ts'
import type { Rating } from '../domain/rating.ts'
import type { Batch } from '../feed/read.ts'
import { systemOf, type Work, type Works } from '../work.ts'

const commentsById = rowsBy(comments, comments.id)
const customersById = rowsBy(customers, customers.id)
const identitiesById = rowsBy(identities, identities.id)
const operatorsById = rowsBy(operators, operators.id)
const groupsById = rowsBy(groups, groups.id)
const channelsById = rowsBy(channels, channels.id)
const filesById = rowsBy(files, files.id)
const alertsById = rowsBy(alerts, alerts.id)
const tagsById = rowsBy(tags, tags.id)
const customerFieldsById = rowsBy(customerFields, customerFields.id)
const notesById = rowsBy(notes, notes.id)
const bulkRunsById = rowsBy(bulkRuns, bulkRuns.id)
const formFieldsById = rowsBy(formFields, formFields.id)
const chatsById = rowsBy(chats, chats.id)
const messagesById = rowsBy(messages, messages.id)
const filesByMessage = rowsBy(files, files.messageId, asc(files.position))
const filesByTemplate = rowsBy(files, files.templateId, asc(files.position))
const libraryImagesById = rowsBy(libraryImages, libraryImages.id)
const filesByLibraryImage = rowsBy(files, files.libraryImageId)
const filesByComment = rowsBy(files, files.commentId, asc(files.position))
const identitiesByCustomer = rowsBy(identities, identities.customerId, asc(identities.createdAt))
const channelsBySchedule = rowsBy(channels, channels.scheduleId, asc(channels.createdAt))
const groupsBySchedule = rowsBy(groups, groups.scheduleId, asc(groups.name))
const groupMembersByGroup = rowsBy(groupMembers, groupMembers.groupId)
const groupMembersByOperator = rowsBy(groupMembers, groupMembers.operatorId)

/**
 * Look-ups by id, read together and once per request. They judge no rights: whoever hands an id in has asked whether the
 * thing that names it may be seen.
 */
export type Loaders = ReturnType<typeof createLoaders>

/** `batch`: events of the feed whose frames need them; what was read with those is known, the rest is read where they were. */
export function createLoaders(works: Works, workspaceId: string, batch?: Batch) {
  const read = batch?.read ?? works.reading(systemOf(workspaceId))

  const byId = <Row extends { id: string }>(
    select: (db: Db, workspaceId: string, ids: readonly string[]) => Promise<Row[]>,
    known: ReadonlyMap<string, Row> = new Map(),
  ) => {
    const loader = new DataLoader<string, Row | null>(async (ids) => {
      const rows = new Map((await read((work) => select(work.db, workspaceId, ids))).map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id) ?? null)
    })
    for (const [id, row] of known) loader.prime(id, row)
    return loader
  }
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
      return once('chat', () => byId(chatsById, batch?.chats))
    },
    get message() {
      return once('message', () => byId(messagesById, batch?.messages))
    },
    get comment() {
      return once('comment', () => byId(commentsById))
    },
    get customer() {
      return once('customer', () => byId(customersById))
    },
    get identity() {
      return once('identity', () => byId(identitiesById))
    },
    get operator() {
      return once('operator', () => byId(operatorsById))
    },
    get group() {
      return once('group', () => byId(groupsById))
    },
    get channel() {
      return once('channel', () => byId(channelsById))
    },
    get file() {
      return once('file', () => byId(filesById))
    },
    get libraryImage() {
      return once('libraryImage', () => byId(libraryImagesById))
    },
    get alert() {
      return once('alert', () => byId(alertsById))
    },
    get tag() {
      return once('tag', () => byId(tagsById))
    },
    get customerFields() {
      return once(
        'customerFields',
        () =>
          new DataLoader<string, CustomerField[]>(async (ids) => {
            const all = await read((work) => listCustomerFields(work))
            return ids.map(() => all)
          }),
      )
    },
    get customerField() {
      return once('customerField', () => byId(customerFieldsById))
    },
    get note() {
      return once('note', () => byId(notesById))
    },
    get bulkRun() {
      return once('bulkRun', () => byId(bulkRunsById))
    },
    get itemsOfRun() {
      return once(
        'itemsOfRun',
        () =>
          new DataLoader<string, BulkCounts>(async (ids) => {
            const counts = await read((work) => countItems(work, [...ids]))
            return ids.map((id) => counts.get(id) as BulkCounts)
          }),
      )
    },
    /** The run that puts this one back. */
    get undoOfRun() {
      return once(
        'undoOfRun',
        () =>
          new DataLoader<string, string | null>(async (ids) => {
            const rows = await read((work) =>
              work.db
                .select({ id: bulkRuns.id, undoesId: bulkRuns.undoesId })
                .from(bulkRuns)
                .where(and(eq(bulkRuns.workspaceId, workspaceId), inArray(bulkRuns.undoesId, [...ids]))),
            )
            return ids.map((id) => rows.find((row) => row.undoesId === id)?.id ?? null)
          }),
      )
    },
    get attemptsOf() {
      return once('attemptsOf', () => many(listAttempts, (row) => row.messageId))
    },
    get unfinishedOf() {
      return once('unfinishedOf', () => many(listUnfinished, (row) => row.messageId))
    },
    get versionsOf() {
      return once('versionsOf', () => many(listVersions, (row) => row.messageId))
    },
    get formField() {
      return once('formField', () => byId(formFieldsById))
    },
    get answersOfChat() {
      return once('answersOfChat', () =>
        many(
          async (work, ids) =>
            (
              await work.db
                .select({ answer: formAnswers })
                .from(formAnswers)
                .innerJoin(formFields, and(eq(formFields.workspaceId, formAnswers.workspaceId), eq(formFields.id, formAnswers.fieldId)))
                .where(and(eq(formAnswers.workspaceId, workspaceId), inArray(formAnswers.chatId, ids)))
                .orderBy(asc(formFields.position), asc(formFields.id))
            ).map((row) => row.answer),
          (row) => row.chatId,
        ),
      )
    },
    get tagsOfChat() {
      return once('tagsOfChat', () =>
        many(
          (work, ids) =>
            work.db
              .select({ tag: tags, ofId: chatTags.chatId })
              .from(chatTags)
              .innerJoin(tags, and(eq(tags.workspaceId, chatTags.workspaceId), eq(tags.id, chatTags.tagId)))
              .where(and(eq(chatTags.workspaceId, workspaceId), inArray(chatTags.chatId, ids)))
              .orderBy(sql`lower(${tags.name})`),
          (row) => row.ofId,
        ),
      )
    },
    get tagsOfCustomer() {
      return once('tagsOfCustomer', () =>
        many(
          (work, ids) =>
            work.db
              .select({ tag: tags, ofId: customerTags.customerId })
              .from(customerTags)
              .innerJoin(tags, and(eq(tags.workspaceId, customerTags.workspaceId), eq(tags.id, customerTags.tagId)))
              .where(and(eq(customerTags.workspaceId, workspaceId), inArray(customerTags.customerId, ids)))
              .orderBy(sql`lower(${tags.name})`),
          (row) => row.ofId,
        ),
      )
    },
    get usesOfTag() {
      return once(
        'usesOfTag',
        () =>
          new DataLoader<string, { chats: number; customers: number }>(async (ids) => {
            const rows = await read(
              (work) => work.sql<{ id: string; chats: number; customers: number }[]>`
        select t.id, (select count(*)::int from chat_tags c where c.workspace_id = t.workspace_id and c.tag_id = t.id) as chats,
          (select count(*)::int from customer_tags c join customers p on p.workspace_id = c.workspace_id and p.id = c.customer_id
            where c.workspace_id = t.workspace_id and c.tag_id = t.id and p.merged_into_id is null) as customers
        from tags t where t.workspace_id = ${workspaceId} and t.id = any(${[...ids]}::uuid[])`,
            )
            const uses = new Map(rows.map(({ id, ...row }) => [id, row]))
            return ids.map((id) => uses.get(id) ?? { chats: 0, customers: 0 })
          }),
      )
    },
    get filesOf() {
      return once('filesOf', () =>
        many(
          (work, ids) => filesByMessage(work.db, workspaceId, ids),
          (row) => row.messageId,
        ),
      )
    },
    get filesOfTemplate() {
      return once('filesOfTemplate', () =>
        many(
          (work, ids) => filesByTemplate(work.db, workspaceId, ids),
          (row) => row.templateId,
        ),
      )
    },
    get fileOfLibraryImage() {
      return once('fileOfLibraryImage', () =>
        many(
          (work, ids) => filesByLibraryImage(work.db, workspaceId, ids),
          (row) => row.libraryImageId,
        ),
      )
    },
    get filesOfComment() {
      return once('filesOfComment', () =>
        many(
          (work, ids) => filesByComment(work.db, workspaceId, ids),
          (row) => row.commentId,
        ),
      )
    },
    get identitiesOf() {
      return once('identitiesOf', () =>
        many(
          (work, ids) => identitiesByCustomer(work.db, workspaceId, ids),
          (row) => row.customerId,
        ),
      )
    },
    get channelsOfSchedule() {
      return once('channelsOfSchedule', () =>
        many(
          (work, ids) => channelsBySchedule(work.db, workspaceId, ids),
          (row) => row.scheduleId,
        ),
      )
    },
    get groupsOfSchedule() {
      return once('groupsOfSchedule', () =>
        many(
          (work, ids) => groupsBySchedule(work.db, workspaceId, ids),
          (row) => row.scheduleId,
        ),
      )
    },
    get mailsOfChat() {
      return once('mailsOfChat', () => {
        const chatOf = new WeakMap<Mail, string>()
        return many(
          async (work, ids) => {
            const ofMessages = await work.db
              .select({ mail: mails, chatId: messages.chatId })
              .from(mails)
              .innerJoin(messages, and(eq(messages.workspaceId, mails.workspaceId), eq(messages.id, mails.messageId)))
              .where(and(eq(mails.workspaceId, workspaceId), inArray(messages.chatId, ids)))
              .orderBy(asc(mails.id))
              .limit(1_000)
            const transcripts = await work.db
              .select({ mail: mails, chatId: sql<string>`${mails.chatId}` })
              .from(mails)
              .where(and(eq(mails.workspaceId, workspaceId), inArray(mails.chatId, ids)))
              .orderBy(asc(mails.id))
              .limit(1_000)
            const all = [...ofMessages, ...transcripts].sort((a, b) => (a.mail.id < b.mail.id ? -1 : 1))
            return all.map(({ mail, chatId }) => {
              chatOf.set(mail, chatId)
              return mail
            })
          },
          (mail) => chatOf.get(mail) ?? null,
        )
      })
    },
    get ratingOf() {
      return once(
        'ratingOf',
        () =>
          new DataLoader<string, Rating | null>(async (ids) => {
            const rows = await read((work) =>
              work.db
                .select()
                .from(ratings)
                .where(and(eq(ratings.workspaceId, workspaceId), inArray(ratings.chatId, [...ids]))),
            )
            const found = new Map(rows.map((row) => [row.chatId, row]))
            return ids.map((id) => found.get(id) ?? null)
          }),
      )
    },
    get blockOf() {
      return once(
        'blockOf',
        () =>
          new DataLoader<string, Block | null>(async (ids) => {
            const found = await read((work) => findBlocks(work, ids))
            return ids.map((id) => found.get(id) ?? null)
          }),
      )
    },
    /** By address: how many identities beside one last wrote from it. */
    get neighboursOf() {
      return once(
        'neighboursOf',
        () =>
          new DataLoader<string, number>(async (addresses) => {
            const rows = await read(
              (work) => work.sql<{ address: string; count: number }[]>`select a.address, count(i.id)::int as count
        from unnest(${[...addresses]}::text[]) as a(address) join identities i on i.workspace_id = ${workspaceId} and i.address = a.address::inet group by a.address`,
            )
            const counts = new Map(rows.map((row) => [row.address, row.count - 1]))
            return addresses.map((address) => counts.get(address) ?? 0)
          }),
      )
    },
    get membersOf() {
      return once('membersOf', () =>
        many(
          (work, ids) => groupMembersByGroup(work.db, workspaceId, ids),
          (row) => row.groupId,
        ),
      )
    },
    get membershipsOf() {
      return once('membershipsOf', () =>
        many(
          (work, ids) => groupMembersByOperator(work.db, workspaceId, ids),
          (row) => row.operatorId,
        ),
      )
    },
    /** Members of a group who are online now. */
    get onlineIn() {
      return once(
        'onlineIn',
        () =>
          new DataLoader<string, number>(async (ids) => {
            const rows = await read(
              (work) => work.sql<{ id: string; online: number }[]>`select m.group_id as id, count(*)::int as online from group_members m
        join operators o on o.workspace_id = m.workspace_id and o.id = m.operator_id
        where m.workspace_id = ${workspaceId} and m.group_id = any(${[...ids]}::uuid[]) and not m.supervises and o.active and o.presence = 'online' group by m.group_id`,
            )
            const online = new Map(rows.map((row) => [row.id, row.online]))
            return ids.map((id) => online.get(id) ?? 0)
          }),
      )
    },
    get workspace() {
      return once('workspace', () =>
        byId((db, own, ids) =>
          db
            .select()
            .from(workspaces)
            .where(and(eq(workspaces.id, own), inArray(workspaces.id, [...ids]))),
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
