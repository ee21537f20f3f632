import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { hashPassword } from '../../src/accounts/passwords.ts'
import { addPerson } from '../../src/accounts/people.ts'
import { blockAddress } from '../../src/domain/block.ts'
import { closeChat, transferChat } from '../../src/domain/chat.ts'
import { createCustomerField } from '../../src/domain/customer-field.ts'
import { createFormField } from '../../src/domain/form.ts'
import { receive } from '../../src/domain/receive.ts'
import { createSchedule } from '../../src/domain/schedule.ts'
import { createTag } from '../../src/domain/tag.ts'
import { createTemplate } from '../../src/domain/template.ts'
import { startVisitor } from '../../src/domain/visitor.ts'
import { foundWorkspace } from '../../src/domain/workspace.ts'
import type { Log } from '../../src/log.ts'
import { type OperatorActor, systemOf, type VisitorActor, type Work } from '../../src/work.ts'
import { addColleague, Person, password, setUp, signIn, startTestHub, type TestHub, untilTrue, Visitor } from '../support/hub.ts'
import { browse } from '../support/visits.ts'
import { addressOf, type ChatKind, type PersonName, type StrangerName, type Things } from './matrix.ts'

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
  /** Two for those who change nothing. */
  tags: Pick<Things, 'tagId' | 'otherTagId'>
  /** One of each for those who change nothing. */
  written: Pick<Things, 'templateId' | 'imageId' | 'filterId'>
  /** A template of all with a file, used once. */
  makeTemplate(where?: 'ours' | 'foreign'): Promise<string>
  /** A picture of the library. */
  makeImage(where?: 'ours' | 'foreign'): Promise<string>
  /** For each of the people a picture he uploaded. */
  uploads: Record<PersonName, string>
  /** A picture this operator uploaded. */
  makeUpload(operatorId: string): Promise<string>
  /** A saved filter for everybody. */
  makeFilter(where?: 'ours' | 'foreign'): Promise<string>
  /** A tag on nothing. */
  makeTag(where?: 'ours' | 'foreign'): Promise<string>
  /** Somebody on the websites `here` and `foreign`, who stays. */
  visits: { ours: string; foreign: string }
  /** A field of the attendance form for those who change nothing. */
  fieldId: string
  /** A block of an address, for those who change nothing. */
  addressBlockId: string
  makeAddressBlock(where?: 'ours' | 'foreign'): Promise<string>
  /** Working hours that hold nowhere, for those who change nothing. */
  scheduleId: string
  makeSchedule(where?: 'ours' | 'foreign'): Promise<string>
  /** A field nobody must answer. */
  makeField(where?: 'ours' | 'foreign'): Promise<string>
  /** A field about customers for those who change nothing. */
  customerFieldId: string
  /** Of a chat everybody sees, for those who change nothing. */
  otherCustomerId: string
  /** A field about customers that takes any text. */
  makeCustomerField(where?: 'ours' | 'foreign'): Promise<string>
  makeChat(kind: ChatKind, where?: 'ours' | 'foreign'): Promise<Made>
  makeVisitor(name: string): Promise<Visitor & { identityId: string; actor: VisitorActor }>
  /** A work as the hub itself. */
  asHub<T>(body: (work: Work) => Promise<T>, where?: 'ours' | 'foreign'): Promise<T>
  /** A further session of this person, to be ended. */
  /** Somebody on the website was turned to. */
  makeApproach(where?: 'ours' | 'foreign'): Promise<string>
  approachTextId: string
  makeApproachText(where?: 'ours' | 'foreign'): Promise<string>
  /** One that is not active. */
  approachRuleId: string
  makeApproachRule(where?: 'ours' | 'foreign'): Promise<string>
  makeSession(person: Person): Promise<string>
  drop(): Promise<void>
}
export type Made = Pick<
  Things,
  | 'chatId'
  | 'number'
  | 'messageId'
  | 'unknownMessageId'
  | 'ownMessageId'
  | 'commentId'
  | 'alertId'
  | 'bulkRunId'
  | 'customerId'
  | 'identityId'
  | 'blockId'
  | 'noteId'
  | 'mergeId'
  | 'requestId'
