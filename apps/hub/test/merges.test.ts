import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergeCustomers } from '../src/domain/merge.ts'
import { receive } from '../src/domain/receive.ts'
import { type OperatorActor, systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, type TestHub } from './support/hub.ts'
import { compared, loadScreen, openScreen } from './support/screen.ts'

const refused = '... on Refusal { code field message remedy }'

let hub: TestHub
let ada: Person
let oto: Person & { id: string }
let uma: Person & { id: string }
let lea: Person & { id: string }
let workspaceId: string
let here: string
let there: string
let channelId: string
let actor: OperatorActor

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  const { workspace, operator, groups, channels } = await ada.get('{ workspace { id } operator { id } groups { id } channels { id } }')
  workspaceId = workspace.id
  here = groups[0].id
  channelId = channels[0].id
  const { createGroup } = await ada.get('mutation { createGroup(name: "There", memberIds: []) { ... on Group { id } } }')
  there = createGroup.id
  oto = await addColleague(ada, 'Oto', { groupIds: [here] })
  uma = await addColleague(ada, 'Uma', { groupIds: [there] })
  lea = await addColleague(ada, 'Lea', { role: 'supervisor', groupIds: [here] })
  actor = {
    kind: 'operator',
    workspaceId,
    operatorId: operator.id,
    userId: '',
    role: 'admin',
    groupIds: new Set(),
    supervisedIds: null,
    language: 'en',
  }
})
afterAll(() => hub.drop())

interface Someone {
  id: string
  chatId: string
  account: string
}
const write = (account: string, text: string, from: Record<string, string> = {}) =>
  hub.works.work(systemOf(workspaceId), (work) =>
    receive(work, [
      {
        channelId,
        events: [
          {
            type: 'message',
            key: randomUUID(),
            id: randomUUID(),
            at: Date.now(),
            thread: { id: account, kind: 'direct' },
            from: { id: account, ...from },
            by: 'peer',
            text,
          },
        ],
      },
    ]),
  )
/** Somebody new, with a chat in this group. */
async function come(name: string, from: Record<string, string> = {}, groupId = here): Promise<Someone> {
  const account = randomUUID()
  const [received] = await write(account, 'Hello', { name, ...from })
  const chatId = received?.chatId ?? ''
  await ada.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c: chatId, g: groupId })
  return { id: await ownerOf(chatId), chatId, account }
}
const ownerOf = async (chatId: string): Promise<string> =>
  (await ada.get('query($id: ID!) { chat(id: $id) { customer { id } } }', { id: chatId })).chat.customer.id
const update = (id: string, change: Record<string, unknown>) =>
  ada.get(
    `mutation($id: ID!, $name: String, $email: String, $phone: String, $taxId: String) { updateCustomer(customerId: $id, name: $name, email: $email, phone: $phone, taxId: $taxId) { __typename ${refused} } }`,
    { id, ...change },
  )
const merge = async (from: string, into: string, more: Record<string, unknown> = {}, as: Person = ada) =>
  (
    await as.get(
      `mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) { __typename ... on Customer { id name email phone taxId } ${refused} } }`,
      { input: { customerId: from, intoCustomerId: into, reason: 'Same voice', ...more } },
    )
  ).mergeCustomers
const mergesOf = async (id: string) =>
  (await ada.get('query($id: ID!) { customer(id: $id) { merges { id reason undoneAt operator { name } from { id name } } } }', { id }))
    .customer.merges
const undo = async (mergeId: string, as: Person = ada) =>
  (
    await as.get(
      `mutation($id: ID!) { undoMerge(mergeId: $id) { __typename ... on CustomerMerge { undoneAt undoneBy { name } } ${refused} } }`,
      { id: mergeId },
    )
  ).undoMerge
const duplicatesOf = async (id: string, as: Person = ada) =>
  (
    (await as.get('query($id: ID!) { customer(id: $id) { duplicates { reasons customer { id } other { id } } } }', { id })).customer
      ?.duplicates ?? []
  ).map(({ reasons, customer, other }: any) => [customer.id === id ? other.id : customer.id, reasons])
