import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue } from './support/hub.ts'

let hub: TestHub
let owner: Sql
let ada: Person
let oto: Person & { id: string }
let uma: Person & { id: string }
let lea: Person & { id: string }
let workspaceId: string
let channelId: string
let here: string
let there: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web,worker' })
  owner = postgres(hub.databaseUrl, { max: 1, onnotice: () => {} })
  ada = await setUp(hub)
  const { workspace, groups, channels } = await ada.get('{ workspace { id } groups { id } channels { id } }')
  workspaceId = workspace.id
  channelId = channels[0].id
  here = groups[0].id
  there = (await ada.get('mutation { createGroup(name: "There", memberIds: []) { ... on Group { id } } }')).createGroup.id
  oto = await addColleague(ada, 'Oto', { groupIds: [here] })
  uma = await addColleague(ada, 'Uma', { groupIds: [there] })
  lea = await addColleague(ada, 'Lea', { role: 'supervisor', groupIds: [here] })
})
afterAll(async () => {
  await owner.end()
  await hub.drop()
})

const bring = (account: string, event: Record<string, unknown>) =>
  hub.works.work(systemOf(workspaceId), (work) =>
    receive(work, [
      { channelId, events: [{ key: randomUUID(), at: Date.now(), thread: { id: account, kind: 'direct' }, ...event } as never] },
    ]),
  )
const say = (account: string, text: string, more: Record<string, unknown> = {}) =>
  bring(account, { type: 'message', id: randomUUID(), from: { id: account, name: account }, by: 'peer', text, ...more })
const move = (chatId: string, groupId: string) =>
  ada.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c: chatId, g: groupId })
/** A customer with a chat of his own in a group, in which he says these. */
async function come(name: string, texts: string[], groupId = here): Promise<{ chatId: string; customerId: string; account: string }> {
  const account = `${name} ${randomUUID().slice(0, 8)}`
  let chatId = ''
  for (const text of texts) chatId = (await say(account, text, { from: { id: account, name } }))[0]?.chatId ?? ''
  await move(chatId, groupId)
  const { chat } = await ada.get('query($id: ID!) { chat(id: $id) { customer { id } } }', { id: chatId })
  return { chatId, customerId: chat.customer.id, account }
}
const hit =
  '{ node { kind id at place excerpt { text marks { start end } } chat { id } message { text } comment { text } customer { id name } note { text } } cursor }'
const searchPage = async (query: string, more: Record<string, unknown> = {}, as: Person = ada) =>
  (
    await as.get(
      `query($query: String!, $kinds: [SearchKind!], $chatId: ID, $first: Int, $after: String) {
        search(query: $query, kinds: $kinds, chatId: $chatId, first: $first, after: $after) { edges ${hit} pageInfo { hasNextPage endCursor } } }`,
      { query, ...more },
    )
  ).search
const search = async (query: string, more: Record<string, unknown> = {}, as: Person = ada): Promise<any[]> =>
  (await searchPage(query, more, as)).edges.map(({ node }: any) => node)
const texts = async (query: string, more: Record<string, unknown> = {}, as: Person = ada): Promise<string[]> =>
  (await search(query, more, as)).map(({ excerpt }) => excerpt.text)
/** Everything told until now is in the entries. */
const filled = () =>
  untilTrue(async () => {
    const [row] = await owner`select from search_progress p join counters c on c.workspace_id = p.workspace_id and c.name = 'event'
      where p.workspace_id = ${workspaceId} and p.seq >= c.value and p.sweeps = '{}' and p.version <> ''`
    return row !== undefined
  })
const marked = ({ excerpt: { text, marks } }: any): string[] => marks.map(({ start, end }: any) => text.slice(start, end))