> & {
  threadId: string
}

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
  // Nobody has a console open here, and chats are handed about.
  await admin.get('mutation { updateWorkspace(transferOffline: true) { ... on Workspace { transferOffline } } }')
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
    tags: { tagId: '', otherTagId: '' },
    written: { templateId: '', imageId: '', filterId: '' },
    visits: { ours: '', foreign: '' },
    fieldId: '',
    makeField: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      return (await hub.works.work(actorOf(of, by), (work) => createFormField(work, { label: randomUUID(), type: 'text' }))).id
    },
    addressBlockId: '',
    scheduleId: '',
    makeSchedule: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      const input = {
        name: randomUUID(),
        timeZone: 'UTC',
        week: [{ day: 1, from: '09:00', to: '17:00' }],
        holidays: [],
        channelIds: [],
        groupIds: [],
      }
      return (await hub.works.work(actorOf(of, by), (work) => createSchedule(work, input))).id
    },
    makeAddressBlock: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      return (await hub.works.work(actorOf(of, by), (work) => blockAddress(work, addressOf(randomUUID()), { reason: 'Spam' }))).id
    },
    customerFieldId: '',
    otherCustomerId: '',
    makeCustomerField: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      return (await hub.works.work(actorOf(of, by), (work) => createCustomerField(work, { label: randomUUID(), type: 'text' }))).id
    },
    uploads: {} as Record<PersonName, string>,
    asHub: (body, where = 'ours') => hub.works.work(systemOf(places[where].workspaceId), body),
    makeFilter: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      return world.asHub(async (work) => {
        const id = uuidv7()
        await work.sql`insert into saved_filters (workspace_id, id, scope, owner_id, name, filter) values (${of}, ${id}, 'all', ${by}, 'Unread', '{"all": [{"field": "unread", "is": "yes"}]}')`
        await work.sql`insert into saved_filter_places (workspace_id, operator_id, filter_id, position) values (${of}, ${by}, ${id}, 1)`
        return id
      }, where)
    },
    makeTag: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      return (await hub.works.work(actorOf(of, by), (work) => createTag(work, randomUUID(), 'teal'))).id
    },
    makeTemplate: async (where = 'ours') => {
      const { workspaceId: of, adminId: by } = places[where]
      return hub.works.work(actorOf(of, by), async (work) => {
        const { id } = await createTemplate(work, { scope: 'all', title: randomUUID(), body: 'Hello {{customer.name}}' })
        await work.sql`insert into files (workspace_id, id, template_id, name, mime, kind, state) values (${of}, ${uuidv7()}, ${id}, 'plan.txt', 'text/plain', 'file', 'stored')`
        await work.sql`insert into template_uses (workspace_id, operator_id, template_id, score, used_at) values (${of}, ${by}, ${id}, 1, clock_timestamp())`
        return id
      })
    },
    makeImage: async (where = 'ours') => {
      const { workspaceId: of } = places[where]
      return world.asHub(async (work) => {
        const id = uuidv7()
        await work.sql`insert into library_images (workspace_id, id, title, position) values (${of}, ${id}, 'How to pay', 1)`
        await work.sql`insert into files (workspace_id, id, library_image_id, name, mime, kind, state) values (${of}, ${uuidv7()}, ${id}, 'pay.png', 'image/png', 'image', 'stored')`
        return id
      }, where)
    },
    makeUpload: (operatorId) =>
      world.asHub(async (work) => {
        const id = uuidv7()
        await work.sql`insert into files (workspace_id, id, uploader_id, name, mime, kind, state) values (${work.workspaceId}, ${id}, ${operatorId}, 'new.png', 'image/png', 'image', 'stored')`
        return id
      }),
    makeChat: async (kind, where = 'ours') => {
      const place = places[where]
      const made = await world.asHub(
        (work) => receiveOne(work, where === 'foreign' ? channels.foreign : channelOf[kind], place.adminId),
        where,
      )
      const leading = actorOf(place.workspaceId, place.adminId)
      if (['held', 'closed', 'alone'].includes(kind))
        await hub.works.work(leading, (work) => transferChat(work, made.chatId, { operatorId: place.holderId }))
      if (kind === 'closed') await hub.works.work(leading, (work) => closeChat(work, made.chatId))
      return { ...made, requestId: await world.asHub((work) => requestBeside(work, made.chatId), where) }
    },
    makeVisitor: async (name) => {
      const started = await world.asHub((work) =>
        startVisitor(work, channels.here, { name, email: `${name.toLowerCase()}@customer.example` }),
      )
      const actor: VisitorActor = {
        kind: 'visitor',
        workspaceId,
        channelId: channels.here,
        identityId: started.identityId,
        tokenHash: null,
        language: 'en',
      }
      return Object.assign(new Visitor(hub.url, started.token), { identityId: started.identityId, actor })
    },
    approachTextId: '',
    makeApproachText: (where = 'ours') =>
      world.asHub(async (work) => {
        const id = uuidv7()
        await work.sql`insert into approach_texts (workspace_id, id, kind, title, words) values (${work.workspaceId}, ${id}, 'invitation', 'Help', '{"en": "May I help?"}')`
        return id
      }, where),
    approachRuleId: '',
    makeApproachRule: async (where = 'ours') => {
      const textId = await world.makeApproachText(where)
      return world.asHub(async (work) => {
        const id = uuidv7()
        await work.sql`insert into approach_rules (workspace_id, id, text_id, active) values (${work.workspaceId}, ${id}, ${textId}, false)`
        return id
      }, where)
    },
    makeApproach: (where = 'ours') =>
      world.asHub(async (work) => {
        const id = uuidv7()
        await work.sql`insert into approaches (workspace_id, id, visit_id, kind, text) values (${work.workspaceId}, ${id}, ${world.visits[where]}, 'invitation', 'Hello')`
        return id
      }, where),
    makeSession: async (person) => {
      const { me } = await person.get('{ me { id } }')
      const id = uuidv7()
      await world.asHub(
        (work) =>
          work.sql`insert into account_sessions (id, user_id, token, expires_at) values (${id}, ${me.id}, ${randomUUID()}, now() + interval '1 hour')`,
      )
      return id
    },
    drop: async () => {
      staying.leave()
      await hub.drop()
    },
  }
  const staying = await stay(hub.url, [world.keys.here, world.keys.foreign])
  world.visits = { ours: await visitOn(admin), foreign: await visitOn(foreign.admin) }
  world.written = { templateId: await world.makeTemplate(), imageId: await world.makeImage(), filterId: await world.makeFilter() }
  await world.makeFilter('foreign')
  for (const [name, { id }] of Object.entries(people)) world.uploads[name as PersonName] = await world.makeUpload(id)
  await world.makeTemplate('foreign')
  await world.makeImage('foreign')
  world.fieldId = await world.makeField()
  world.scheduleId = await world.makeSchedule()
  world.approachTextId = await world.makeApproachText()
  world.approachRuleId = await world.makeApproachRule()
  world.addressBlockId = await world.makeAddressBlock()
  world.otherCustomerId = (await world.makeChat('free')).customerId
  world.customerFieldId = await world.makeCustomerField()
  world.tags = { tagId: await world.makeTag(), otherTagId: await world.makeTag() }
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

