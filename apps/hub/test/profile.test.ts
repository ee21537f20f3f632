import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorld, type World } from './rights/world.ts'
import { type Person, setUp, untilTrue } from './support/hub.ts'
import { connectBot, startWithTelegram } from './support/telegram.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.drop())

const fields =
  '... on Profile { signature signs operator { name languages avatarUrl } notices { kind sound visual desktop } } ... on Refusal { code field }'
const update = async (person: Person, input: Record<string, unknown>) =>
  (await person.get(`mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { __typename ${fields} } }`, { i: input })).updateProfile
const profile = async (person: Person) =>
  (await person.get('{ profile { signature signs operator { name languages } notices { kind sound visual desktop } } }')).profile
const uploadAvatar = (person: Person, bytes: Uint8Array, name = 'me.png', type = 'image/png') => {
  const form = new FormData()
  form.append('file', new File([bytes as Uint8Array<ArrayBuffer>], name, { type }))
  const { 'content-type': _, ...headers } = person.headers()
  return fetch(`${person.url}/files/avatar`, { method: 'POST', headers, body: form })
}
const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#a33' } })
    .jpeg()
    .withExif({ IFD0: { Copyright: 'secret' }, IFD3: { GPSLatitudeRef: 'N' } })
    .toBuffer()

describe('what an operator says of himself', () => {
  test('is his to change, and the team hears of his name and languages', async () => {
    const { member, leader } = world.people
    const follower = leader.follow('subscription { feed { event { type operator { name languages } } } }')
    await follower.until((frame) => frame.event === null)
    expect(
      await update(member, { name: 'Mia Maria', languages: ['pt-br', 'EN', 'en'], signature: ' Mia, Support ', signs: true }),
    ).toMatchObject({
      signature: 'Mia, Support',
      signs: true,
      operator: { name: 'Mia Maria', languages: ['pt-BR', 'en'] },
    })
    await follower.until((frame) => frame.event?.operator?.name === 'Mia Maria' && frame.event.operator.languages.length === 2)
    expect(await update(member, { name: 'Mia', signature: ' ' })).toMatchObject({
      signature: null,
      operator: { languages: ['pt-BR', 'en'] },
    })
    follower.end()
  })

  test('has limits', async () => {
    const { member } = world.people
    expect(await update(member, { languages: ['no, none'] })).toMatchObject({ code: 'invalid', field: 'languages' })
    expect(await update(member, { languages: Array.from({ length: 13 }, () => 'en') })).toMatchObject({
      code: 'too_many',
      field: 'languages',
    })
    expect(await update(member, { name: ' ' })).toMatchObject({ code: 'required', field: 'name' })
    expect(await update(member, { signature: 'x'.repeat(301) })).toMatchObject({ code: 'too_long', field: 'signature' })
  })

  test('is how each kind of event calls him, kind by kind, and his alone', async () => {
    const { member, leader } = world.people
    const before = await profile(member)
    expect(before.notices).toHaveLength(7)
    expect(before.notices.filter(({ sound, desktop }: Record<string, boolean>) => !sound || !desktop)).toEqual([])
    expect(before.notices.filter(({ visual }: Record<string, boolean>) => !visual).map(({ kind }: { kind: string }) => kind)).toEqual([
      'message',
      'queue',
    ])
    await update(member, { notices: [{ kind: 'mention', sound: false, visual: true, desktop: false }] })
    await update(member, { notices: [{ kind: 'queue', sound: false, visual: false, desktop: false }] })
    expect((await profile(member)).notices).toEqual(
      before.notices.map((choice: { kind: string }) => ({
        ...choice,
        ...(choice.kind === 'mention' && { sound: false, desktop: false }),
        ...(choice.kind === 'queue' && { sound: false, visual: false, desktop: false }),
      })),
    )
    expect((await profile(leader)).notices).toEqual(before.notices)
  })

  test('is told to all his browsers, and to nobody else, however he wishes to be called', async () => {
    const { member, leader } = world.people
    const feed = 'subscription { feed { event { type } } }'
    const [his, hers] = [member.follow(feed), leader.follow(feed)]
    await his.until((frame) => frame.event === null)
    await hers.until((frame) => frame.event === null)
    await update(member, { notices: [{ kind: 'mention', sound: true, visual: true, desktop: true }] })
    await his.until((frame) => frame.event?.type === 'profile_changed')
    await update(member, { name: 'Mia' })
    await hers.until((frame) => frame.event?.type === 'operator_changed')
    expect(hers.frames.filter((frame) => frame.event?.type === 'profile_changed')).toEqual([])
    his.end()
    hers.end()
  })

  test('by which name he goes is told to the customers he serves, and to no other', async () => {
    const { holder } = world.people
    const [served, waiting] = [await world.makeVisitor('Served'), await world.makeVisitor('Waiting')]
    for (const visitor of [served, waiting]) await visitor.say('Hello')
    const { filteredChats } = await world.people.admin.get(
      '{ filteredChats(filter: { all: [{ field: "name", is: "is", value: "served" }] }, first: 1) { edges { node { id } } } }',
    )
    await world.people.admin.get('mutation($c: ID!, $o: ID) { transferChat(chatId: $c, operatorId: $o) { __typename } }', {
      c: filteredChats.edges[0].node.id,
      o: holder.id,
    })
    const feed = 'subscription { visitorFeed { cursor chat { operatorName } } }'
    const [hears, hearsNot] = [served.follow(feed), waiting.follow(feed)]
    await hears.until((frame) => frame.cursor > 0)
    await hearsNot.until((frame) => frame.cursor > 0)
    await update(holder, { name: 'Hugo Silva' })
    await hears.until((frame) => frame.cursor === 0 && frame.chat?.operatorName === 'Hugo Silva')
    expect(hearsNot.frames.filter((frame) => frame.chat)).toEqual([])
    await update(holder, { name: 'Hugo' })
    hears.end()
    hearsNot.end()
  })
})

