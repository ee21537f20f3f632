import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Place } from './documents.ts'
import type { Made, World } from './world.ts'

/** What an argument of type ID may name. */
export const idKinds = ['chat', 'message', 'customer', 'identity', 'operator', 'group', 'channel', 'file', 'session'] as const
export type IdKind = (typeof idKinds)[number]
export type Ids = Record<IdKind, string>

const kindOfName: Record<string, IdKind> = {
  chatId: 'chat',
  messageId: 'message',
  replyToId: 'message',
  customerId: 'customer',
  identityId: 'identity',
  operatorId: 'operator',
  memberIds: 'operator',
  supervisorIds: 'operator',
  groupId: 'group',
  groupIds: 'group',
  channelId: 'channel',
  fileIds: 'file',
  sessionId: 'session',
}

/** What the id at this place names: by the argument's name, or, where that is `id`, by the operation's. */
export function kindOf(operation: string, { path }: Place): IdKind {
  const name = path.filter((step) => typeof step === 'string').at(-1) ?? ''
  const kind = name === 'id' ? (operation.split('.')[1] as IdKind) : kindOfName[name]
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
  }
}

/** Ids of things of our company that were there once. */
export async function deletedIds(world: World): Promise<Ids> {
  const made = await world.makeChat('queued')
  const [operator, group, channel, file, session] = [uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()]
  await world.asHub(async ({ sql, workspaceId }) => {
    for (const table of ['messages', 'chats', 'threads', 'identities', 'customers']) {
      const column = { messages: 'chat_id', chats: 'id', threads: 'id', identities: 'id', customers: 'id' }[table] ?? ''
      const id =
        { messages: made.chatId, chats: made.chatId, threads: made.threadId, identities: made.identityId, customers: made.customerId }[
          table
        ] ?? ''
      await sql`delete from ${sql(table)} where workspace_id = ${workspaceId} and ${sql(column)} = ${id}`
    }
    await sql`insert into groups (workspace_id, id, name) values (${workspaceId}, ${group}, 'Gone')`
    await sql`delete from groups where workspace_id = ${workspaceId} and id = ${group}`
  })
  return { ...namesOf(made), operator, group, channel, file, session }
}

/** Ids that never were. */
export const randomIds = (): Ids => Object.fromEntries(idKinds.map((kind) => [kind, randomUUID()])) as Ids

const namesOf = (made: Made) => ({ chat: made.chatId, message: made.messageId, customer: made.customerId, identity: made.identityId })

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