/** A customer's first message, beside it an answer nobody knows the fate of, an internal comment and a note of the admin, an alert for him, a tag on both, and a further identity that is blocked. */
async function receiveOne(work: Work, channelId: string, adminId: string): Promise<Made> {
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
  const [unknownMessageId, ownMessageId, commentId, alertId, otherIdentityId, blockId, noteId, mergeId, mergedId, bulkRunId] = Array.from(
    { length: 10 },
    () => uuidv7(),
  ) as [string, string, string, string, string, string, string, string, string, string]
  const [row] = await work.sql<{ number: number; thread_id: string; customer_id: string; identity_id: string }[]>`
    select c.number::int, c.thread_id, c.customer_id, t.identity_id from chats c join threads t on t.workspace_id = c.workspace_id and t.id = c.thread_id
    where c.workspace_id = ${work.workspaceId} and c.id = ${received?.chatId ?? ''}`
  if (!received || !row) throw new Error('the message opened no chat')
  // No two things in a timeline share a millisecond.
  const later = () => work.sql`select pg_sleep(0.003)`
  await later()
  await work.sql`insert into messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, text, at, delivery)
    values (${work.workspaceId}, ${unknownMessageId}, ${received.chatId}, ${row.thread_id}, ${channelId}, 'out', 'system', 'An answer.', clock_timestamp(), 'unknown')`
  await later()
  await work.sql`insert into messages (workspace_id, id, chat_id, thread_id, channel_id, direction, author_kind, author_id, text, at, delivery)
    values (${work.workspaceId}, ${ownMessageId}, ${received.chatId}, ${row.thread_id}, ${channelId}, 'out', 'operator', ${adminId}, 'Another answer.', clock_timestamp(), 'sent')`
  await later()
  await work.sql`insert into comments (workspace_id, id, chat_id, author_id, text, at)
    values (${work.workspaceId}, ${commentId}, ${received.chatId}, ${adminId}, 'Ask him for his number.', clock_timestamp())`
  await work.sql`insert into alerts (workspace_id, id, operator_id, kind, chat_id, comment_id, at)
    values (${work.workspaceId}, ${alertId}, ${adminId}, 'mention', ${received.chatId}, ${commentId}, clock_timestamp())`
  await work.sql`insert into identities (workspace_id, id, channel_id, customer_id, external_id) values (${work.workspaceId}, ${otherIdentityId}, ${channelId}, ${row.customer_id}, ${otherIdentityId})`
  await work.sql`insert into blocks (workspace_id, id, identity_id, operator_id, reason) values (${work.workspaceId}, ${blockId}, ${otherIdentityId}, ${adminId}, 'Rude.')`
  await work.sql`insert into notes (workspace_id, id, customer_id, author_id, text, client_id)
    values (${work.workspaceId}, ${noteId}, ${row.customer_id}, ${adminId}, 'Speaks with his hands.', ${noteId})`
  await work.sql`insert into customers (workspace_id, id, name, merged_into_id) values (${work.workspaceId}, ${mergedId}, 'The same', ${row.customer_id})`
  await work.sql`insert into customer_merges (workspace_id, id, from_id, into_id, reason, operator_id, moved) values (${work.workspaceId}, ${mergeId}, ${mergedId}, ${row.customer_id}, 'He said so.', ${adminId},
    ${work.sql.json({ identityIds: [], noteIds: [], fields: {}, phoneE164: null, registered: false, version: 1 })})`
  const tagId = await ensureTag(work)
  await work.sql`insert into bulk_runs (workspace_id, id, operator_id, action, state, total, ended_at)
    values (${work.workspaceId}, ${bulkRunId}, ${adminId}, ${work.sql.json({ kind: 'tag', tagId, on: true })}, 'done', 1, clock_timestamp())`
  await work.sql`insert into bulk_items (workspace_id, run_id, n, chat_id, state, trace) values (${work.workspaceId}, ${bulkRunId}, 0, ${received.chatId}, 'done', '{}')`
  for (const [table, whose, id] of [
    ['chat_tags', 'chat_id', received.chatId],
    ['customer_tags', 'customer_id', row.customer_id],
  ] as const)
    await work.sql`insert into ${work.sql(table)} (workspace_id, ${work.sql(whose)}, tag_id) values (${work.workspaceId}, ${id}, ${tagId})`
  return {
    chatId: received.chatId,
    number: row.number,
    messageId: received.messageId,
    unknownMessageId,
    ownMessageId,
    commentId,
    alertId,
    bulkRunId,
    noteId,
    mergeId,
    customerId: row.customer_id,
    identityId: row.identity_id,
    blockId,
    requestId: '',
    threadId: row.thread_id,
  }
}