describe('his picture', () => {
  test('is drawn anew, square and without what its maker put into it, and shown to colleagues and to the customer', async () => {
    const { holder, member } = world.people
    const answer = await uploadAvatar(holder, await photo(900, 500))
    expect(answer.status).toBe(201)
    const { avatarUrl } = (await answer.json()) as { avatarUrl: string }
    const { operators } = await member.get('{ operators { name avatarUrl } }')
    expect(operators.find(({ name }: { name: string }) => name === 'Hugo').avatarUrl).toBe(avatarUrl)
    const shown = await fetch(new URL(avatarUrl, world.hub.url))
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/webp',
      'nosniff',
    ])
    expect(shown.headers.get('cache-control')).toContain('immutable')
    const bytes = Buffer.from(await shown.arrayBuffer())
    const meta = await sharp(bytes).metadata()
    expect([meta.format, meta.width, meta.height, meta.exif]).toEqual(['webp', 256, 256, undefined])

    const vera = await world.makeVisitor('Vera')
    await vera.say('Hello?')
    const { chats } = await holder
      .get('{ chats(section: new, first: 100) { edges { node { id } } } }')
      .catch(() => ({ chats: { edges: [] } }))
    void chats
    const { chats: queue } = await world.people.admin.get('{ chats(section: new, first: 100) { edges { node { id customer { name } } } } }')
    const chatId = queue.edges.find(({ node }: { node: { customer: { name: string } } }) => node.customer.name === 'Vera').node.id
    await world.people.admin.get('mutation($c: ID!, $o: ID!) { transferChat(chatId: $c, operatorId: $o) { __typename } }', {
      c: chatId,
      o: holder.id,
    })
    await holder.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId, clientId: crypto.randomUUID(), text: 'Good day.' },
    })
    const { visitor } = await vera.get(
      '{ visitor { chat { operatorAvatarUrl messages(last: 5) { edges { node { text authorAvatarUrl } } } } } }',
    )
    expect(visitor.chat.operatorAvatarUrl).toBe(avatarUrl)
    expect(visitor.chat.messages.edges.map(({ node }: { node: object }) => node)).toEqual([
      { text: 'Hello?', authorAvatarUrl: null },
      { text: 'Good day.', authorAvatarUrl: avatarUrl },
    ])
  })

  test('has another name when it changes, and is gone when it is taken away', async () => {
    const { holder } = world.people
    const urlOf = async (response: Response) => ((await response.json()) as { avatarUrl: string }).avatarUrl
    const one = await urlOf(await uploadAvatar(holder, await photo(30, 30)))
    const other = await urlOf(await uploadAvatar(holder, await photo(300, 300)))
    expect(other).not.toBe(one)
    expect((await fetch(new URL(one, world.hub.url))).status).toBe(404)
    expect((await fetch(new URL(other, world.hub.url))).status).toBe(200)
    await holder.get('mutation { removeAvatar { __typename } }')
    expect((await fetch(new URL(other, world.hub.url))).status).toBe(404)
    const [, , workspace] = other.split('/')
    for (const path of [
      `/avatars/${workspace}/${crypto.randomUUID()}`,
      `/avatars/${crypto.randomUUID()}/${other.split('/')[3]}`,
      '/avatars/x/y',
    ])
      expect([path, (await fetch(new URL(path, world.hub.url))).status]).toEqual([path, 404])
  })

  test('is a picture, from somebody who is signed in, from the hub itself', async () => {
    const { holder } = world.people
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    for (const [bytes, name, type] of [
      [svg, 'me.svg', 'image/svg+xml'],
      [svg, 'me.png', 'image/png'],
      [new TextEncoder().encode('GIF89a and no picture at all'), 'me.gif', 'image/gif'],
    ] as const)
      expect([name, (await uploadAvatar(holder, bytes, name, type)).status]).toEqual([name, 415])
    expect((await uploadAvatar(world.strangers.nobody, await photo(30, 30))).status).toBe(401)
    expect((await uploadAvatar(world.strangers.intruder, await photo(30, 30))).status).toBe(401)
    const form = new FormData()
    form.append('file', new File([(await photo(30, 30)) as Uint8Array<ArrayBuffer>], 'me.png', { type: 'image/png' }))
    const foreign = { cookie: holder.cookie, origin: 'https://evil.example', 'x-parley-workspace': 'acme' }
    expect((await fetch(`${holder.url}/files/avatar`, { method: 'POST', headers: foreign, body: form })).status).toBe(403)
  })
})

