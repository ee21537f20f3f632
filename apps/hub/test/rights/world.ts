import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { hashPassword } from '../../src/accounts/passwords.ts'
import { addPerson } from '../../src/accounts/people.ts'
import { closeChat, transferChat } from '../../src/domain/chat.ts'
import { receive } from '../../src/domain/receive.ts'
import { startVisitor } from '../../src/domain/visitor.ts'
import { foundWorkspace } from '../../src/domain/workspace.ts'
import type { Log } from '../../src/log.ts'
import { type OperatorActor, systemOf, type VisitorActor, type Work } from '../../src/work.ts'
import { addColleague, Person, password, setUp, signIn, startTestHub, type TestHub, Visitor } from '../support/hub.ts'
import type { ChatKind, PersonName, StrangerName, Things } from './matrix.ts'

/** A hub with two companies, everybody of the matrix in the first, and a maker of chats of every kind. */
export interface World {
  hub: TestHub
  workspaceId: string
  people: Record<PersonName, Person & { id: string }>
  strangers: Record<Exclude<StrangerName, 'visitor'>, Person>
  /** The admin of the other company, in his own workspace. */
  foreigner: Person
  groups: Things['groups'] & { foreign: string }
  channels: { here: string; there: string; open: string; spare: string; foreign: string }
  /** Public keys of the website channels. */
  keys: { here: string; foreign: string }
  spareId: string
  makeChat(kind: ChatKind, where?: 'ours' | 'foreign'): Promise<Made>
  makeVisitor(name: string): Promise<Visitor & { identityId: string; actor: VisitorActor }>
  /** A work as the hub itself. */
  asHub<T>(body: (work: Work) => Promise<T>, where?: 'ours' | 'foreign'): Promise<T>
  /** A further session of this person, to be ended. */
  makeSession(person: Person): Promise<string>
  drop(): Promise<void>
}
export type Made = Pick<Things, 'chatId' | 'messageId' | 'unknownMessageId' | 'customerId' | 'identityId'> & { threadId: string }

export async function makeWorld(more: Record<string, string> = {}, log?: Log): Promise<World> {
  const hub = await startTestHub({ ROLES: 'web', ...more }, {}, log)
  const admin = await setUp(hub)
  const adminId = (await admin.get('{ operator { id } }')).operator.id as string
  const workspaceId = (await admin.get('{ workspace { id } }')).workspace.id as string
  const groups = { here: await makeGroup(admin, 'Here'), there: await makeGroup(admin, 'There') }
  const join = (name: string, role: string, groupIds: string[]) => addColleague(admin, name, { role, groupIds })
  const people = {
    member: await join('Mia', 'operator', [groups.here]),
    outsider: await join('Otto', 'operator', [groups.there]),
    holder: await join('Hugo', 'operator', []),
    leader: await join('Lea', 'supervisor', [groups.here]),
    otherLeader: await join('Lars', 'supervisor', [groups.there]),
    supervisor: await join('Sara', 'supervisor', []),
    admin: Object.assign(admin, { id: adminId }),
  }
  const spareId = (await join('Spyros', 'operator', [groups.here])).id
  const away = { deactivated: await join('Dora', 'operator', [groups.here]), revoked: await join('Rita', 'operator', [groups.here]) }
  await admin.get('mutation($id: ID!) { updateOperator(operatorId: $id, active: false) { ... on Operator { active } } }', {
    id: away.deactivated.id,
  })
  await fetch(`${hub.url}/auth/sign-out`, { method: 'POST', headers: away.revoked.headers() })
  const foreign = await foundElsewhere(hub)
  const channels = {
    here: await makeSite(admin, 'Here', groups.here),
    there: await makeSite(admin, 'There', groups.there),
    open: await makeSite(admin, 'Open', null),
    spare: await makeSite(admin, 'Spare', null),
    foreign: await makeSite(foreign.admin, 'Elsewhere', foreign.groupId),
  }
  const keyOf = async (person: Person, id: string) =>
    (await person.get('{ channels { id publicKey } }')).channels.find((channel: { id: string }) => channel.id === id).publicKey as string

  const places = {
    ours: { workspaceId, groupId: groups.there, holderId: people.holder.id, adminId },
    foreign: { workspaceId: foreign.workspaceId, groupId: foreign.groupId, holderId: foreign.operatorId, adminId: foreign.operatorId },
  }
  const channelOf: Record<ChatKind, string> = {
    queued: channels.here,
    held: channels.here,
    closed: channels.here,
    elsewhere: channels.there,
    free: channels.open,
    alone: channels.open,
  }

  const world: World = {
    hub,
    workspaceId,
    people,
    strangers: {
      nobody: new Person(hub.url, '', admin.workspace),
      intruder: new Person(hub.url, foreign.admin.cookie, admin.workspace),
      ...away,
    },
    foreigner: foreign.admin,
    groups: { ...groups, foreign: foreign.groupId },
    channels,
    keys: { here: await keyOf(admin, channels.here), foreign: await keyOf(foreign.admin, channels.foreign) },
    spareId,
    asHub: (body, where = 'ours') => hub.works.work(systemOf(places[where].workspaceId), body),
    makeChat: async (kind, where = 'ours') => {
      const place = places[where]
      const made = await world.asHub((work) => receiveOne(work, where === 'foreign' ? channels.foreign : channelOf[kind]), where)
      const leading = actorOf(place.workspaceId, place.adminId)
      if (['held', 'closed', 'alone'].includes(kind))
        await hub.works.work(leading, (work) => transferChat(work, made.chatId, { operatorId: place.holderId }))
      if (kind === 'closed') await hub.works.work(leading, (work) => closeChat(work, made.chatId))
      return made
    },
    makeVisitor: async (name) => {
      const started = await world.asHub((work) =>
        startVisitor(work, channels.here, { name, email: `${name.toLowerCase()}@customer.example` }),
      )
      const actor: VisitorActor = { kind: 'visitor', workspaceId, channelId: channels.here, identityId: started.identityId, language: 'en' }
      return Object.assign(new Visitor(hub.url, started.token), { identityId: started.identityId, actor })
    },
    makeSession: async (person) => {
      const { me } = await person.get('{ me { id } }')
      const id = uuidv7()
      await world.asHub(
        (work) =>
          work.sql`insert into account_sessions (id, user_id, token, expires_at) values (${id}, ${me.id}, ${randomUUID()}, now() + interval '1 hour')`,
      )
      return id
    },
    drop: () => hub.drop(),
  }
  return world
}