/** What the database has of customers, but for what counts the changes. */
const rows = () =>
  hub.works.read(systemOf(workspaceId), async ({ sql }) => ({
    customers:
      await sql`select id, name, email, phone, phone_e164, tax_id, "values", registered_at::text, merged_into_id, created_at::text from customers where workspace_id = ${workspaceId} order by id`,
    identities: await sql`select id, customer_id from identities where workspace_id = ${workspaceId} order by id`,
    chats: await sql`select id, customer_id from chats where workspace_id = ${workspaceId} order by id`,
    tags: await sql`select customer_id, tag_id, operator_id, at::text, merge_id from customer_tags where workspace_id = ${workspaceId} order by customer_id, tag_id`,
    notes: await sql`select id, customer_id, text, author_id from notes where workspace_id = ${workspaceId} order by id`,
  }))
/** Chats that are not of the customer whose account they came by. */
const astray = () =>
  hub.works.read(
    systemOf(workspaceId),
    ({ sql }) => sql`select c.id from chats c join threads t on t.workspace_id = c.workspace_id and t.id = c.thread_id
      join identities i on i.workspace_id = t.workspace_id and i.id = t.identity_id join customers p on p.workspace_id = i.workspace_id and p.id = i.customer_id
      where c.workspace_id = ${workspaceId} and (c.customer_id <> i.customer_id or p.merged_into_id is not null)`,
  )

