import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemOf } from '../src/work.ts'
import { chance } from './histories/step.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub, Visitor } from './support/hub.ts'
import { identifyAs, renewSecret, signClaims, startNamed, textsOf, type Website } from './support/websites.ts'

const refused = '... on Refusal { code field message remedy }'

let hub: TestHub
let ada: Person
let workspaceId: string
let website: Website & { name: string }
let secret: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const { workspace, channels } = await ada.get('{ workspace { id } channels { id name publicKey } }')
  workspaceId = workspace.id
  website = channels[0]
  secret = await renewSecret(ada, website)
})
afterAll(() => hub.drop())

const signedIn = async (claims: Record<string, unknown>, visitor?: Visitor): Promise<Visitor> =>
  new Visitor(hub.url, (await identifyAs(hub, website.publicKey, signClaims(claims, secret), visitor)).token)
const start = (name: string): Promise<Visitor> => startNamed(hub, website, name)
const chatOf = async (visitor: Visitor): Promise<string> => (await visitor.get('{ visitor { chat { id } } }')).visitor.chat.id
const read = async (id: string) =>
  (
    await ada.get(
      'query($id: ID!) { chat(id: $id) { id number state unread waitingSince operator { name } customer { id name } timeline(last: 50) { edges { node { ... on Message { text } ... on Activity { type continuesIn } } } } } }',
      { id },
    )
  ).chat
const wordsIn = async (id: string): Promise<string[]> =>
  (await read(id)).timeline.edges.flatMap(({ node }: any) => (node.text ? [node.text] : []))
const serve = (id: string) => ada.get('mutation($id: ID!) { takeChat(chatId: $id) { __typename } }', { id })
const answer = (id: string, text: string) =>
  ada.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
    i: { chatId: id, clientId: randomUUID(), text },
  })
const close = (id: string) => ada.get('mutation($c: ID!) { closeChat(chatId: $c, closing: { silent: true }) { __typename } }', { c: id })
const mergesOf = async (chatId: string, as: Person = ada): Promise<any[]> =>
  (
    await as.get(
      'query($id: ID!) { chat(id: $id) { customer { merges { id reason undoneAt operator { name } channel { name } from { name } into { name } } } } }',
      { id: chatId },
    )
  ).chat.customer.merges
const undo = async (mergeId: string, as: Person = ada) =>
  (
    await as.get(`mutation($id: ID!) { undoMerge(mergeId: $id) { __typename ... on CustomerMerge { undoneBy { name } } ${refused} } }`, {
      id: mergeId,
    })
  ).undoMerge
/** All that the database has of customers and what they said, but for what counts the changes of a profile. */
const rows = () =>
  hub.works.read(systemOf(workspaceId), async ({ sql }) => ({
    customers: (
      await sql`select to_jsonb(c) - 'version' - 'changed_at' - 'changes' as row from customers c where workspace_id = ${workspaceId} order by id`
    ).map(({ row }) => row),
    identities: await sql`select id, customer_id, name, email from identities where workspace_id = ${workspaceId} order by id`,
    chats: (await sql`select to_jsonb(c) as row from chats c where workspace_id = ${workspaceId} order by id`).map(({ row }) => row),
    messages: (await sql`select to_jsonb(m) as row from messages m where workspace_id = ${workspaceId} order by id`).map(({ row }) => row),
    files: await sql`select id, uploader_id from files where workspace_id = ${workspaceId} order by id`,
    tags: await sql`select customer_id, tag_id, operator_id, at::text, merge_id from customer_tags where workspace_id = ${workspaceId} order by customer_id, tag_id`,
    notes: await sql`select id, customer_id, text from notes where workspace_id = ${workspaceId} order by id`,
  }))

