import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Place } from './documents.ts'
import type { Made, World } from './world.ts'

/** What an argument of type ID may name. */
export const idKinds = [
  'chat',
  'message',
  'comment',
  'alert',
  'customer',
  'identity',
  'block',
  'request',
  'visit',
  'approach',
  'approachText',
  'approachRule',
  'schedule',
  'operator',
  'group',
  'channel',
  'file',
  'session',
  'tag',
  'template',
  'image',
  'field',
  'customerField',
  'note',
  'merge',
  'filter',
  'bulkRun',
] as const
export type IdKind = (typeof idKinds)[number]
export type Ids = Record<IdKind, string>

const kindOfName: Record<string, IdKind> = {
  chatId: 'chat',
  messageId: 'message',
  replyToId: 'message',
  seenMessageId: 'message',
  commentId: 'comment',
  alertIds: 'alert',
  mentionIds: 'operator',
  customerId: 'customer',
  identityId: 'identity',
  blockId: 'block',
  requestId: 'request',
  visitId: 'visit',
  visitIds: 'visit',
  approachId: 'approach',
  textId: 'approachText',
  ruleId: 'approachRule',
  scheduleId: 'schedule',
  channelIds: 'channel',
  operatorId: 'operator',
  memberIds: 'operator',
  supervisorIds: 'operator',
  groupId: 'group',
  groupIds: 'group',
  channelId: 'channel',
  fileIds: 'file',
  fileId: 'file',
  templateId: 'template',
  imageId: 'image',
  sessionId: 'session',
  tagId: 'tag',
  tagIds: 'tag',
  fieldId: 'field',
  fieldIds: 'field',
  intoTagId: 'tag',
  runId: 'bulkRun',
  noteId: 'note',
  mergeId: 'merge',
  intoCustomerId: 'customer',
  otherCustomerId: 'customer',
  chatIds: 'chat',
  filterId: 'filter',
  filterIds: 'filter',
}
/** The fields of customers, where `fieldId` is not one of the attendance form. */
const ofCustomers = /^Mutation[.](updateCustomer|(update|archive|order)CustomerFields?)$/

/** What the id at this place names: by the argument's name, or, where that is `id`, by the operation's. */
export function kindOf(operation: string, { path }: Place): IdKind {
  const name = path.filter((step) => typeof step === 'string').at(-1) ?? ''
  const named = name === 'id' ? (operation.split('.')[1] as IdKind) : kindOfName[name]
  const kind = named === 'field' && ofCustomers.test(operation) ? 'customerField' : named
  if (!kind || !idKinds.includes(kind)) throw new Error(`${operation}: what does the id ${name} name?`)
  return kind
}

/** Ids of things of the other company. */
export async function foreignIds(world: World): Promise<Ids> {
  const made = await world.makeChat('held', 'foreign')
  const { operator, me } = await world.foreigner.get('{ operator { id } me { sessions { id } } }')
  const file = await world.asHub(async (work) => {
    const id = uuidv7()
    await work.sql`insert into files (workspace_id, id, uploader_id, name, mime, kind, state) values (${work.workspaceId}, ${id}, ${operator.id}, 'theirs.txt', 'text/plain', 'file', 'stored')`
    return id
  }, 'foreign')
  return {
    ...namesOf(made),
    operator: operator.id,
    group: world.groups.foreign,
    channel: world.channels.foreign,
    file,
    session: me.sessions[0].id,
    tag: await world.makeTag('foreign'),
    template: await world.makeTemplate('foreign'),
    image: await world.makeImage('foreign'),
    field: await world.makeField('foreign'),
    customerField: await world.makeCustomerField('foreign'),
    filter: await world.makeFilter('foreign'),
    schedule: await world.makeSchedule('foreign'),
    visit: world.visits.foreign,
    approach: await world.makeApproach('foreign'),
    approachText: await world.makeApproachText('foreign'),
    approachRule: await world.makeApproachRule('foreign'),
  }
}