describe('a merge', () => {
  test('gives everything of the one to the other, with the values that were chosen, and tells who sees them', async () => {
    const [one, other] = [await come('Ana'), await come('Ana Lima', { email: 'ana@lima.example', phone: '5511987654321' })]
    await update(one.id, { email: 'ana@work.example', taxId: '52998224725' })
    const note = randomUUID()
    await ada.get('mutation($c: ID!, $k: String!) { addNote(customerId: $c, clientId: $k, text: "Likes tea") { __typename } }', {
      c: other.id,
      k: note,
    })
    const desk = oto.follow('subscription { feed { cursor event { type chat { id customer { id name } } customer { id } } } }')
    await desk.until((frame) => frame.event === null)
    expect(await merge(other.id, one.id, { reason: ' ' })).toMatchObject({ code: 'required', field: 'reason' })
    expect(await merge(other.id, other.id)).toMatchObject({ code: 'invalid', field: 'intoCustomerId' })
    expect(await merge(other.id, one.id, { take: ['name'] })).toMatchObject({
      id: one.id,
      name: 'Ana Lima',
      email: 'ana@work.example',
      phone: '5511987654321',
      taxId: '529.982.247-25',
    })
    const told = await desk.until((frame) => frame.event?.chat?.id === other.chatId && frame.event.type === 'customer_changed')
    expect(told.event).toMatchObject({ chat: { customer: { id: one.id, name: 'Ana Lima' } }, customer: { id: one.id } })
    const { customer } = await ada.get(
      'query($id: ID!) { customer(id: $id) { id chats { edges { node { id } } } identities { id } notes { edges { node { text } } } } }',
      { id: other.id },
    )
    // A link to the one who is gone leads to the one who stayed.
    expect(customer.id).toBe(one.id)
    expect(new Set(customer.chats.edges.map((edge: any) => edge.node.id))).toEqual(new Set([one.chatId, other.chatId]))
    expect(customer.identities).toHaveLength(2)
    expect(customer.notes.edges.map((edge: any) => edge.node.text)).toEqual(['Likes tea'])
    expect((await update(other.id, { name: 'Ghost' })).updateCustomer.code).toBe('not_found')
    expect(await merge(other.id, one.id)).toMatchObject({ code: 'not_found' })
    expect(await mergesOf(one.id)).toMatchObject([
      { reason: 'Same voice', undoneAt: null, operator: { name: 'Ada' }, from: { id: other.id, name: 'Ana Lima' } },
    ])
    desk.end()
  })

  test('is for those who lead both, and for them alone', async () => {
    const [one, other, far] = [await come('Bea'), await come('Bea B'), await come('Bea C', {}, there)]
    expect(await merge(other.id, one.id, {}, oto)).toMatchObject({ code: 'forbidden' })
    expect(await merge(far.id, one.id, {}, lea)).toMatchObject({ code: 'not_found' })
    expect(await merge(one.id, far.id, {}, lea)).toMatchObject({ code: 'not_found' })
    expect(await merge(other.id, one.id, {}, lea)).toMatchObject({ id: one.id })
    const [{ id }] = await mergesOf(one.id)
    expect(await undo(id, oto)).toMatchObject({ code: 'forbidden' })
    expect(await undo(id, uma)).toMatchObject({ code: 'not_found' })
    expect(await undo(id, lea)).toMatchObject({ undoneBy: { name: 'Lea' } })
    expect(await undo(id, lea)).toMatchObject({ code: 'merge_undone' })
    expect(await astray()).toEqual([])
  })

  test('undone leaves each what is his, also of what came meanwhile, and what was edited since as it was edited', async () => {
    const [one, other] = [await come('Carl'), await come('Carlos', { email: 'carlos@customer.example', phone: '5511900001111' })]
    await merge(other.id, one.id, { take: ['name'] })
    await update(one.id, { phone: '+34 612 34 56 78' })
    await ada.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: other.chatId })
    const [later] = await write(other.account, 'Me again')
    await ada.get('mutation($c: ID!, $k: String!) { addNote(customerId: $c, clientId: $k, text: "Since then") { __typename } }', {
      c: one.id,
      k: randomUUID(),
    })
    expect(await ownerOf(later?.chatId ?? '')).toBe(one.id)
    const [{ id }] = await mergesOf(one.id)
    expect(await undo(id)).toMatchObject({ __typename: 'CustomerMerge' })
    expect(await ownerOf(later?.chatId ?? '')).toBe(other.id)
    expect(await ownerOf(one.chatId)).toBe(one.id)
    const read = async (of: string) =>
      (await ada.get('query($id: ID!) { customer(id: $id) { name email phone notes { edges { node { text } } } } }', { id: of })).customer
    expect(await read(one.id)).toEqual({
      name: 'Carl',
      email: null,
      phone: '+34 612 34 56 78',
      notes: { edges: [{ node: { text: 'Since then' } }] },
    })
    expect(await read(other.id)).toEqual({ name: 'Carlos', email: 'carlos@customer.example', phone: '5511900001111', notes: { edges: [] } })
  })

  test('tells whoever has notes before him that they are another’s, and are not any more', async () => {
    const [one, other] = [await come('Dora'), await come('Dorothea')]
    const note = async (text: string, id: string) =>
      (
        await ada.get(
          'mutation($c: ID!, $k: String!, $t: String!) { addNote(customerId: $c, clientId: $k, text: $t) { ... on Note { id } } }',
          { c: id, k: randomUUID(), t: text },
        )
      ).addNote.id
    const [first, second] = [await note('Likes tea', other.id), await note('No sugar', other.id)]
    const desk = await openScreen(oto)
    await merge(other.id, one.id)
    await ada.get('mutation($n: ID!) { editNote(noteId: $n, text: "Likes coffee") { __typename } }', { n: first })
    await ada.get('mutation($n: ID!) { removeNote(noteId: $n) { __typename } }', { n: second })
    const third = await note('Since then', one.id)
    await desk.until((frame) => frame.event?.note?.id === third)
    const same = async () => {
      const [now, fresh] = compared(desk.shown, await loadScreen(oto))
      expect(now).toEqual(fresh)
    }
    await same()
    const [{ id }] = await mergesOf(one.id)
    await undo(id)
    const last = await note('Two again', other.id)
    await desk.until((frame) => frame.event?.note?.id === last)
    await same()
    desk.end()
  })

  test('on which another stands is undone after that one', async () => {
    const [a, b, c] = [await come('D1'), await come('D2'), await come('D3')]
    const before = await rows()
    await merge(a.id, b.id)
    const [first] = await mergesOf(b.id)
    await merge(b.id, c.id, { take: ['name'] })
    const [second] = await mergesOf(c.id)
    expect(await undo(first.id)).toMatchObject({ code: 'not_found' })
    expect(await undo(second.id)).toMatchObject({ __typename: 'CustomerMerge' })
    await merge(c.id, b.id)
    expect(await undo(first.id)).toMatchObject({ code: 'merged_since', remedy: 'Undo the later merge first.' })
    await undo((await mergesOf(b.id))[0].id)
    expect(await undo(first.id)).toMatchObject({ __typename: 'CustomerMerge' })
    expect(await rows()).toEqual(before)
  })

  test('and messages that come at the same moment never part from their customer', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [one, other] = [await come(`E${round}`), await come(`F${round}`)]
      if (round % 2) await ada.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: other.chatId })
      await Promise.all([
        write(other.account, 'now'),
        merge(other.id, one.id),
        write(other.account, 'and now'),
        write(one.account, 'me too'),
        update(one.id, { name: `E${round} changed` }),
      ])
      expect(await astray()).toEqual([])
      const [{ id }] = await mergesOf(one.id)
      await Promise.all([write(other.account, 'still'), undo(id), write(other.account, 'here')])
      expect(await astray()).toEqual([])
      expect(await ownerOf(other.chatId)).toBe(other.id)
    }
  })

  test('happens once, however many ask, and never in a ring', async () => {
    const [a, b, c] = [await come('R1'), await come('R2'), await come('R3')]
    const answers = await Promise.all([merge(a.id, b.id), merge(b.id, c.id), merge(c.id, a.id), merge(a.id, b.id)])
    expect(answers.filter(({ __typename }) => __typename === 'Customer').length).toBeGreaterThanOrEqual(1)
    expect(answers.filter(({ __typename }) => __typename === 'Customer').length).toBeLessThanOrEqual(2)
    expect(await astray()).toEqual([])
    const owners = await Promise.all([a, b, c].map(({ chatId }) => ownerOf(chatId)))
    expect(new Set(owners).size).toBe(3 - answers.filter(({ __typename }) => __typename === 'Customer').length)
  })
})

