import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue } from './support/hub.ts'

const runFields = 'id kind state undoes total waiting done unchanged failed leftOut mayUndo failures { chatId code message }'
const answer = `__typename ... on Refusal { code field } ... on BulkRun { ${runFields} }`

let hub: TestHub
let ada: Person
let oto: Person & { id: string }
let otherGroupId: string
let tagId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const [{ id: groupId }] = (await ada.get('{ groups { id } }')).groups
  oto = await addColleague(ada, 'Oto', { groupIds: [groupId] })
  const { createGroup } = await ada.get(
    'mutation($ids: [ID!]!) { createGroup(name: "Billing", memberIds: $ids) { ... on Group { id } } }',
    { ids: [(await ada.get('{ operator { id } }')).operator.id] },
  )
  otherGroupId = createGroup.id
  tagId = (await ada.get('mutation { createTag(name: "Late", colour: teal) { ... on Tag { id } } }')).createTag.id
})
afterAll(() => hub.drop())

const known = new Set<string>()
async function newChats(count: number): Promise<string[]> {
  for (let n = 0; n < count; n += 1) await (await startVisitor(ada)).say(`Number ${n}`)
  const { chats } = await ada.get('{ chats(section: new, first: 100) { edges { node { id } } } }')
  const ids = chats.edges.map((edge: { node: { id: string } }) => edge.node.id).filter((id: string) => !known.has(id))
  for (const id of ids) known.add(id)
  expect(ids).toHaveLength(count)
  return ids
}

const start = async (input: object, as: Person = ada) =>
  (await as.get(`mutation($input: BulkInput!) { startBulk(input: $input) { ${answer} } }`, { input })).startBulk
const undo = async (runId: string, as: Person = ada) =>
  (await as.get(`mutation($runId: ID!) { undoBulk(runId: $runId) { ${answer} } }`, { runId })).undoBulk
const runOf = async (id: string, as: Person = ada) =>
  (await as.get(`query($id: ID!) { bulkRun(id: $id) { ${runFields} } }`, { id })).bulkRun
const ended = (id: string, as: Person = ada) =>
  untilTrue(async () => {
    const run = await runOf(id, as)
    return run.state === 'running' ? undefined : run
  }, 15_000)
const chat = async (id: string) =>
  (await ada.get('query($id: ID!) { chat(id: $id) { state group { id } operator { id } tags { name } } }', { id })).chat

describe('what is done to many chats', () => {
  test('is done to each once, says how it went on, and can be put back', async () => {
    const ids = await newChats(3)
    await ada.get('mutation($chatId: ID!, $tagId: ID!) { tagChat(chatId: $chatId, tagId: $tagId, on: true) { __typename } }', {
      chatId: ids[0],
      tagId,
    })
    const feed = ada.follow('subscription { feed { event { type bulkRun { id done unchanged state } } } }')
    const run = await start({ kind: 'tag', chatIds: [...ids, ids[0]], tagId })
    expect(run).toMatchObject({ kind: 'tag', total: 3, leftOut: 0 })
    expect(await ended(run.id)).toMatchObject({ state: 'done', done: 2, unchanged: 1, failed: 0, waiting: 0, mayUndo: true })
    await feed.until((frame) => frame.event?.bulkRun?.id === run.id && frame.event.bulkRun.state === 'done')
    feed.end()
    for (const id of ids) expect((await chat(id)).tags).toEqual([{ name: 'Late' }])
    const back = await undo(run.id)
    expect(await ended(back.id)).toMatchObject({ kind: 'undo', undoes: 'tag', total: 2, done: 2, mayUndo: false })
    expect((await Promise.all(ids.map(chat))).map(({ tags }) => tags.length)).toEqual([1, 0, 0])
    expect(await undo(run.id)).toMatchObject({ code: 'undone_already' })
  })

  test('that is refused for one is done to the others, and the one is listed with the reason', async () => {
    const ids = await newChats(2)
    await ada.get('mutation($chatId: ID!) { closeChat(chatId: $chatId) { __typename } }', { chatId: ids[0] })
    const run = await start({ kind: 'transfer', chatIds: ids, groupId: otherGroupId, comment: 'Yours.' })
    expect(await ended(run.id)).toMatchObject({
      state: 'done',
      done: 1,
      failed: 1,
      failures: [{ chatId: ids[0], code: 'chat_closed', message: expect.any(String) }],
    })
    expect((await chat(ids[1] ?? '')).group.id).toBe(otherGroupId)
  })

  test('reaches all that fit a filter, and no chat out of sight', async () => {
    const [seen, unseen] = await newChats(2)
    await ada.get('mutation($chatId: ID!, $groupId: ID!) { transferChat(chatId: $chatId, groupId: $groupId) { __typename } }', {
      chatId: unseen,
      groupId: otherGroupId,
    })
    const filter = { all: [{ field: 'unread', is: 'yes' }] }
    const run = await start({ kind: 'tag', filter, tagId }, oto)
    expect(await ended(run.id, oto)).toMatchObject({ state: 'done', failed: 0 })
    expect((await chat(seen ?? '')).tags).toEqual([{ name: 'Late' }])
    expect((await chat(unseen ?? '')).tags).toEqual([])
    expect(await start({ kind: 'read', chatIds: [unseen] }, oto)).toMatchObject({ code: 'not_found' })
    expect(await runOf(run.id)).toBeNull()
  })

  test('is closed and opened again where nobody wrote meanwhile', async () => {
    const ids = await newChats(2)
    const run = await start({ kind: 'close', chatIds: ids, silent: true })
    await ended(run.id)
    expect((await Promise.all(ids.map(chat))).map(({ state }) => state)).toEqual(['closed', 'closed'])
    await ada.get('mutation($chatId: ID!) { reopenChat(chatId: $chatId) { __typename } }', { chatId: ids[0] })
    const back = await ended((await undo(run.id)).id)
    expect(back).toMatchObject({ done: 1, failed: 1, failures: [{ chatId: ids[0], code: 'changed_since' }] })
    expect((await chat(ids[1] ?? '')).state).toBe('queued')
  })

  test('is opened again, but for what was closed for good or never closed, and stays so', async () => {
    const [closed, gone, open] = await newChats(3)
    await ended((await start({ kind: 'close', chatIds: [closed], silent: true })).id)
    await ada.get('mutation($id: ID!) { closeChat(chatId: $id, closing: { full: true }) { __typename } }', { id: gone })
    const run = await ended((await start({ kind: 'reopen', chatIds: [closed, gone, open] })).id)
    expect(run).toMatchObject({ done: 1, unchanged: 1, failed: 1, mayUndo: false, failures: [{ chatId: gone, code: 'closed_fully' }] })
    expect((await chat(closed ?? '')).state).not.toBe('closed')
    expect(await undo(run.id)).toMatchObject({ code: 'not_undoable' })
  })

  test('is asked for in words that fit its kind', async () => {
    const [id] = await newChats(1)
    expect(await start({ kind: 'tag', chatIds: [id] })).toMatchObject({ code: 'required', field: 'tagId' })
    expect(await start({ kind: 'read', chatIds: [id], tagId })).toMatchObject({ code: 'invalid', field: 'tagId' })
    expect(await start({ kind: 'transfer', chatIds: [id] })).toMatchObject({ code: 'one_target', field: 'operatorId' })
    expect(await start({ kind: 'read' })).toMatchObject({ code: 'one_choice', field: 'chatIds' })
    expect(await start({ kind: 'undo', chatIds: [id] })).toMatchObject({ code: 'invalid', field: 'kind' })
  })
})
