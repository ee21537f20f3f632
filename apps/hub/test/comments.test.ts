import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findReadableFile } from '../src/domain/file.ts'
import { visitorOperations } from './rights/attempts.ts'
import { documentFor } from './rights/documents.ts'
import { makeWorld, type World } from './rights/world.ts'
import type { Follower, Person, Visitor } from './support/hub.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.drop())

const added = `... on Comment { id text audience author { name } toOperator { name } files { id url } editedAt removedAt } ... on Refusal { code field }`
const comment = async (person: Person, input: Record<string, unknown>) =>
  (
    await person.get(`mutation($input: AddCommentInput!) { addComment(input: $input) { __typename ${added} } }`, {
      input: { clientId: crypto.randomUUID(), ...input },
    })
  ).addComment
const edit = async (person: Person, commentId: string, text: string) =>
  (
    await person.get(`mutation($id: ID!, $text: String!) { editComment(commentId: $id, text: $text) { __typename ${added} } }`, {
      id: commentId,
      text,
    })
  ).editComment
const remove = async (person: Person, commentId: string) =>
  (await person.get(`mutation($id: ID!) { removeComment(commentId: $id) { __typename ${added} } }`, { id: commentId })).removeComment
const timeline = async (person: Person, chatId: string, page = 'last: 50') =>
  (
    await person.get(
      `query($id: ID!) { chat(id: $id) { timeline(${page}) { edges { cursor node { __typename ... on Message { text } ... on Comment { text audience } ... on Activity { type } } } } } }`,
      { id: chatId },
    )
  ).chat.timeline.edges as { cursor: string; node: { __typename: string; text?: string } }[]
const texts = async (person: Person, chatId: string) => (await timeline(person, chatId)).map(({ node }) => node.text).filter(Boolean)
const say = (person: Person, chatId: string, text: string) =>
  person.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
    i: { chatId, clientId: crypto.randomUUID(), text },
  })
const upload = async (person: Person, text: string): Promise<string> => {
  const form = new FormData()
  form.append('file', new File([text], 'plan.txt', { type: 'text/plain' }))
  const { 'content-type': _, ...headers } = person.headers()
  const response = await fetch(`${person.url}/files`, { method: 'POST', headers, body: form })
  return ((await response.json()) as { id: string }).id
}
const feed = 'subscription { feed { cursor event { type chat { id } comment { id text removedAt } message { text } } } }'
const heardOf = ({ frames }: Follower, commentId: string) => frames.filter((frame) => frame.event?.comment?.id === commentId)

describe('an internal comment', () => {
  test('stands between the messages, where it was written, whichever way the timeline is read', async () => {
    const { holder } = world.people
    const { chatId } = await world.makeChat('held')
    for (const n of [1, 2, 3]) {
      await say(holder, chatId, `message ${n}`)
      await comment(holder, { chatId, text: `comment ${n}` })
    }
    const all = await timeline(holder, chatId)
    expect(all.map(({ node }) => node.text).filter((text) => /^(message|comment) \d/.test(text ?? ''))).toEqual(
      [1, 2, 3].flatMap((n) => [`message ${n}`, `comment ${n}`]),
    )
    for (const way of ['backward', 'forward']) {
      const read: string[] = []
      for (let cursor: string | undefined, page = 0; page < 20; page += 1) {
        const rows = await timeline(
          holder,
          chatId,
          way === 'backward' ? `last: 2${cursor ? `, before: "${cursor}"` : ''}` : `first: 2${cursor ? `, after: "${cursor}"` : ''}`,
        )
        if (rows.length === 0) break
        const names = rows.map(({ node }) => node.text ?? node.__typename)
        if (way === 'backward') read.unshift(...names)
        else read.push(...names)
        cursor = way === 'backward' ? rows[0]?.cursor : rows.at(-1)?.cursor
      }
      expect([way, read]).toEqual([way, all.map(({ node }) => node.text ?? node.__typename)])
    }
  })

  test('is written once, however often it is sent', async () => {
    const { chatId } = await world.makeChat('held')
    const clientId = crypto.randomUUID()
    const [one, other] = [
      await comment(world.people.holder, { chatId, clientId, text: 'Once.' }),
      await comment(world.people.holder, { chatId, clientId, text: 'Once.' }),
    ]
    expect(other.id).toBe(one.id)
    const elsewhere = await world.makeChat('alone')
    expect(await comment(world.people.holder, { chatId: elsewhere.chatId, clientId, text: 'Once.' })).toMatchObject({
      code: 'client_id_reused',
    })
  })

  test('needs words or a file, and has an end', async () => {
    const { holder } = world.people
    const { chatId } = await world.makeChat('held')
    expect(await comment(holder, { chatId, text: ' ' })).toMatchObject({ code: 'empty_message', field: 'text' })
    expect(await comment(holder, { chatId, text: 'x'.repeat(4_001) })).toMatchObject({ code: 'too_long', field: 'text' })
    expect(await comment(holder, { chatId, text: 'x', clientId: '' })).toMatchObject({ code: 'required', field: 'clientId' })
    expect(await comment(holder, { chatId, fileIds: [await upload(holder, 'a plan')] })).toMatchObject({ text: null, files: [{}] })
  })

  test('is changed and taken back by its author while it is fresh, and removed by who supervises at any time', async () => {
    const { holder, member, leader } = world.people
    const { chatId } = await world.makeChat('held')
    const { id } = await comment(holder, { chatId, text: 'He is late.' })
    expect(await edit(holder, id, 'She is late.')).toMatchObject({ text: 'She is late.', editedAt: expect.any(String) })
    expect(await edit(member, id, 'Nobody is late.')).toMatchObject({ code: 'forbidden' })
    await world.asHub(
      (work) => work.sql`update comments set at = at - interval '11 minutes' where workspace_id = ${work.workspaceId} and id = ${id}`,
    )
    expect(await edit(holder, id, 'All are late.')).toMatchObject({ code: 'too_late' })
    expect(await remove(holder, id)).toMatchObject({ code: 'too_late' })
    expect(await remove(leader, id)).toMatchObject({ text: null, removedAt: expect.any(String) })
    expect(await edit(holder, id, 'All are late.')).toMatchObject({ code: 'too_late' })
  })

  test('takes its files with it when it is removed, and they are read by those who see the chat alone', async () => {
    const { holder, member, outsider } = world.people
    const { chatId } = await world.makeChat('held')
    const { id, files } = await comment(holder, { chatId, text: 'See here.', fileIds: [await upload(holder, 'the plan')] })
    const read = async (person: Person) => {
      const [file] = (await person.get('query($id: ID!) { comment(id: $id) { files { url } } }', { id })).comment?.files ?? []
      return file ? (await fetch(new URL(file.url, person.url), { headers: { cookie: person.cookie } })).text() : null
    }
    expect(await read(member)).toBe('the plan')
    expect(await read(outsider)).toBe(null)
    await remove(holder, id)
    expect((await fetch(new URL(files[0].url, holder.url), { headers: { cookie: holder.cookie } })).status).toBe(404)
  })
})