test('the signature stands below what goes out where the channel does not show who writes, and not on the website', async () => {
  const { hub, telegram, drop } = await startWithTelegram()
  try {
    const admin = await setUp(hub)
    await connectBot(admin, telegram)
    await update(admin, { signature: 'Ada, Sales', signs: true })
    telegram.say('Is it there?')
    const chatId = await untilTrue(
      async () => (await admin.get('{ chats(section: new) { edges { node { id } } } }')).chats.edges[0]?.node.id as string | undefined,
      20_000,
    )
    const send = (text: string) =>
      admin.get('mutation($i: SendMessageInput!) { sendMessage(input: $i) { ... on Message { text signature } } }', {
        i: { chatId, clientId: crypto.randomUUID(), text },
      })
    expect((await send('Yes.')).sendMessage).toEqual({ text: 'Yes.', signature: 'Ada, Sales' })
    await untilTrue(() => telegram.ledger.accepted.some(({ text }) => text === 'Yes.\n\nAda, Sales'), 20_000)
    await update(admin, { signs: false })
    expect((await send('Two.')).sendMessage).toEqual({ text: 'Two.', signature: null })
  } finally {
    await drop()
  }
  const { holder } = world.people
  await update(holder, { signature: 'Hugo', signs: true })
  const { chatId } = await world.makeChat('held')
  const { sendMessage } = await holder.get(
    'mutation($i: SendMessageInput!) { sendMessage(input: $i) { ... on Message { text signature } } }',
    {
      i: { chatId, clientId: crypto.randomUUID(), text: 'Yes.' },
    },
  )
  expect(sendMessage).toEqual({ text: 'Yes.', signature: null })
})