describe('what a visitor brought along when he signed in', () => {
  test('is kept as a merge that tells the website, and taken apart exactly as it was', async () => {
    await (await signedIn({ sub: 'apart-1', name: 'Known 1' })).say('From last week')
    const stranger = await start('Stranger1')
    await stranger.say('Where is my parcel?')
    const chatId = await chatOf(stranger)
    const before = await rows()
    const here = await signedIn({ sub: 'apart-1' }, stranger)
    const [merge] = await mergesOf(chatId)
    expect(merge).toMatchObject({
      reason: '',
      undoneAt: null,
      operator: null,
      channel: { name: website.name },
      from: { name: 'Stranger1' },
      into: { name: 'Known 1' },
    })
    expect(await undo(merge.id)).toMatchObject({ __typename: 'CustomerMerge', undoneBy: { name: 'Ada' } })
    expect(await rows()).toEqual(before)
    expect(await textsOf(here)).toEqual(['From last week'])
    expect(await undo(merge.id)).toMatchObject({ code: 'merge_undone' })
    expect((await read(chatId)).timeline.edges.map(({ node }: any) => node.type)).toContain('chat_parted')
  })

  test('stays the stranger’s, and what was said since goes on with who signed in', async () => {
    const phone = await signedIn({ sub: 'apart-2', name: 'Known 2' })
    const stranger = await start('Stranger2')
    await stranger.say('I have a secret')
    const chatId = await chatOf(stranger)
    const here = await signedIn({ sub: 'apart-2' }, stranger)
    await serve(chatId)
    await answer(chatId, 'What can I do for you?')
    await here.say('Where is my parcel?')
    const own = phone.follow('subscription { visitorFeed { cursor reset chat { id } } }')
    const { cursor } = await own.until(() => true)
    const [merge] = await mergesOf(chatId)
    await undo(merge.id)
    await own.until(({ reset }) => reset)
    own.end()
    for (const device of [phone, here]) expect(await textsOf(device)).toEqual(['What can I do for you?', 'Where is my parcel?'])
    const goesOn = await read(await chatOf(here))
    expect(goesOn).toMatchObject({ state: 'serving', unread: 1, operator: { name: 'Ada' }, customer: { name: 'Known 2' } })
    expect(goesOn.waitingSince).not.toBeNull()
    const stays = await read(chatId)
    expect(stays).toMatchObject({ state: 'closed', unread: 0, waitingSince: null, customer: { name: 'Stranger2' } })
    expect(await wordsIn(chatId)).toEqual(['I have a secret'])
    expect(stays.timeline.edges.map(({ node }: any) => node)).toContainEqual({ type: 'chat_parted', continuesIn: goesOn.number })
    // Who was away meanwhile hears of it when he is back.
    const back = here.follow('subscription($after: Int) { visitorFeed(after: $after) { cursor reset chat { id } } }', { after: cursor })
    await back.until(({ reset }) => reset)
    back.end()
    await here.say('And when?')
    expect(await wordsIn(goesOn.id)).toEqual(['What can I do for you?', 'Where is my parcel?', 'And when?'])
  })

  test('where he was answered as the stranger and had a chat of his own: what was said since goes on there', async () => {
    const phone = await signedIn({ sub: 'apart-3', name: 'Known 3' })
    await phone.say('Of the known')
    const own = await chatOf(phone)
    const stranger = await start('Stranger3')
    await stranger.say('Of the stranger')
    const chatId = await chatOf(stranger)
    await serve(chatId)
    const here = await signedIn({ sub: 'apart-3' }, stranger)
    await here.say('Since then')
    await undo((await mergesOf(chatId))[0].id)
    expect(await textsOf(here)).toEqual(['Of the known', 'Since then'])
    expect(await read(own)).toMatchObject({ state: 'serving', operator: { name: 'Ada' }, unread: 2 })
    expect(await wordsIn(own)).toEqual(['Of the known', 'Since then'])
    expect(await read(chatId)).toMatchObject({ state: 'closed', customer: { name: 'Stranger3' } })
    expect(await wordsIn(chatId)).toEqual(['Of the stranger'])
  })

  test('keeps what colleagues put to it before; what they put to it since, and the mark, goes on with who signed in', async () => {
    await signedIn({ sub: 'apart-7', name: 'Known 7' })
    const stranger = await start('Stranger7')
    await stranger.say('I have a secret')
    const chatId = await chatOf(stranger)
    await serve(chatId)
    const tag = async (name: string): Promise<string> =>
      (await ada.get('mutation($n: String!) { createTag(name: $n, colour: teal) { ... on Tag { id } } }', { n: name })).createTag.id
    const put = async (when: string) => {
      await ada.get('mutation($i: AddCommentInput!) { addComment(input: $i) { __typename } }', {
        i: { chatId, clientId: randomUUID(), text: `Comment ${when}` },
      })
      await ada.get('mutation($c: ID!, $t: ID!) { tagChat(chatId: $c, tagId: $t, on: true) { __typename } }', {
        c: chatId,
        t: await tag(when),
      })
    }
    await put('before')
    const here = await signedIn({ sub: 'apart-7' }, stranger)
    await here.say('Where is my parcel?')
    await put('since')
    await close(chatId)
    await here.get('mutation($i: RatingInput!) { rateChat(input: $i) { __typename } }', { i: { chatId, score: 5 } })
    await undo((await mergesOf(chatId))[0].id)
    const putTo = async (id: string) =>
      (
        await ada.get(
          'query($id: ID!) { chat(id: $id) { tags { name } rating { score } timeline(last: 50) { edges { node { ... on Comment { text } } } } } }',
          { id },
        )
      ).chat
    const [left, went] = [await putTo(chatId), await putTo(await chatOf(here))]
    const words = ({ timeline }: any) => timeline.edges.flatMap(({ node }: any) => node.text ?? [])
    expect([left.tags, left.rating, words(left)]).toEqual([[{ name: 'before' }], null, ['Comment before']])
    expect([went.tags, went.rating, words(went)]).toEqual([[{ name: 'since' }], { score: 5 }, ['Comment since']])
  })

  test('and became a request since: it is of who signed in, and so is the answer', async () => {
    await signedIn({ sub: 'apart-8', name: 'Known 8' })
    const stranger = await start('Stranger8')
    await stranger.say('I have a secret')
    const chatId = await chatOf(stranger)
    await serve(chatId)
    const here = await signedIn({ sub: 'apart-8' }, stranger)
    await here.say('Where is my parcel?')
    const { turnIntoRequest } = await ada.get(
      'mutation($c: ID!) { turnIntoRequest(chatId: $c, input: { title: "Parcel" }, closing: { silent: true }) { ... on Request { id } } }',
      { c: chatId },
    )
    await undo((await mergesOf(chatId))[0].id)
    const { request } = await ada.get('query($id: ID!) { request(id: $id) { chatId customer { name } } }', {
      id: turnIntoRequest.id,
    })
    expect(request).toEqual({ chatId: await chatOf(here), customer: { name: 'Known 8' } })
    await ada.get('mutation($id: ID!, $i: RequestAnswerInput!) { answerRequest(requestId: $id, input: $i) { __typename } }', {
      id: turnIntoRequest.id,
      i: { clientId: randomUUID(), text: 'With the neighbour', mail: false },
    })
    expect(await textsOf(here)).toEqual(['Where is my parcel?', 'With the neighbour'])
  })

  test('is taken apart too where his profile stayed what it was', async () => {
    await (await signedIn({ sub: 'apart-4', name: 'Known 4' })).say('Of the known')
    const stranger = await start('Stranger4')
    await stranger.say('Of long ago')
    const earlier = await chatOf(stranger)
    await close(earlier)
    await hub.works.work(
      systemOf(workspaceId),
      (work) =>
        work.sql`update chats set last_message_at = last_message_at - interval '1 day', closed_at = closed_at - interval '1 day' where workspace_id = ${workspaceId} and id = ${earlier}`,
    )
    await stranger.say('Of today')
    const chatId = await chatOf(stranger)
    const before = await rows()
    await signedIn({ sub: 'apart-4' }, stranger)
    expect((await read(earlier)).customer.name).toBe('Stranger4')
    const [merge] = await mergesOf(chatId)
    expect(await undo(merge.id)).toMatchObject({ __typename: 'CustomerMerge' })
    expect(await rows()).toEqual(before)
  })

  test('is taken apart by those who may merge him, and the last of several first', async () => {
    const { createGroup } = await ada.get('mutation { createGroup(name: "Elsewhere", memberIds: []) { ... on Group { id } } }')
    const { groups } = await ada.get('{ groups { id name } }')
    const here = groups.find(({ name }: any) => name !== 'Elsewhere').id
    const oto = await addColleague(ada, 'Oto', { groupIds: [here] })
    const [lea, uma] = [
      await addColleague(ada, 'Lea', { role: 'supervisor', groupIds: [here] }),
      await addColleague(ada, 'Uma', { role: 'supervisor', groupIds: [createGroup.id] }),
    ]
    await signedIn({ sub: 'apart-5', name: 'Known 5' })
    const chatIds = []
    for (const name of ['Stranger5', 'Stranger6']) {
      const stranger = await start(name)
      await stranger.say(`From ${name}`)
      const chatId = await chatOf(stranger)
      await ada.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c: chatId, g: here })
      await signedIn({ sub: 'apart-5' }, stranger)
      chatIds.push(chatId)
    }
    const [later, first] = await mergesOf(chatIds[0] as string)
    expect(await undo(first.id)).toMatchObject({ code: 'merged_since' })
    expect(await undo(later.id, oto)).toMatchObject({ code: 'forbidden' })
    expect(await undo(later.id, uma)).toMatchObject({ code: 'not_found' })
    expect(await undo(later.id, lea)).toMatchObject({ undoneBy: { name: 'Lea' } })
    expect(await undo(first.id, lea)).toMatchObject({ undoneBy: { name: 'Lea' } })
  })
})