describe('a comment for the operator alone', () => {
  test('is read by him and by its author, and nobody else hears of it, live or replayed, whoever he is', async () => {
    const { holder, member, leader, supervisor, otherLeader, admin } = world.people
    const { chatId } = await world.makeChat('held')
    const readers = { holder, leader }
    const others = { member, otherLeader, supervisor, admin }
    const followers = Object.fromEntries(
      Object.entries({ ...readers, ...others }).map(([name, person]) => [name, person.follow(feed)]),
    ) as Record<keyof typeof readers | keyof typeof others, Follower>
    await Promise.all(Object.values(followers).map((follower) => follower.until((frame) => frame.event === null)))
    const whisper = await comment(leader, {
      chatId,
      text: 'Offer him a discount.',
      audience: 'operator',
      fileIds: [await upload(leader, 'the discount')],
    })
    expect(whisper).toMatchObject({ audience: 'operator', toOperator: { name: 'Hugo' } })
    await say(holder, chatId, 'Here is a discount.')
    await Promise.all(
      [...Object.keys(readers), 'member', 'supervisor', 'admin'].map((name) =>
        followers[name as 'member'].until((frame) => frame.event?.message?.text === 'Here is a discount.'),
      ),
    )
    for (const name of Object.keys(readers)) expect([name, heardOf(followers[name as 'member'], whisper.id).length]).toEqual([name, 1])
    for (const name of Object.keys(others)) expect([name, heardOf(followers[name as 'member'], whisper.id)]).toEqual([name, []])
    for (const [name, person] of Object.entries(readers))
      expect([name, await texts(person, chatId)]).toEqual([name, expect.arrayContaining(['Offer him a discount.'])])
    for (const person of [member, supervisor, admin]) expect(await texts(person, chatId)).not.toContain('Offer him a discount.')
    expect((await member.get('query($id: ID!) { comment(id: $id) { text } }', { id: whisper.id })).comment).toBe(null)
    const actor = { ...actorOf(member), operatorId: member.id }
    expect(await world.hub.works.read(actor, (work) => findReadableFile(work, whisper.files[0].id))).toBe(undefined)
    const replayed = member.follow(feed.replace('feed {', 'feed(after: 0) {'))
    await replayed.until((frame) => frame.event?.message?.text === 'Here is a discount.')
    expect(heardOf(replayed, whisper.id)).toEqual([])
    for (const follower of [...Object.values(followers), replayed]) follower.end()
  })

  test('stays with its author when the chat goes to another', async () => {
    const { holder, member, admin } = world.people
    const { chatId } = await world.makeChat('held')
    await comment(admin, { chatId, text: 'You are too slow.', audience: 'operator' })
    await admin.get('mutation($c: ID!, $o: ID!) { transferChat(chatId: $c, operatorId: $o) { __typename } }', { c: chatId, o: member.id })
    expect(await texts(member, chatId)).not.toContain('You are too slow.')
    expect(await texts(admin, chatId)).toContain('You are too slow.')
    expect((await holder.get('query($id: ID!) { chat(id: $id) { id } }', { id: chatId })).chat).toBe(null)
  })

  test('is written by those who supervise, to somebody who holds the chat', async () => {
    const { holder, member, admin } = world.people
    const [held, queued] = [await world.makeChat('held'), await world.makeChat('queued')]
    expect(await comment(member, { chatId: held.chatId, text: 'Hm.', audience: 'operator' })).toMatchObject({ code: 'forbidden' })
    expect(await comment(admin, { chatId: queued.chatId, text: 'Hm.', audience: 'operator' })).toMatchObject({
      code: 'nobody_holds',
      field: 'audience',
    })
    expect(await comment(holder, { chatId: held.chatId, text: 'Hm.', audience: 'operator' })).toMatchObject({ code: 'forbidden' })
  })
})