describe('words', () => {
  const said = [
    'Vocês têm informações sobre a Bicicleta elétrica?',
    'The deliveries were delayed again',
    'Necesito cancelar las canciones del pedido',
    'Где мои новые велосипеды? Ёлка уже стоит',
    'o numero do pedido e AB-1042-7, escreva para joana@loja.example',
    'R$ 10.500,50',
  ]
  beforeAll(async () => {
    await come('Joana', said)
    await filled()
  })
  const finds = async (query: string, ...wanted: number[]) =>
    expect([query, (await texts(query, { kinds: ['message'] })).sort()]).toEqual([query, wanted.map((n) => said[n]).sort()])

  test('are found without their accents and their case, and with others', async () => {
    await finds('eletrica', 0)
    await finds('ELÉTRICA', 0)
    await finds('número', 4)
    await finds('елка', 3)
  })

  test('are found in their other forms, in Portuguese, English, Spanish and Russian', async () => {
    await finds('informação', 0)
    await finds('informacao', 0)
    await finds('delivery', 1)
    await finds('delay', 1)
    await finds('canción', 2)
    await finds('велосипедом', 3)
    await finds('новый', 3)
    // What is a small word in one language is no form of a word of another.
    await finds('thea')
  })

  test('are found by a part of them, of three letters or more, and by how they begin', async () => {
    await finds('cicle', 0)
    await finds('осипед', 3)
    await finds('bi', 0)
    await finds('ci')
    await finds('ciclo')
  })

  test('must all be there, in any order; a phrase word by word', async () => {
    await finds('elétrica informações', 0)
    await finds('elétrica deliveries')
    await finds('"bicicleta eletrica"', 0)
    await finds('"elétrica bicicleta"')
    await finds('“were delayed”', 1)
    await finds('"were delay"')
    await finds('"were delayed" again', 1)
  })

  test('with strokes and addresses are found as they are written', async () => {
    await finds('ab-1042-7', 4)
    await finds('10.500,50', 5)
    await finds('1042', 4)
    await finds('joana@loja.example', 4)
    await finds('loja', 4)
    await finds('b-104', 4)
    await finds('b-0')
    await finds('x-y')
  })

  test('say where they stand in what is shown of the message', async () => {
    expect((await search('informacao elétrica')).map(marked)).toEqual([['informações', 'elétrica']])
    expect((await search('cicle')).map(marked)).toEqual([['cicle']])
    expect((await search('"a bicicleta"')).map(marked)).toEqual([['a Bicicleta']])
    const long = `${'word '.repeat(300)}needle in it ${'word '.repeat(300)}`
    await come('Longa', [long])
    await filled()
    const [found] = await search('needle')
    expect(found.excerpt.text.length).toBeLessThan(220)
    expect(found.excerpt.text).toMatch(/^…word .*word…$/)
    expect(marked(found)).toEqual(['needle'])
  })

  test('that are none, or too many, are refused with the field', async () => {
    for (const query of ['', ' ', '"" - !?']) {
      const { errors } = await ada.ask('query($q: String!) { search(query: $q) { edges { cursor } } }', { q: query })
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'required', field: 'query' })
    }
    const { errors } = await ada.ask('query($q: String!) { search(query: $q) { edges { cursor } } }', { q: 'a b c d e f g h i j' })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'too_many', field: 'query' })
  })
})