const actorOf = (workspaceId: string, operatorId: string): OperatorActor => ({
  kind: 'operator',
  workspaceId,
  operatorId,
  userId: '',
  role: 'admin',
  groupIds: new Set(),
  supervisedIds: null,
  language: 'en',
})

/** A customer's first message, and beside it an answer nobody knows the fate of. */
async function receiveOne(work: Work, channelId: string): Promise<Made> {
  const word = randomUUID()
  const [received] = await receive(work, [
    {
      channelId,
      events: [
        {
          type: 'message',
          key: word,
          id: word,
          at: Date.now(),
          thread: { id: word, kind: 'direct' },
          from: { id: word, name: `Customer ${word.slice(0, 6)}`, email: `${word.slice(0, 6)}@customer.example` },
          by: 'peer',
          text: `Secret ${word}`,
        },
      ],
    },
  ])
  const unknownMessageId = uuidv7()
  const [row] = await work.sql<{ thread_id: string; customer_id: string; identity_id: string }[]>`
    select c.thread_id, c.customer_id, t.identity_id from chats c join threads t on t.workspace_id = c.workspace_id and t.id = c.thread_id
    where c.workspace_id = ${work.workspaceId} and c.id = ${received?.chatId ?? ''}`
  if (!received || !row) throw new Error('the message opened no chat')
  await work.sql`insert into messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, text, at, delivery)
    values (${work.workspaceId}, ${unknownMessageId}, ${received.chatId}, ${row.thread_id}, ${channelId}, 'out', 'system', 'An answer.', clock_timestamp(), 'unknown')`
  return {
    chatId: received.chatId,
    messageId: received.messageId,
    unknownMessageId,
    customerId: row.customer_id,
    identityId: row.identity_id,
    threadId: row.thread_id,
  }
}

async function makeGroup(admin: Person, name: string): Promise<string> {
  const { createGroup } = await admin.get(
    'mutation($name: String!, $ids: [ID!]!) { createGroup(name: $name, memberIds: $ids) { ... on Group { id } } }',
    { name, ids: [(await admin.get('{ operator { id } }')).operator.id] },
  )
  return createGroup.id
}

async function makeSite(admin: Person, name: string, groupId: string | null): Promise<string> {
  const { createChannel } = await admin.get(
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code field } } }',
    { input: { kind: 'web', name, groupId, options: { name } } },
  )
  return createChannel.id
}

/** A second company on the same hub, with an admin who knows nothing of the first. */
async function foundElsewhere(hub: TestHub) {
  const workspaceId = uuidv7()
  const passwordHash = await hashPassword(password)
  const founded = await hub.works.work(systemOf(workspaceId), async (work) => {
    const userId = await addPerson(work.sql, { name: 'Boris', email: 'boris@other.example', language: 'en', passwordHash })
    return foundWorkspace(work, {
      company: 'Other',
      slug: 'other',
      language: 'en',
      admin: { userId: userId ?? '', name: 'Boris', email: 'boris@other.example' },
    })
  })
  return {
    workspaceId,
    operatorId: founded.operatorId,
    groupId: founded.groupId,
    admin: await signIn(hub.url, 'boris@other.example', 'other'),
  }
}

/** Everything the companies have, as one checksum per table: what was refused must leave all of them as they were. */
export async function checksums(world: World): Promise<Record<string, string>> {
  const { default: postgres } = await import('postgres')
  const sql = postgres(world.hub.databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const tables = await sql<
      { name: string }[]
    >`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'workspace_id' order by 1`
    const sums: Record<string, string> = {}
    for (const { name } of tables) {
      const row =
        name === 'operators' ? `to_jsonb(t) - 'seen_at' - 'presence'` : name === 'channels' ? `to_jsonb(t) - 'state'` : 'to_jsonb(t)'
      // Presence is kept by the hub itself while consoles come and go, and each change of it is an event with a number.
      const only =
        name === 'events'
          ? `where type not in ('operator.presence', 'channel.changed')`
          : name === 'counters'
            ? `where name <> 'event'`
            : ''
      const rowOf = name === 'events' ? `to_jsonb(t) - 'seq'` : row
      const [sum] = await sql.unsafe<{ sum: string }[]>(
        `select coalesce(md5(string_agg((${rowOf})::text, ',' order by (${rowOf})::text)), '') as sum from "${name}" t ${only}`,
      )
      sums[name] = sum?.sum ?? ''
    }
    return sums
  } finally {
    await sql.end()
  }
}