/** A request that is seen like this chat, and its history: an earlier chat of the same customer. */
async function requestBeside(work: Work, chatId: string): Promise<string> {
  const [earlierId, requestId] = [uuidv7(), uuidv7()]
  const number = Math.floor(Math.random() * 1e9) + 1e6
  await work.sql`insert into chats (workspace_id, id, number, thread_id, channel_id, customer_id, state, operator_id, group_id, opened_at, closed_at)
    select workspace_id, ${earlierId}, ${number}, thread_id, channel_id, customer_id, 'closed', operator_id, group_id, opened_at - interval '1 day', opened_at - interval '1 day'
    from chats where workspace_id = ${work.workspaceId} and id = ${chatId}`
  await work.sql`insert into requests (workspace_id, id, number, chat_id, source, title, priority, group_id, operator_id)
    select workspace_id, ${requestId}, number, id, 'form', 'Secret of a request', 'normal', group_id, operator_id
    from chats where workspace_id = ${work.workspaceId} and id = ${earlierId}`
  return requestId
}

/** The tag that every customer and chat carries. */
async function ensureTag(work: Work): Promise<string> {
  const [tag] = await work.sql<{ id: string }[]>`
    insert into tags (workspace_id, id, name, colour) values (${work.workspaceId}, ${uuidv7()}, 'Regular', 'teal')
    on conflict (workspace_id, lower(name)) do update set name = excluded.name returning id`
  return tag?.id ?? ''
}

/** Browsers that stay on these websites. */
async function stay(url: string, keys: string[]) {
  const beat = () => Promise.all(keys.map((key) => browse(url, key, { browser: `browser-of-${key.slice(-12)}` })))
  await beat()
  const timer = setInterval(() => void beat().catch(() => {}), 15_000)
  return { leave: () => clearInterval(timer) }
}
const visitOn = (person: Person): Promise<string> =>
  untilTrue(async () => (await person.get('{ visits(first: 1) { id } }')).visits[0]?.id as string | undefined)

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

/**
 * Everything the companies have, as one checksum per table: what was refused must leave all of them as they were. What is made of it for
 * searching comes a moment later.
 */
export async function checksums(world: World): Promise<Record<string, string>> {
  const { default: postgres } = await import('postgres')
  const sql = postgres(world.hub.databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const tables = await sql<
      { name: string }[]
    >`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'workspace_id'
        and table_name not like 'search%' order by 1`
    const sums: Record<string, string> = {}
    for (const { name } of tables) {
      const row =
        name === 'operators'
          ? `to_jsonb(t) - 'seen_at' - 'presence' - 'presence_at'`
          : name === 'channels'
            ? `to_jsonb(t) - 'state'`
            : 'to_jsonb(t)'
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