describe('no comment reaches a customer', () => {
  let vera: Visitor & { identityId: string }
  let secret: string
  let fileId: string
  let link: string
  let follower: Follower

  beforeAll(async () => {
    const { member } = world.people
    vera = await world.makeVisitor('Vera')
    await vera.say('Is anybody there?')
    const { chats } = await member.get('{ chats(section: new, first: 100) { edges { node { id customer { name } } } } }')
    const chatId = chats.edges.find(({ node }: { node: { customer: { name: string } } }) => node.customer.name === 'Vera').node.id
    follower = vera.follow('subscription { visitorFeed { cursor message { text } chat { id } } }')
    await follower.until((frame) => frame.cursor >= 0)
    secret = `do not tell her ${crypto.randomUUID()}`
    const written = await comment(member, { chatId, text: secret, fileIds: [await upload(member, secret)] })
    ;[fileId, link] = [written.files[0].id, written.files[0].url]
    await edit(member, written.id, `${secret} at all`)
    await comment(world.people.admin, { chatId, text: secret, audience: 'operator' })
    await say(member, chatId, 'Yes, I am.')
  })

  test('by the words of the visitors: their schema knows none', () => {
    const schema = readFileSync(new URL('../../../schema/visitor.graphql', import.meta.url), 'utf8')
    // What a visitor himself writes beside his rating is called that too.
    const own = schema.replaceAll(/(?:input RatingInput|type VisitorRating) \{[^}]*\}/g, '')
    expect(schema.length - own.length).toBeGreaterThan(0)
    expect(own).not.toMatch(/comment/i)
  })

  test('by any question a visitor can ask', async () => {
    for (const [name, field] of visitorOperations) {
      if (field.kind !== 'query') continue
      const variables = Object.fromEntries(field.field.args.map((arg) => [arg.name, arg.name === 'key' ? world.keys.here : null]))
      const answer = JSON.stringify(await vera.ask(documentFor(field), variables))
      expect([name, answer.includes(secret), answer.includes(fileId)]).toEqual([name, false, false])
    }
    const own = await vera.get('{ visitor { chat { messages(last: 50) { edges { node { text } } } } } }')
    expect(JSON.stringify(own)).toContain('Yes, I am.')
    expect(JSON.stringify(own)).not.toContain(secret)
  })

  test('by the feed: a visitor does not even hear that one was written', async () => {
    await follower.until((frame) => frame.message?.text === 'Yes, I am.')
    expect(JSON.stringify(follower.frames)).not.toContain(secret)
    expect(follower.frames.filter((frame) => !frame.message && !frame.chat).length).toBeLessThanOrEqual(1)
    follower.end()
  })

  test('by a link to its file', async () => {
    const asVera = await fetch(new URL(link, vera.url), { headers: { authorization: `Visitor ${vera.token}` } })
    expect(asVera.status).toBe(404)
    const actor = {
      kind: 'visitor',
      workspaceId: world.workspaceId,
      channelId: world.channels.here,
      identityId: vera.identityId,
      tokenHash: null,
      language: 'en',
    } as const
    expect(await world.hub.works.read(actor, (work) => findReadableFile(work, fileId))).toBe(undefined)
  })

  test('by a connector: no row a connector is given, and no other table at all, holds its words', async () => {
    const sql = postgres(world.hub.databaseUrl, { max: 1, onnotice: () => {} })
    const tables = await sql<
      { name: string }[]
    >`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'workspace_id'`
    const holding: string[] = []
    for (const { name } of tables) {
      const [row] = await sql.unsafe(`select 1 from "${name}" t where to_jsonb(t)::text like $1 limit 1`, [`%${secret}%`])
      if (row) holding.push(name)
    }
    await sql.end()
    expect(holding).toEqual(['comments'])
  })
})

const actorOf = (person: Person & { id: string }) => ({
  kind: 'operator' as const,
  workspaceId: world.workspaceId,
  operatorId: person.id,
  userId: '',
  role: 'operator' as const,
  groupIds: new Set([world.groups.here]),
  supervisedIds: null,
  language: 'en' as const,
})
