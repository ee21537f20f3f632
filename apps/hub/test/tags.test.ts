import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue, type Visitor } from './support/hub.ts'

const feed =
  'subscription($after: Int) { feed(after: $after) { cursor event { type chat { id tags { name } } customer { tags { name } } tag { name colour uses { chats } } goneTag { id intoId } } } }'
const tagged = '__typename ... on Refusal { code field message remedy }'

let hub: TestHub
let ada: Person
let oto: Person & { id: string }
let maria: Visitor
let chatId: string
let customerId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const [{ id: groupId }] = (await ada.get('{ groups { id } }')).groups
  oto = await addColleague(ada, 'Oto', { groupIds: [groupId] })
  maria = await startVisitor(ada)
  await maria.say('Hello')
  const { chats } = await ada.get('{ chats(section: new) { edges { node { id customer { id } } } } }')
  chatId = chats.edges[0].node.id
  customerId = chats.edges[0].node.customer.id
})
afterAll(() => hub.drop())

const create = async (name: string, colour = 'teal', as = ada) =>
  (
    await as.get(
      `mutation($name: String!, $colour: TagColour!) { createTag(name: $name, colour: $colour) { ${tagged} ... on Tag { id name colour } } }`,
      {
        name,
        colour,
      },
    )
  ).createTag
const tagChat = async (tagId: string, on: boolean, as = ada) =>
  (
    await as.get(
      `mutation($chatId: ID!, $tagId: ID!, $on: Boolean!) { tagChat(chatId: $chatId, tagId: $tagId, on: $on) { ${tagged} ... on Chat { tags { name } } } }`,
      {
        chatId,
        tagId,
        on,
      },
    )
  ).tagChat
const tagCustomer = async (tagId: string, on: boolean, as = ada) =>
  (
    await as.get(
      `mutation($customerId: ID!, $tagId: ID!, $on: Boolean!) { tagCustomer(customerId: $customerId, tagId: $tagId, on: $on) { ${tagged} ... on Customer { tags { name } } } }`,
      { customerId, tagId, on },
    )
  ).tagCustomer
const namesOf = async (as = ada): Promise<string[]> => (await as.get('{ tags { name } }')).tags.map(({ name }: { name: string }) => name)