describe('what is found', () => {
  test('is messages, comments, customers with all of their fields, notes, and the names of files', async () => {
    const { chatId, customerId } = await come('Zuleica Quintão', ['hello there'])
    const { createCustomerField } = await ada.get(
      'mutation { createCustomerField(label: "Model", type: text) { ... on CustomerField { id } } }',
    )
    await ada.get(
      `mutation($id: ID!, $f: ID!) { updateCustomer(customerId: $id, phone: "+55 11 98765-4321", taxId: "529.982.247-25", values: [{ fieldId: $f, values: ["Ventania 29"] }]) { __typename } }`,
      { id: customerId, f: createCustomerField.id },
    )
    await ada.get('mutation($i: AddCommentInput!) { addComment(input: $i) { __typename } }', {
      i: { chatId, clientId: randomUUID(), text: 'She is an orchidist', fileIds: [await upload(ada, 'recibo-ômega.txt')] },
    })
    await ada.get('mutation($c: ID!) { addNote(customerId: $c, clientId: "n", text: "Prefers marzipan") { __typename } }', {
      c: customerId,
    })
    await filled()
    const found = async (query: string) => (await search(query)).map((each) => [each.kind, each.chat?.id ?? each.customer?.id])
    expect(await found('quintao')).toEqual([['customer', customerId]])
    expect(await found('ventania')).toEqual([['customer', customerId]])
    expect(await found('(11) 98765 4321')).toEqual([['customer', customerId]])
    expect(await found('52998224725')).toEqual([['customer', customerId]])
    expect(await found('529.982.247-25')).toEqual([['customer', customerId]])
    expect(await found('orchidists')).toEqual([['comment', chatId]])
    expect(await found('omega')).toEqual([['comment', chatId]])
    expect(await found('marzipan')).toEqual([['note', customerId]])
    expect((await search('zuleica', { kinds: ['note'] })).length).toBe(0)
    // A field that is put away is not looked at.
    await ada.get('mutation($id: ID!) { archiveCustomerField(fieldId: $id, archived: true) { __typename } }', {
      id: createCustomerField.id,
    })
    await filled()
    expect(await found('ventania')).toEqual([])
  })

  test('follows what is edited, removed and merged', async () => {
    const [one, other] = [await come('Peregrina', ['first thing']), await come('Peregrina Dois', ['second thing'])]
    const id = randomUUID()
    await say(one.account, 'the colour is vermilion', { id })
    await filled()
    expect(await texts('vermilion')).toEqual(['the colour is vermilion'])
    await bring(one.account, { type: 'edit', id, text: 'the colour is turquoise', version: 2 })
    await filled()
    expect([await texts('vermilion'), await texts('turquoise')]).toEqual([[], ['the colour is turquoise']])
    await bring(one.account, { type: 'removal', id })
    await filled()
    expect(await texts('turquoise')).toEqual([])
    const whose = async (query: string) => (await search(query, { kinds: ['customer'] })).map(({ customer }) => customer.id)
    expect((await whose('peregrina')).sort()).toEqual([one.customerId, other.customerId].sort())
    await ada.get('mutation($i: MergeCustomersInput!) { mergeCustomers(input: $i) { __typename } }', {
      i: { customerId: one.customerId, intoCustomerId: other.customerId, reason: 'the same' },
    })
    await filled()
    expect(await whose('peregrina')).toEqual([other.customerId])
  })

  test('comes page by page, the newest first, however old it is', async () => {
    const account = `old ${randomUUID()}`
    for (let n = 0; n < 7; n += 1) await say(account, `gramophone ${n}`)
    await owner`update messages set at = at - interval '9 years' where text like 'gramophone %' and text < 'gramophone 3'`
    await owner`update search_progress set version = ''`
    await filled()
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: any = await searchPage('gramophone', { first: 2, after })
      seen.push(...page.edges.map(({ node }: any) => node.excerpt.text))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after)
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `gramophone ${n}`))
  })

  test('opens its chat at the place where it stands', async () => {
    const { chatId } = await come(
      'Long',
      [...Array(30).keys()].map((n) => (n === 7 ? 'here is the xylophone' : `line ${n}`)),
    )
    await filled()
    const [{ place }] = await search('xylophone', { chatId })
    const around = await ada.get(
      `query($id: ID!, $place: String!) { chat(id: $id) {
        from: timeline(first: 2, after: $place) { edges { node { ... on Message { text } } } }
        before: timeline(last: 2, before: $place) { edges { node { ... on Message { text } } } } } }`,
      { id: chatId, place },
    )
    const lines = (side: any) => side.edges.map(({ node }: any) => node.text)
    expect([lines(around.chat.before), lines(around.chat.from)]).toEqual([
      ['line 5', 'line 6'],
      ['here is the xylophone', 'line 8'],
    ])
  })

  test('in one chat is of that chat alone', async () => {
    const [one] = [await come('One', ['kaleidoscope one']), await come('Two', ['kaleidoscope two'])]
    await filled()
    expect(await texts('kaleidoscope', { chatId: one.chatId })).toEqual(['kaleidoscope one'])
    expect((await texts('kaleidoscope')).length).toBe(2)
  })
})