describe('a merge and its undoing', () => {
  /** A small generator that tells its seed, so that a failing history can be had again. */
  const randomOf = (seed: number) => {
    let state = seed
    return (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }

  test.each([11, 23, 37, 58, 71, 94])('leave everything as it was, over a random history (%i)', async (seed) => {
    const random = randomOf(seed)
    const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
    const { customerFields } = await ada.get('{ customerFields { id } }')
    const fields: string[] = customerFields.map(({ id }: any) => id)
    while (fields.length < 2) {
      const { createCustomerField } = await ada.get(
        'mutation($l: String!) { createCustomerField(label: $l, type: text) { ... on CustomerField { id } } }',
        { l: `Field ${fields.length}` },
      )
      fields.push(createCustomerField.id)
    }
    const tags: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const { createTag } = await ada.get('mutation($n: String!) { createTag(name: $n, colour: teal) { ... on Tag { id } } }', {
        n: randomUUID(),
      })
      tags.push(createTag.id)
    }
    const all: Someone[] = []
    for (let n = 0; n < 4; n += 1)
      all.push(
        await come(`P${n}`, {
          ...(random(2) && { email: `p${random(3)}@customer.example` }),
          ...(random(2) && { phone: pick(['5511987654321', '551187654321', '000', '99912345']) }),
        }),
      )
    const doing: ((id: string) => Promise<unknown>)[] = [
      (id) => update(id, { [pick(['name', 'phone'])]: pick(['', '+34 612 34 56 78', 'x']) }),
      (id) => update(id, { email: pick(['', 'a@b.example']), taxId: pick(['', '52998224725', '12ABC34501DE35']) }),
      (id) =>
        ada.get('mutation($c: ID!, $v: [CustomerValueInput!]) { updateCustomer(customerId: $c, values: $v) { __typename } }', {
          c: id,
          v: [{ fieldId: pick(fields), values: pick([[], ['red'], ['blue']]) }],
        }),
      (id) =>
        ada.get('mutation($c: ID!, $t: ID!, $on: Boolean!) { tagCustomer(customerId: $c, tagId: $t, on: $on) { __typename } }', {
          c: id,
          t: pick(tags),
          on: random(3) > 0,
        }),
      (id) =>
        ada.get('mutation($c: ID!, $k: String!) { addNote(customerId: $c, clientId: $k, text: "A note") { __typename } }', {
          c: id,
          k: randomUUID(),
        }),
      () => write(pick(all).account, 'Something'),
    ]
    for (let n = 0; n < 14; n += 1) await pick(doing)(pick(all).id)

    const standing = new Set(all.map(({ id }) => id))
    const stack: { mergeId: string; before: Awaited<ReturnType<typeof rows>>; from: string }[] = []
    for (let step = 0; step < 10; step += 1) {
      if (standing.size > 1 && (stack.length === 0 || random(2))) {
        const [from, into] = [pick([...standing]), pick([...standing])]
        if (from === into) continue
        const before = await rows()
        const take = ['name', 'email', 'phone', 'taxId', ...fields].filter(() => random(2) === 1)
        await hub.works.work(actor, (work) => mergeCustomers(work, { customerId: from, intoCustomerId: into, reason: 'Seed', take }))
        expect(await astray()).toEqual([])
        stack.push({ mergeId: (await mergesOf(into))[0].id, before, from })
        standing.delete(from)
      } else {
        const last = stack.pop()
        if (!last) continue
        expect(await undo(last.mergeId)).toMatchObject({ __typename: 'CustomerMerge' })
        standing.add(last.from)
        expect(await rows()).toEqual(last.before)
      }
    }
    for (const last of stack.reverse()) {
      expect(await undo(last.mergeId)).toMatchObject({ __typename: 'CustomerMerge' })
      expect(await rows()).toEqual(last.before)
    }
    expect(await astray()).toEqual([])
  })
})

