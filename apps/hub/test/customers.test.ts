import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, type Visitor } from './support/hub.ts'

const refused = '... on Refusal { code field message remedy }'
const profile = 'id name email phone phoneE164 taxId version registeredAt values { field { id label } values }'

let hub: TestHub
let ada: Person
let oto: Person & { id: string }
let uma: Person & { id: string }
let maria: Visitor
let chatId: string
let customerId: string
let workspaceId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  workspaceId = (await ada.get('{ workspace { id } }')).workspace.id
  const [{ id: groupId }] = (await ada.get('{ groups { id } }')).groups
  const { createGroup } = await ada.get('mutation { createGroup(name: "Elsewhere", memberIds: []) { ... on Group { id } } }')
  oto = await addColleague(ada, 'Oto', { groupIds: [groupId] })
  uma = await addColleague(ada, 'Uma', { groupIds: [createGroup.id] })
  maria = await startVisitor(ada)
  await maria.say('Hello')
  const { chats } = await ada.get('{ chats(section: new) { edges { node { id customer { id } } } } }')
  chatId = chats.edges[0].node.id
  customerId = chats.edges[0].node.customer.id
  await ada.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c: chatId, g: groupId })
})
afterAll(() => hub.drop())

const read = async (as: Person = ada, id = customerId) =>
  (await as.get(`query($id: ID!) { customer(id: $id) { ${profile} } }`, { id })).customer
const update = async (change: Record<string, unknown>, as: Person = ada, id = customerId) =>
  (
    await as.get(
      `mutation($id: ID!, $version: Int, $name: String, $email: String, $phone: String, $taxId: String, $values: [CustomerValueInput!]) {
        updateCustomer(customerId: $id, version: $version, name: $name, email: $email, phone: $phone, taxId: $taxId, values: $values) {
          __typename ... on Customer { ${profile} } ${refused}
          ... on ChangedMeanwhile { code message remedy changed { name values operator { name } field { label } at } customer { version name } } } }`,
      { id, ...change },
    )
  ).updateCustomer
const makeField = async (input: Record<string, unknown>, as: Person = ada) =>
  (
    await as.get(
      `mutation($label: String!, $type: FieldType!, $options: [String!], $key: String, $required: Boolean) {
        createCustomerField(label: $label, type: $type, options: $options, key: $key, required: $required) {
          __typename ... on CustomerField { id key label type options required archived } ${refused} } }`,
      input,
    )
  ).createCustomerField
const eventsOf = async (type: string): Promise<number> =>
  hub.works.read(systemOf(workspaceId), async (work) => {
    const [row] = await work.sql<
      { n: number }[]
    >`select count(*)::int as n from events where workspace_id = ${workspaceId} and type = ${type}`
    return row?.n ?? 0
  })