describe('who searches', () => {
  const eyes = () => ({ ada, oto, uma, lea })

  test('finds what he sees: nothing of other groups, and it fills none of his pages', async () => {
    const shared = 'labyrinth'
    const mine = await come('Hera', [`${shared} here`])
    const theirs = await come('Thea', Array(130).fill(`${shared} there`), there)
    await ada.get('mutation($c: ID!) { addNote(customerId: $c, clientId: "t", text: "labyrinth note") { __typename } }', {
      c: theirs.customerId,
    })
    await ada.get('mutation($i: AddCommentInput!) { addComment(input: $i) { __typename } }', {
      i: { chatId: theirs.chatId, clientId: randomUUID(), text: 'labyrinth comment' },
    })
    await filled()
    for (const [name, person] of Object.entries({ oto, lea })) {
      const page = await searchPage(shared, { first: 1 }, person)
      expect([name, page.edges.map(({ node }: any) => node.excerpt.text), page.pageInfo.hasNextPage]).toEqual([
        name,
        ['labyrinth here'],
        false,
      ])
      expect(await texts('thea', {}, person)).toEqual([])
    }
    expect((await search(shared, { first: 100, kinds: ['note', 'comment'] }, uma)).length).toBe(2)
    await move(mine.chatId, there)
    expect(await texts(shared, {}, oto)).toEqual([])
    const { errors } = await oto.ask('query($c: ID!) { search(query: "labyrinth", chatId: $c) { edges { cursor } } }', { c: theirs.chatId })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'not_found' })
  })

  test('does not find a comment that is for another alone', async () => {
    const { chatId } = await come('Iris', ['hi'])
    await oto.get('mutation($c: ID!) { takeChat(chatId: $c) { __typename } }', { c: chatId })
    const peer = await addColleague(ada, 'Pia', { groupIds: [here] })
    await lea.get('mutation($i: AddCommentInput!) { addComment(input: $i) { __typename } }', {
      i: { chatId, clientId: randomUUID(), text: 'whisper about tangerines', audience: 'operator' },
    })
    await filled()
    const found = async (person: Person) => (await texts('tangerines', {}, person)).length
    expect([await found(oto), await found(lea), await found(ada), await found(peer)]).toEqual([1, 1, 0, 0])
  })

  test('finds a part of what he may list, whatever he looks for', async () => {
    await filled()
    for (const [name, person] of Object.entries(eyes())) {
      const found = await search('there', { first: 100 }, person)
      for (const { chat, customer } of found) {
        const { chat: seen, customer: known } = await person.get(
          'query($c: ID!, $p: ID!) { chat(id: $c) { id } customer(id: $p) { id } }',
          {
            c: chat?.id ?? randomUUID(),
            p: customer?.id ?? randomUUID(),
          },
        )
        expect([name, chat ? seen?.id : known?.id]).toEqual([name, chat?.id ?? customer?.id])
      }
    }
  })
})