describe('a tag', () => {
  test('has a name of its own, whatever the case, and what is not a name is refused with the remedy', async () => {
    expect(await create('  Wholesale ')).toMatchObject({ __typename: 'Tag', name: 'Wholesale', colour: 'teal' })
    expect(await create('WHOLESALE')).toMatchObject({ code: 'taken', field: 'name', remedy: 'Choose another.' })
    expect(await create('   ')).toMatchObject({ code: 'required', field: 'name' })
    expect(await create('<b>new</b>', 'red')).toMatchObject({ name: '<b>new</b>' })
    expect(await namesOf()).toEqual(['<b>new</b>', 'Wholesale'])
  })

  test('is made by those who manage tags, used by everybody, and its uses are told to the former alone', async () => {
    expect(await create('Mine', 'red', oto)).toMatchObject({ code: 'forbidden' })
    const { id } = await create('Used')
    expect(await tagChat(id, true, oto)).toMatchObject({ tags: [{ name: 'Used' }] })
    expect(await tagCustomer(id, true, oto)).toMatchObject({ tags: [{ name: 'Used' }] })
    const usesOf = async (as: Person) =>
      (await as.get('{ tags { id uses { chats customers } } }')).tags.find((tag: any) => tag.id === id).uses
    expect(await usesOf(ada)).toEqual({ chats: 1, customers: 1 })
    expect(await usesOf(oto)).toBeNull()
    expect(await tagChat(id, false)).toMatchObject({ tags: [] })
    expect(await tagCustomer(id, false)).toMatchObject({ tags: [] })
  })

  test('put on, renamed, merged and deleted is told to every desk, a repeat to none, and to the visitor nothing', async () => {
    const desk = oto.follow(feed)
    const window = maria.follow('subscription { visitorFeed { cursor chat { state } message { id } } }')
    await desk.until((frame) => frame.event === null)
    await window.until((frame) => frame.cursor >= 0)
    const [urgent, rush] = [await create('Urgent', 'red'), await create('Rush', 'amber')]
    const told = (type: string, fits: (event: any) => boolean = () => true) =>
      desk.until(({ event }) => event?.type === type && fits(event)).then((frame) => frame.event)
    expect((await told('tag_changed', (event) => event.tag?.name === 'Urgent')).tag).toEqual({ name: 'Urgent', colour: 'red', uses: null })
    await tagChat(rush.id, true)
    expect((await told('chat_tagged')).chat).toEqual({ id: chatId, tags: [{ name: 'Rush' }] })
    const before = desk.frames.length
    await tagChat(rush.id, true)
    await tagCustomer(rush.id, true)
    expect((await told('customer_changed')).customer).toEqual({ tags: [{ name: 'Rush' }] })
    expect(desk.frames.slice(before).filter(({ event }) => event.type === 'chat_tagged')).toEqual([])

    await ada.get(`mutation($a: ID!, $b: ID!) { mergeTags(tagId: $a, intoTagId: $b) { ${tagged} } }`, { a: rush.id, b: urgent.id })
    expect((await told('tag_changed', (event) => event.goneTag !== null)).goneTag).toEqual({ id: rush.id, intoId: urgent.id })
    const now = async () =>
      (await ada.get('query($id: ID!) { chat(id: $id) { tags { name } customer { tags { name } } } }', { id: chatId })).chat
    expect(await now()).toEqual({ tags: [{ name: 'Urgent' }], customer: { tags: [{ name: 'Urgent' }] } })
    await ada.get(`mutation($a: ID!) { deleteTag(tagId: $a) { ${tagged} } }`, { a: urgent.id })
    expect((await told('tag_changed', (event) => event.goneTag?.id === urgent.id)).goneTag).toEqual({ id: urgent.id, intoId: null })
    expect(await now()).toEqual({ tags: [], customer: { tags: [] } })
    await maria.say('Are you there?')
    await window.until((frame) => frame.message)
    expect(window.frames.filter((frame) => frame.chat)).toEqual([])
    desk.end()
    window.end()
  })

  test('is merged into another once, however many ask at the same moment', async () => {
    const [one, other] = [await create('One'), await create('Other')]
    await tagChat(one.id, true)
    await tagChat(other.id, true)
    const merge = (a: string, b: string) =>
      ada.get(`mutation($a: ID!, $b: ID!) { mergeTags(tagId: $a, intoTagId: $b) { ${tagged} } }`, { a, b })
    const answers = await Promise.all([merge(one.id, other.id), merge(other.id, one.id), merge(one.id, other.id)])
    expect(answers.filter(({ mergeTags }) => mergeTags.__typename === 'Tag')).toHaveLength(1)
    await untilTrue(async () => (await namesOf()).filter((name) => ['One', 'Other'].includes(name)).length === 1)
    const third = await create('Third')
    expect((await merge(third.id, third.id)).mergeTags.code).toBe('invalid')
  })

  test('goes on a chat with at most fifty others', async () => {
    const ids: string[] = []
    for (let n = 0; n < 51; n += 1) ids.push((await create(`Number ${n}`)).id)
    const { chat } = await ada.get('query($id: ID!) { chat(id: $id) { tags { id } } }', { id: chatId })
    for (const { id } of chat.tags) await tagChat(id, false)
    for (const id of ids.slice(0, 50)) await tagChat(id, true)
    expect(await tagChat(ids[50] ?? '', true)).toMatchObject({ code: 'too_many', field: 'tagId', message: 'More than 50 at once.' })
    expect((await ada.get('query($id: ID!) { chat(id: $id) { tags { id } } }', { id: chatId })).chat.tags).toHaveLength(50)
  })
})