/** What can never be: messages out of their chat's thread, chats of another than their thread's, figures of what is elsewhere. */
const astray = () =>
  hub.works.read(systemOf(workspaceId), async ({ sql }) => ({
    messages: await sql`select m.text from messages m join chats c on c.workspace_id = m.workspace_id and c.id = m.chat_id
      where m.workspace_id = ${workspaceId} and m.thread_id <> c.thread_id`,
    chats: await sql`select c.number from chats c join threads t on t.workspace_id = c.workspace_id and t.id = c.thread_id
      join identities i on i.workspace_id = t.workspace_id and i.id = t.identity_id
      where c.workspace_id = ${workspaceId} and c.customer_id <> i.customer_id`,
    last: await sql`select c.number from chats c where c.workspace_id = ${workspaceId} and c.last_message_id is distinct from
      (select m.id from messages m where m.workspace_id = c.workspace_id and m.chat_id = c.id order by m.at desc, m.position desc, m.id desc limit 1)`,
    unread:
      await sql`select c.number from chats c where c.workspace_id = ${workspaceId} and (c.unread > 0) <> (c.first_unread_id is not null)
      or c.first_unread_id is not null and not exists (select from messages m where m.workspace_id = c.workspace_id and m.id = c.first_unread_id and m.chat_id = c.id)`,
  }))