describe('the entries', () => {
  test('are there within a second or so, whoever of two hubs was written to, and after one of them died in the middle', async () => {
    const other = await startTestHub({ DATABASE_URL: hub.databaseUrl, ROLES: 'web' })
    const visitor = await startVisitor(ada, 'Nora')
    const there = Object.assign(Object.create(Object.getPrototypeOf(visitor)), visitor, { url: other.url })
    await there.say('sent to the other hub: quicksilver')
    await untilTrue(async () => (await texts('quicksilver')).length === 1)
    await other.drop()
    const dying = await startTestHub({ DATABASE_URL: hub.databaseUrl, ROLES: 'web,worker' })
    await Promise.all([...Array(40).keys()].map((n) => say(`crowd ${n}`, `multitude ${n}`)))
    await dying.drop()
    await filled()
    expect((await texts('multitude', { first: 100 })).length).toBe(40)
  })

  test('are made anew of what is there, as they were', async () => {
    await filled()
    const read = () =>
      owner`select kind, subject_id, chat_id, at::text, text, words from search_entries where workspace_id = ${workspaceId} order by kind, subject_id`
    const before = [...(await read())]
    await owner`delete from search_entries where workspace_id = ${workspaceId}`
    await owner`update search_progress set version = '' where workspace_id = ${workspaceId}`
    await filled()
    expect([...(await read())]).toEqual(before)
    expect(before.length).toBeGreaterThan(200)
  })

  test('are found back through all of time, the newest first, where little holds the words and where much does', async () => {
    const { account } = await come('Old', ['sextant 0'])
    for (let n = 1; n <= 40; n += 1) await say(account, `${n % 8 === 0 ? 'astrolabe and ' : ''}sextant ${n}`)
    await filled()
    // A fortnight lies between each and the next; of what is asked for more than there is, all is looked up.
    await owner`update messages set at = now() - (41 - substring(text from '[0-9]+$')::int) * interval '14 days'
      where workspace_id = ${workspaceId} and text like '%sextant%'`
    await owner`update search_progress set version = '' where workspace_id = ${workspaceId}`
    await filled()
    const numbers = async (query: string, more: Record<string, unknown> = {}) =>
      (await texts(query, { first: 100, ...more })).map((text) => Number(/\d+$/.exec(text)?.[0]))
    const all = [...Array(41).keys()].reverse()
    expect(await numbers('sextant')).toEqual(all)
    expect(await numbers('sextants')).toEqual(all)
    expect(await numbers('extan')).toEqual(all)
    expect(await numbers('"and sextant"')).toEqual([40, 32, 24, 16, 8])
    expect(await numbers('astrol sextant')).toEqual([40, 32, 24, 16, 8])
    const first = await searchPage('extan', { first: 30 })
    const rest = await searchPage('extan', { first: 30, after: first.pageInfo.endCursor })
    expect([...first.edges, ...rest.edges].map(({ node }: any) => Number(/\d+$/.exec(node.excerpt.text)?.[0]))).toEqual(all)
  })

  test('leave no word behind that nothing holds any longer', async () => {
    const listed = async (part: string) =>
      (await owner`select word from search_words where strpos(word, ${part}) > 0`).map(({ word }) => word)
    const visitor = await startVisitor(ada, 'Wanda')
    const said = await visitor.say('my password is hunterxyz')
    await untilTrue(async () => (await texts('hunterxyz')).length === 1)
    expect(await listed('hunterxyz')).toEqual([' hunterxyz '])
    await owner`update messages set text = 'my secret' where workspace_id = ${workspaceId} and text like '%hunterxyz%'`
    await owner`update search_progress set version = '' where workspace_id = ${workspaceId}`
    await filled()
    expect(said).toBeDefined()
    expect(await listed('hunterxyz')).toEqual([])
    expect(await listed(' secret ')).toEqual([' secret '])
  })

  test('of another company are not found', async () => {
    const [{ count } = { count: 0 }] = await owner<{ count: number }[]>`
      select count(*)::int as count from search_entries where workspace_id <> ${workspaceId}`
    expect(count).toBe(0)
    const key = randomUUID()
    await owner`insert into search_entries select ${key}, kind, subject_id, chat_id, at, text, words from search_entries where text like '%quicksilver%'`
    expect(await texts('quicksilver')).toEqual(['sent to the other hub: quicksilver'])
    await owner`delete from search_entries where workspace_id = ${key}`
  })

  test('are looked up by their index', async () => {
    const planOf = async (statement: string, others: string[]) => {
      let plan: { 'QUERY PLAN': string }[] = []
      const undone = new Error('undone')
      const planning = owner.begin(async (tx) => {
        await tx`set local enable_seqscan = off`
        // No other index of so small a table is better than reading it.
        for (const drop of others) await tx.unsafe(drop)
        await tx`select set_config('parley.workspace', ${workspaceId}, true)`
        await tx`set local role parley_search`
        plan = await tx.unsafe(`explain ${statement}`)
        throw undone
      })
      await expect(planning).rejects.toBe(undone)
      return plan.map((row) => row['QUERY PLAN']).join('\n')
    }
    const entries = `select subject_id from search_entries where workspace_id = '${workspaceId}' and words && '{1,2}'::int[] and words && '{3}'::int[]`
    const newest = 'drop index search_entries_newest, search_entries_chat'
    expect(await planOf(entries, [newest, dropKey('search_entries', 'workspace_id_kind_subject_id')])).toMatch(
      /search_entries_words[\s\S]*words && [\s\S]*words && /,
    )
    const words = `select word from search_words where workspace_id = '${workspaceId}' and grams @> '{1,2}'::int[]`
    expect(await planOf(words, [dropKey('search_words', 'workspace_id_word')])).toContain('search_words_grams')
  })
})

const dropKey = (table: string, columns: string) => `alter table ${table} drop constraint ${table}_${columns}_pk`

async function upload(person: Person, name: string): Promise<string> {
  const form = new FormData()
  form.append('file', new File(['x'], name, { type: 'text/plain' }))
  const { 'content-type': _, ...headers } = person.headers()
  const response = await fetch(`${person.url}/files`, { method: 'POST', headers, body: form })
  return ((await response.json()) as { id: string }).id
}