describe('possible duplicates', () => {
  test('have an e-mail, a phone in any of its forms, or a tax id in common; an account’s phone counts like a typed one', async () => {
    const whats = await come('On WhatsApp', { phone: '551133334444' })
    const [mail, otherMail] = [await come('M1', { email: 'Same@Mail.example' }), await come('M2')]
    await update(otherMail.id, { email: 'same@mail.example' })
    const [ninth, old] = [await come('N1'), await come('N2', { phone: '552187654321' })]
    await update(ninth.id, { phone: '+55 21 98765-4321', taxId: '11222333000181' })
    const company = await come('N3')
    await update(company.id, { taxId: '11.222.333/0001-81' })
    const typed = await come('T1')
    await update(typed.id, { phone: '+55 (11) 3333-4444' })
    await update(whats.id, { phone: '' })
    expect(await duplicatesOf(typed.id)).toEqual([[whats.id, ['phone']]])
    expect(await duplicatesOf(whats.id)).toEqual([[typed.id, ['phone']]])
    expect(await duplicatesOf(mail.id)).toEqual([[otherMail.id, ['email']]])
    expect(new Map(await duplicatesOf(ninth.id))).toEqual(
      new Map([
        [old.id, ['phone']],
        [company.id, ['taxId']],
      ]),
    )
    await update(old.id, { taxId: '11222333000181' })
    expect(new Map(await duplicatesOf(ninth.id)).get(old.id)).toEqual(['phone', 'taxId'])
    const list = await listAll()
    for (const [one, other] of [
      [typed, whats],
      [mail, otherMail],
      [ninth, old],
      [ninth, company],
      [old, company],
    ] as const)
      expect(list).toContainEqual([one.id, other.id].sort())
    expect(await ownerOf(typed.chatId)).toBe(typed.id)
  })

  test('are seen by who sees both, in pages, and are told apart for good', async () => {
    const [one, other] = [await come('S1', { email: 'shared@far.example' }), await come('S2', { email: 'shared@far.example' }, there)]
    expect(await duplicatesOf(one.id, oto)).toEqual([])
    expect(await duplicatesOf(one.id, uma)).toEqual([])
    expect(await listAll(oto)).not.toContainEqual([one.id, other.id].sort())
    expect(await listAll(uma)).toEqual([])
    const dismiss = async (as: Person) =>
      (
        await as.get(`mutation($a: ID!, $b: ID!) { dismissDuplicate(customerId: $a, otherCustomerId: $b) { __typename ${refused} } }`, {
          a: one.id,
          b: other.id,
        })
      ).dismissDuplicate
    expect(await dismiss(oto)).toMatchObject({ code: 'not_found' })
    expect(await duplicatesOf(one.id)).toHaveLength(1)
    expect(await dismiss(ada)).toMatchObject({ __typename: 'Duplicate' })
    expect(await dismiss(ada)).toMatchObject({ __typename: 'Duplicate' })
    expect(await duplicatesOf(other.id)).toEqual([])
    const paged: string[][] = []
    let after: string | null = null
    do {
      const { duplicates }: any = await ada.get(
        'query($a: String) { duplicates(first: 2, after: $a) { edges { node { customer { id } other { id } } } pageInfo { hasNextPage endCursor } } }',
        { a: after },
      )
      paged.push(...duplicates.edges.map(({ node }: any) => [node.customer.id, node.other.id]))
      after = duplicates.pageInfo.hasNextPage ? duplicates.pageInfo.endCursor : null
    } while (after)
    expect(paged).toEqual(await listAll())
    expect(paged.length).toBeGreaterThanOrEqual(5)
  })

  test('are not what very many have in common', async () => {
    const same: Someone[] = []
    for (let n = 0; n < 11; n += 1) same.push(await come(`Front desk ${n}`, { email: 'office@big.example' }))
    const ids = new Set(same.map(({ id }) => id))
    expect((await listAll()).filter(([one]) => ids.has(one ?? ''))).toEqual([])
  })

  const listAll = async (as: Person = ada): Promise<string[][]> =>
    (await as.get('{ duplicates(first: 100) { edges { node { customer { id } other { id } } } } }')).duplicates.edges.map(
      ({ node }: any) => [node.customer.id, node.other.id],
    )
})