/** Ids of things of our company that were there once. */
export async function deletedIds(world: World): Promise<Ids> {
  const made = await world.makeChat('queued')
  const [operator, group, channel, file, session] = [uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()]
  const [tag, template, image, field, customerField, filter, schedule] = [
    await world.makeTag(),
    await world.makeTemplate(),
    await world.makeImage(),
    await world.makeField(),
    await world.makeCustomerField(),
    await world.makeFilter(),
    await world.makeSchedule(),
  ]
  await world.asHub(async ({ sql, workspaceId }) => {
    await sql`delete from notes where workspace_id = ${workspaceId} and customer_id = ${made.customerId}`
    await sql`delete from customer_merges where workspace_id = ${workspaceId} and id = ${made.mergeId}`
    await sql`delete from customers where workspace_id = ${workspaceId} and merged_into_id = ${made.customerId}`
    await sql`delete from customer_fields where workspace_id = ${workspaceId} and id = ${customerField}`
    await sql`delete from bulk_items where workspace_id = ${workspaceId} and run_id = ${made.bulkRunId}`
    await sql`delete from bulk_runs where workspace_id = ${workspaceId} and id = ${made.bulkRunId}`
    await sql`delete from form_answers where workspace_id = ${workspaceId} and chat_id = ${made.chatId}`
    for (const table of [
      'chat_tags',
      'customer_tags',
      'alerts',
      'messages',
      'comments',
      'requests',
      'chats',
      'threads',
      'blocks',
      'identities',
      'customers',
    ]) {
      const column =
        {
          chat_tags: 'chat_id',
          customer_tags: 'customer_id',
          alerts: 'chat_id',
          messages: 'chat_id',
          comments: 'chat_id',
          chats: 'thread_id',
          identities: 'customer_id',
        }[table] ?? 'id'
      const id =
        {
          chat_tags: made.chatId,
          customer_tags: made.customerId,
          alerts: made.chatId,
          messages: made.chatId,
          comments: made.chatId,
          requests: made.requestId,
          chats: made.threadId,
          threads: made.threadId,
          blocks: made.blockId,
          identities: made.customerId,
          customers: made.customerId,
        }[table] ?? ''
      await sql`delete from ${sql(table)} where workspace_id = ${workspaceId} and ${sql(column)} = ${id}`
    }
    await sql`insert into groups (workspace_id, id, name) values (${workspaceId}, ${group}, 'Gone')`
    await sql`delete from groups where workspace_id = ${workspaceId} and id = ${group}`
    await sql`delete from tags where workspace_id = ${workspaceId} and id = ${tag}`
    await sql`delete from files where workspace_id = ${workspaceId} and (template_id = ${template} or library_image_id = ${image})`
    await sql`delete from template_uses where workspace_id = ${workspaceId} and template_id = ${template}`
    await sql`delete from templates where workspace_id = ${workspaceId} and id = ${template}`
    await sql`delete from library_images where workspace_id = ${workspaceId} and id = ${image}`
    await sql`delete from saved_filter_places where workspace_id = ${workspaceId} and filter_id = ${filter}`
    await sql`delete from saved_filters where workspace_id = ${workspaceId} and id = ${filter}`
    await sql`delete from schedules where workspace_id = ${workspaceId} and id = ${schedule}`
    await sql`delete from form_fields where workspace_id = ${workspaceId} and id = ${field}`
  })
  return {
    ...namesOf(made),
    operator,
    group,
    channel,
    file,
    session,
    tag,
    template,
    image,
    field,
    customerField,
    filter,
    schedule,
    visit: uuidv7(),
    approach: uuidv7(),
    approachText: uuidv7(),
    approachRule: uuidv7(),
  }
}

/** Ids that never were. */
export const randomIds = (): Ids => Object.fromEntries(idKinds.map((kind) => [kind, randomUUID()])) as Ids

const namesOf = (made: Made) => ({
  chat: made.chatId,
  message: made.messageId,
  comment: made.commentId,
  alert: made.alertId,
  bulkRun: made.bulkRunId,
  customer: made.customerId,
  identity: made.identityId,
  block: made.blockId,
  note: made.noteId,
  merge: made.mergeId,
  request: made.requestId,
})

/** Texts that are no ids, and are not to be taken for one. */
export const garbage: readonly string[] = [
  '',
  ' ',
  '0',
  '1',
  '-1',
  '01',
  'null',
  'undefined',
  'NaN',
  '*',
  '%',
  '_',
  '../..',
  '/etc/passwd',
  "' or 1=1 --",
  '"; drop table chats; --',
  '$id',
  '{{id}}',
  '__proto__',
  'constructor',
  '00000000-0000-0000-0000-00000000000',
  '00000000-0000-0000-0000-0000000000000',
  '00000000000000000000000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  '٠٠٠٠٠٠٠٠-٠٠٠٠-٠٠٠٠-٠٠٠٠-٠٠٠٠٠٠٠٠٠٠٠٠',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  '😀',
  'x'.repeat(5_000),
]
/** Values that are not even text. GraphQL itself refuses them; a whole number counts as the text of its digits. */
export const nonsense: readonly unknown[] = [1.5, true, {}, { id: 'x' }, [['x']], { toString: 'x' }]