describe('a profile', () => {
  test('is edited in place, field by field, and the first edit registers the customer', async () => {
    expect(await read()).toMatchObject({ name: 'Maria', registeredAt: null, version: 1 })
    const saved = await update({ name: ' Maria Souza ', phone: '(212) 736-5000', taxId: '12.abc.345/01de-35' })
    expect(saved).toMatchObject({
      name: 'Maria Souza',
      phone: '(212) 736-5000',
      phoneE164: '+12127365000',
      taxId: '12.ABC.345/01DE-35',
      version: 2,
    })
    expect(saved.registeredAt).not.toBeNull()
    expect(await update({ taxId: '529.982.247-26' })).toMatchObject({ code: 'bad_tax_id', field: 'taxId' })
    expect(await update({ email: 'nobody' })).toMatchObject({ code: 'bad_email', field: 'email' })
    expect(await update({ taxId: '', phone: 'by post' })).toMatchObject({ taxId: null, phone: 'by post', phoneE164: null })
  })

  test('is told once when it changes, and not at all when nothing does', async () => {
    await update({ name: 'Maria S.' })
    const [before, { version }] = [await eventsOf('customer.changed'), await read()]
    expect(await update({ name: 'Maria S.', version: 1 })).toMatchObject({ __typename: 'Customer', version })
    expect(await update({})).toMatchObject({ version })
    expect(await eventsOf('customer.changed')).toBe(before)
    await update({ name: 'Maria T.' })
    expect(await eventsOf('customer.changed')).toBe(before + 1)
  })

  test('keeps what two colleagues changed in different fields, and says who changed the same one, and to what', async () => {
    const { version } = await read()
    expect(await update({ version, name: 'Maria by Oto' }, oto)).toMatchObject({ __typename: 'Customer', name: 'Maria by Oto' })
    expect(await update({ version, email: 'maria@home.example' })).toMatchObject({ name: 'Maria by Oto', email: 'maria@home.example' })
    const stopped = await update({ version, name: 'Maria by Ada', phone: '+34 612 34 56 78' })
    expect(stopped).toMatchObject({
      __typename: 'ChangedMeanwhile',
      code: 'changed_meanwhile',
      message: 'This was changed meanwhile.',
      changed: [{ name: 'name', values: ['Maria by Oto'], operator: { name: 'Oto' }, field: null }],
      customer: { name: 'Maria by Oto', version: version + 2 },
    })
    expect(await read()).toMatchObject({ name: 'Maria by Oto', phone: 'by post' })
    // To what it is already: nobody is in the way.
    expect(await update({ version, name: 'Maria by Oto' })).toMatchObject({ __typename: 'Customer' })
    expect(await update({ version: stopped.customer.version, name: 'Maria by Ada' })).toMatchObject({ name: 'Maria by Ada' })
  })

  test('loses nothing when many save different fields at one moment, and one of them wins where it is the same', async () => {
    const { version } = await read()
    const answers = await Promise.all([
      update({ version, name: 'One' }),
      update({ version, name: 'Two' }, oto),
      update({ version, phone: '+34 612 34 56 78' }),
      update({ version, email: 'both@home.example' }, oto),
      update({ version, taxId: '52998224725' }),
    ])
    expect(
      answers
        .slice(0, 2)
        .map(({ __typename }) => __typename)
        .sort(),
    ).toEqual(['ChangedMeanwhile', 'Customer'])
    const now = await read()
    expect(now).toMatchObject({ phoneE164: '+34612345678', email: 'both@home.example', taxId: '529.982.247-25', version: version + 4 })
    expect(['One', 'Two']).toContain(now.name)
  })

  test('is nobody’s to read, to change or to list who sees none of his chats', async () => {
    expect(await read(uma)).toBeNull()
    expect(await update({ name: 'Mine' }, uma)).toMatchObject({ code: 'not_found' })
    const list = async (as: Person, search?: string) =>
      (await as.get('query($s: String) { customers(search: $s) { edges { node { id } } } }', { s: search })).customers.edges.map(
        (edge: any) => edge.node.id,
      )
    expect(await list(uma)).toEqual([])
    expect(await list(uma, '612')).toEqual([])
    expect(await list(oto)).toEqual([customerId])
  })

  test('phones typed without their country are of the one the admin sets', async () => {
    await update({ phone: '11 98765-4321' })
    expect((await read()).phoneE164).toBeNull()
    const set = async (country: string) =>
      (
        await ada.get(`mutation($c: String) { updateWorkspace(country: $c) { __typename ... on Workspace { country } ${refused} } }`, {
          c: country,
        })
      ).updateWorkspace
    expect(await set('Narnia')).toMatchObject({ code: 'invalid', field: 'country' })
    expect(await set('br')).toMatchObject({ country: 'BR' })
    expect((await read()).phoneE164).toBe('+5511987654321')
    expect(await set('')).toMatchObject({ country: null })
    expect((await read()).phoneE164).toBeNull()
  })

  test('is told to everybody who sees one of his chats, however many he has had since', async () => {
    const word = randomUUID()
    const [channel] = (await ada.get('{ channels { id } }')).channels
    const groups = (await ada.get('{ groups { id name } }')).groups
    const elsewhere = groups.find((group: any) => group.name === 'Elsewhere').id
    const come = async (n: number) =>
      hub.works.work(systemOf(workspaceId), (work) =>
        receive(work, [
          {
            channelId: channel.id,
            events: [
              {
                type: 'message',
                key: `${word}${n}`,
                id: `${word}${n}`,
                at: Date.now(),
                thread: { id: word, kind: 'direct' },
                from: { id: word, name: 'Old' },
                by: 'peer',
                text: 'x',
              },
            ],
          },
        ]),
      )
    const [first] = await come(0)
    await ada.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', { c: first?.chatId, g: elsewhere })
    for (let n = 1; n <= 25; n += 1) {
      const [got] = await come(n)
      await ada.get('mutation($c: ID!) { closeChat(chatId: $c) { __typename } }', { c: got?.chatId })
    }
    const { chat } = await ada.get('query($id: ID!) { chat(id: $id) { customer { id } } }', { id: first?.chatId })
    const desk = uma.follow('subscription { feed { cursor event { type customer { name } } } }')
    await desk.until((frame) => frame.event === null)
    const before = await eventsOf('customer.changed')
    await update({ name: 'Newer' }, ada, chat.customer.id)
    expect((await desk.until((frame) => frame.event?.type === 'customer_changed')).event.customer).toEqual({ name: 'Newer' })
    // One for each set of people, not for each chat.
    expect(await eventsOf('customer.changed')).toBeLessThanOrEqual(before + 3)
    desk.end()
  })
})