const nothingAstray = { messages: [], chats: [], last: [], unread: [] }

describe('a sign-in and its undoing', () => {
  /** SEEDS: the first of another series. */
  const seeds = (few: number[]): number[] => (process.env.SEEDS ? Array.from({ length: 7 }, (_, n) => Number(process.env.SEEDS) + n) : few)
  /** Somebody writes, and is served and noted in every way. */
  async function live(dice: ReturnType<typeof chance>, visitor: Visitor, tagId: string, steps: number, words = 'Word'): Promise<void> {
    for (let n = 0; n < steps; n += 1) {
      const chatId = await chatOf(visitor)
      const { customer, state } = await read(chatId)
      const what = dice.pick(['say', 'say', 'serve', 'answer', 'close', 'tag', 'note', 'edit'])
      if (what === 'say') await visitor.say(`${words} ${n}`)
      if (what === 'serve' && state === 'queued') await serve(chatId)
      if (what === 'answer' && state !== 'closed') await answer(chatId, `Answer to ${words} ${n}`)
      if (what === 'close' && state !== 'closed') await close(chatId)
      if (what === 'tag')
        await ada.get('mutation($c: ID!, $t: ID!) { tagCustomer(customerId: $c, tagId: $t, on: true) { __typename } }', {
          c: customer.id,
          t: tagId,
        })
      if (what === 'note')
        await ada.get('mutation($c: ID!, $k: String!) { addNote(customerId: $c, clientId: $k, text: "A note") { __typename } }', {
          c: customer.id,
          k: randomUUID(),
        })
      if (what === 'edit')
        await ada.get('mutation($c: ID!, $p: String) { updateCustomer(customerId: $c, phone: $p) { __typename } }', {
          c: customer.id,
          p: dice.pick(['', '+34 612 34 56 78']),
        })
    }
  }
  const allTexts = async (visitor: Visitor): Promise<string[]> =>
    (await visitor.get('{ visitor { chat { messages(last: 100) { edges { node { text } } } } } }')).visitor.chat?.messages.edges.map(
      ({ node }: any) => node.text,
    ) ?? []
  /** Two who have written, the one perhaps; and the newest chat of the stranger. */
  async function twoOf(seed: number) {
    const dice = chance(seed)
    const { createTag } = await ada.get('mutation($n: String!) { createTag(name: $n, colour: teal) { ... on Tag { id } } }', {
      n: randomUUID(),
    })
    const known = await signedIn({ sub: `history-${seed}`, name: `Known ${seed}` })
    const shared = randomUUID()
    if (dice.yes(0.8)) {
      await known.say('Hello', shared)
      await live(dice, known, createTag.id, 6, 'Known')
    }
    const stranger = await start(`Stranger${seed}`)
    await stranger.say('Hello', dice.yes() ? shared : undefined)
    await live(dice, stranger, createTag.id, 8, 'Stranger')
    return { dice, stranger, tagId: createTag.id as string, chatId: await chatOf(stranger) }
  }

  test.each(seeds([5, 17, 29, 42, 66]))('leave everything as it was, whatever each had said before (%i)', async (seed) => {
    const { stranger, chatId } = await twoOf(seed)
    const before = await rows()
    await signedIn({ sub: `history-${seed}` }, stranger)
    expect(await astray()).toEqual(nothingAstray)
    expect(await undo((await mergesOf(chatId))[0].id)).toMatchObject({ __typename: 'CustomerMerge' })
    expect(await rows()).toEqual(before)
  })

  test.each(seeds([8, 13, 31, 55, 77]))('leave nothing astray, whatever was said between (%i)', async (seed) => {
    const { dice, stranger, tagId, chatId } = await twoOf(seed)
    const own = await allTexts(await signedIn({ sub: `history-${seed}` }))
    const theirs = await allTexts(stranger)
    const here = await signedIn({ sub: `history-${seed}` }, stranger)
    await live(dice, here, tagId, 6, 'Since')
    const since = (await allTexts(here)).slice(own.length + theirs.length)
    expect(await undo((await mergesOf(chatId))[0].id)).toMatchObject({ __typename: 'CustomerMerge' })
    expect(await astray()).toEqual(nothingAstray)
    expect(await allTexts(here)).toEqual([...own, ...since])
    expect((await read(chatId)).customer.name).toBe(`Stranger${seed}`)
  })
})