describe('the list of customers', () => {
  test('finds by a part of the name, the e-mail or the phone however written, and by tax id, a page at a time', async () => {
    for (const name of ['Alvaro', 'Berta', 'Carla', 'Dario']) await (await startVisitor(ada, name)).say('Hi')
    const list = async (search: string | null, more: Record<string, unknown> = {}) =>
      (
        await ada.get(
          'query($s: String, $first: Int, $after: String) { customers(search: $s, first: $first, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } } }',
          { s: search, ...more },
        )
      ).customers
    const names = async (search: string) => (await list(search)).edges.map((edge: any) => edge.node.name)
    const berta = (await list('bert')).edges[0].node.id
    await update({ phone: '+55 (11) 91234-5678', taxId: '11222333000181', name: 'Berta 100%_off' }, ada, berta)
    expect(await names('berta@')).toEqual(['Berta 100%_off'])
    expect(await names('100%_')).toEqual(['Berta 100%_off'])
    expect(await names('%')).toEqual(['Berta 100%_off'])
    expect(await names('1191234')).toEqual(['Berta 100%_off'])
    expect(await names('11 91234-56')).toEqual(['Berta 100%_off'])
    expect(await names('11.222.333/0001-81')).toEqual(['Berta 100%_off'])
    expect(await names("'; drop table customers; --")).toEqual([])
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: any = await list(null, { first: 2, after })
      seen.push(...page.edges.map((edge: any) => edge.node.id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe((await list(null, { first: 100 })).edges.length)
    expect(seen.length).toBeGreaterThanOrEqual(6)
    const { errors } = await ada.ask('{ customers(after: "WyJ4Il0") { edges { cursor } } }')
    expect(errors?.[0]?.extensions?.code).toBe('not_found')
  })
})

describe('the company’s own fields', () => {
  test('are made by admins, have a key of their own, and take what their type takes', async () => {
    expect(await makeField({ label: 'Plan', type: 'choice', options: ['Gold'] }, oto)).toMatchObject({ code: 'forbidden' })
    expect(await makeField({ label: 'Plan', type: 'choice' })).toMatchObject({ code: 'required', field: 'options' })
    expect(await makeField({ label: 'Plan', type: 'text', key: 'Bad Key' })).toMatchObject({ code: 'bad_key', field: 'key' })
    const made = {
      text: await makeField({ label: 'Endereço de entrega', type: 'text' }),
      number: await makeField({ label: 'Seats', type: 'number' }),
      date: await makeField({ label: 'Birthday', type: 'date' }),
      yes_no: await makeField({ label: 'VIP', type: 'yes_no' }),
      choice: await makeField({ label: 'Plan', type: 'choice', options: ['Gold', 'Silver'] }),
      choices: await makeField({ label: 'Interests', type: 'choices', options: ['Bikes', 'Boats', 'Cars'] }),
    }
    expect(Object.values(made).map(({ key }) => key)).toEqual(['endereco_de_entrega', 'seats', 'birthday', 'vip', 'plan', 'interests'])
    expect(await makeField({ label: 'Plan', type: 'text' })).toMatchObject({ key: 'plan_2' })
    expect(await makeField({ label: 'Скидка', type: 'text' })).toMatchObject({ key: 'field' })
    expect(await makeField({ label: 'Other', type: 'text', key: 'plan' })).toMatchObject({ code: 'taken', field: 'key' })
    const put = (type: keyof typeof made, ...values: string[]) => update({ values: [{ fieldId: made[type].id, values }] })
    const wrong: [keyof typeof made, string[]][] = [
      ['number', ['many']],
      ['number', ['1e5']],
      ['date', ['31.01.2026']],
      ['date', ['2026-02-30']],
      ['yes_no', ['true']],
      ['choice', ['Bronze']],
      ['choices', ['Bikes', 'Planes']],
    ]
    for (const [type, values] of wrong) expect([type, values, (await put(type, ...values)).code]).toEqual([type, values, 'bad_answer'])
    expect(await put('choice', 'Gold', 'Silver')).toMatchObject({ code: 'invalid', field: 'values' })
    expect(await update({ values: [{ fieldId: randomUUID(), values: ['x'] }] })).toMatchObject({ code: 'not_found' })
    await put('text', ' Rua A, 1 ')
    await put('number', '-12.50')
    await put('date', '2026-02-28')
    await put('yes_no', 'no')
    await put('choice', 'Silver')
    const last = await put('choices', 'Cars', 'Bikes', 'Cars')
    expect(last.values.map(({ field, values }: any) => [field.label, values])).toEqual([
      ['Endereço de entrega', ['Rua A, 1']],
      ['Seats', ['-12.50']],
      ['Birthday', ['2026-02-28']],
      ['VIP', ['no']],
      ['Plan', ['Silver']],
      ['Interests', ['Cars', 'Bikes']],
    ])
    expect((await put('text')).values).toHaveLength(5)
  })

  test('are found by filters as they stand: after an edit, a merge and its undoing, and in texts of any length', async () => {
    const [plan, story] = [await makeField({ label: 'Shelf', type: 'text' }), await makeField({ label: 'Story', type: 'text' })]
    const other = await startVisitor(ada, 'Zoe')
    await other.say('Hello')
    const { filteredChats } = await ada.get(
      '{ filteredChats(filter: { all: [{ field: "name", is: "is", value: "zoe" }] }, first: 1) { edges { node { customer { id } } } } }',
    )
    const otherId: string = filteredChats.edges[0].node.customer.id
    const found = async (condition: object) =>
      (
        await ada.get('query($f: JSON!) { filteredChats(filter: $f, first: 50) { edges { node { customer { id } } } } }', {
          f: { all: [{ field: 'custom', ...condition }] },
        })
      ).filteredChats.edges.map((edge: any) => edge.node.customer.id)
    const onShelf = (value: string) => found({ id: plan.id, is: 'is', value })
    await update({ values: [{ fieldId: plan.id, values: ['Ärger 1'] }] })
    await update({ values: [{ fieldId: plan.id, values: ['Blue 2'] }] }, ada, otherId)
    expect([await onShelf('arger 1'), await onShelf('BLUE 2')]).toEqual([[customerId], [otherId]])
    await update({ values: [{ fieldId: plan.id, values: ['Green 3'] }] }, ada, otherId)
    expect([await onShelf('blue 2'), await onShelf('green 3')]).toEqual([[], [otherId]])
    await update({ values: [{ fieldId: plan.id, values: [] }] })
    expect(await onShelf('arger 1')).toEqual([])
    const { mergeCustomers } = await ada.get(
      'mutation($i: MergeCustomersInput!) { mergeCustomers(input: $i) { __typename ... on Customer { merges { id } } ... on Refusal { code } } }',
      { i: { customerId: otherId, intoCustomerId: customerId, reason: 'One', take: [plan.id] } },
    )
    expect(new Set(await onShelf('green 3'))).toEqual(new Set([customerId]))
    await ada.get('mutation($m: ID!) { undoMerge(mergeId: $m) { __typename } }', { m: mergeCustomers.merges[0].id })
    expect(await onShelf('green 3')).toEqual([otherId])
    const long = `${'x'.repeat(1_500)} the END`
    await update({ values: [{ fieldId: story.id, values: [long] }] })
    expect(await found({ id: story.id, is: 'contains', value: 'the end' })).toEqual([customerId])
    expect(await found({ id: story.id, is: 'lacks', value: 'the end' })).not.toContain(customerId)
    expect(await found({ id: story.id, is: 'starts', value: 'x'.repeat(200) })).toEqual([customerId])
    expect(await found({ id: story.id, is: 'is', value: 'x'.repeat(200) })).toEqual([])
  })

  test('of one customer changed by two at once meet like the others', async () => {
    const field = await makeField({ label: 'Colour', type: 'text' })
    const { version } = await read()
    await update({ version, values: [{ fieldId: field.id, values: ['red'] }] }, oto)
    expect(await update({ version, values: [{ fieldId: field.id, values: ['blue'] }] })).toMatchObject({
      changed: [{ name: field.id, field: { label: 'Colour' }, values: ['red'], operator: { name: 'Oto' } }],
    })
  })

  test('that are required cannot be emptied; archived ones are kept out of sight and come back with what they held', async () => {
    const field = await makeField({ label: 'Contract', type: 'text', required: true })
    const put = (...values: string[]) => update({ values: [{ fieldId: field.id, values }] })
    expect(await put('A-1')).toMatchObject({ __typename: 'Customer' })
    expect(await put('  ')).toMatchObject({ code: 'required', field: 'values' })
    const archive = async (archived: boolean) =>
      (
        await ada.get(
          `mutation($id: ID!, $a: Boolean!) { archiveCustomerField(fieldId: $id, archived: $a) { __typename ... on CustomerField { archived } } }`,
          { id: field.id, a: archived },
        )
      ).archiveCustomerField
    expect(await archive(true)).toMatchObject({ archived: true })
    expect((await read()).values.map(({ field }: any) => field.label)).not.toContain('Contract')
    expect(await put('A-2')).toMatchObject({ code: 'not_found' })
    const { customerFields } = await ada.get('{ customerFields(archived: true) { label archived } }')
    expect(customerFields.at(-1)).toEqual({ label: 'Contract', archived: true })
    await archive(false)
    expect((await read()).values.at(-1)).toMatchObject({ field: { label: 'Contract' }, values: ['A-1'] })
  })

  test('stand in the order the admin gave them', async () => {
    const { customerFields } = await ada.get('{ customerFields { id } }')
    const ids: string[] = customerFields.map(({ id }: any) => id).reverse()
    const { orderCustomerFields } = await ada.get(
      'mutation($ids: [ID!]!) { orderCustomerFields(fieldIds: $ids) { ... on OrderCustomerFieldsSuccess { fields { id } } } }',
      { ids: ids.slice(0, 3) },
    )
    expect(orderCustomerFields.fields.map(({ id }: any) => id)).toEqual([...ids.slice(0, 3), ...[...ids].reverse().slice(0, -3)])
  })

  test('are variables of templates, written as people write them', async () => {
    const preview = async (body: string) =>
      (
        await ada.get('query($c: ID!, $b: String!) { previewTemplate(chatId: $c, body: $b) { ... on FilledText { text empty } } }', {
          c: chatId,
          b: body,
        })
      ).previewTemplate
    expect(
      await preview(
        '{{customer.field.plan}}, {{customer.field.birthday}}, {{ customer.field.vip }}, {{customer.field.seats}}, {{customer.field.interests}}',
      ),
    ).toEqual({
      text: 'Silver, Feb 28, 2026, No, -12.5, Cars, Bikes',
      empty: [],
    })
    expect(
      await preview('{{customer.field.endereco_de_entrega}} {{customer.field.endereco_de_entrega|here}} {{customer.field.none}}'),
    ).toEqual({
      text: '{{customer.field.endereco_de_entrega}} here {{customer.field.none}}',
      empty: ['customer.field.endereco_de_entrega'],
    })
    expect(await preview('{{constructor}} {{__proto__}} {{customer.field.}}')).toEqual({
      text: '{{constructor}} {{__proto__}} {{customer.field.}}',
      empty: [],
    })
  })
})

describe('a note', () => {
  const add = async (text: string, as: Person = ada, clientId: string = randomUUID()) =>
    (
      await as.get(
        `mutation($c: ID!, $k: String!, $t: String!) { addNote(customerId: $c, clientId: $k, text: $t) { __typename ... on Note { id text author { name } } ${refused} } }`,
        { c: customerId, k: clientId, t: text },
      )
    ).addNote
  const edit = async (id: string, text: string, as: Person) =>
    (
      await as.get(
        `mutation($id: ID!, $t: String!) { editNote(noteId: $id, text: $t) { __typename ... on Note { text editedAt } ${refused} } }`,
        { id, t: text },
      )
    ).editNote
  const remove = async (id: string, as: Person) =>
    (await as.get(`mutation($id: ID!) { removeNote(noteId: $id) { __typename ... on Note { text removedAt } ${refused} } }`, { id }))
      .removeNote
  const list = async (as: Person = ada): Promise<string[]> =>
    (
      (await as.get('query($id: ID!) { customer(id: $id) { notes { edges { node { text } } } } }', { id: customerId })).customer?.notes
        .edges ?? []
    ).map((edge: any) => edge.node.text)

  test('is written once, changed by its author, removed by him or by those who lead, and told to all who see the customer', async () => {
    const desk = oto.follow('subscription { feed { cursor event { type note { id text author { name } } customer { id } } } }')
    const strangers = uma.follow('subscription { feed { cursor event { type note { id } } } }')
    const window = maria.follow('subscription { visitorFeed { cursor message { text } chat { state } } }')
    await Promise.all([
      desk.until((frame) => frame.event === null),
      strangers.until((frame) => frame.event === null),
      window.until((frame) => frame.cursor >= 0),
    ])
    const key = randomUUID()
    const note = await add('Prefers e-mail', oto, key)
    expect(note).toMatchObject({ text: 'Prefers e-mail', author: { name: 'Oto' } })
    expect(await add('Prefers e-mail', oto, key)).toMatchObject({ id: note.id })
    expect(await add('Other words', oto, key)).toMatchObject({ code: 'client_id_reused' })
    expect(await add('  ', oto)).toMatchObject({ code: 'required', field: 'text' })
    expect(await add('Mine', uma)).toMatchObject({ code: 'not_found' })
    expect((await desk.until((frame) => frame.event?.type === 'note_changed')).event.note).toMatchObject({ text: 'Prefers e-mail' })
    expect(await edit(note.id, 'Mine now', ada)).toMatchObject({ code: 'forbidden' })
    expect(await edit(note.id, 'Prefers phone', oto)).toMatchObject({ text: 'Prefers phone' })
    expect(await edit(note.id, 'x', uma)).toMatchObject({ code: 'not_found' })
    const second = await add('Of Ada')
    expect(await list(oto)).toEqual(['Of Ada', 'Prefers phone'])
    expect(await list(uma)).toEqual([])
    expect(await remove(second.id, oto)).toMatchObject({ code: 'forbidden' })
    expect(await remove(note.id, ada)).toMatchObject({ text: null })
    expect(await edit(note.id, 'Again', oto)).toMatchObject({ code: 'not_found' })
    expect(await list()).toEqual(['Of Ada'])
    await maria.say('Still here?')
    await window.until((frame) => frame.message?.text === 'Still here?')
    expect(JSON.stringify(window.frames)).not.toContain('Prefers')
    await desk.until((frame) => frame.event?.type === 'message_received')
    expect(strangers.frames.filter((frame) => frame.event?.type === 'note_changed')).toEqual([])
    for (const follower of [desk, strangers, window]) follower.end()
  })
})
