import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, type Visitor } from './support/hub.ts'

const saved = '__typename ... on SavedFilter { id name filter scope isTab mayManage } ... on Refusal { code field message remedy }'
const unread = { all: [{ field: 'unread', is: 'yes' }] }

let hub: TestHub
let ada: Person
let groupId: string
let member: Person & { id: string }
let outsider: Person & { id: string }
let leader: Person & { id: string }
let supervisor: Person & { id: string }
let visitor: Visitor

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  groupId = (await ada.get('{ groups { id } }')).groups[0].id
  member = await addColleague(ada, 'Mia', { groupIds: [groupId] })
  outsider = await addColleague(ada, 'Otto', {})
  leader = await addColleague(ada, 'Lea', { role: 'supervisor' })
  supervisor = await addColleague(ada, 'Sven', { role: 'supervisor' })
  await ada.get('mutation($g: ID!, $m: [ID!], $s: [ID!]) { updateGroup(groupId: $g, memberIds: $m, supervisorIds: $s) { __typename } }', {
    g: groupId,
    m: [member.id],
    s: [leader.id],
  })
  visitor = await startVisitor(ada)
  await visitor.say('Where is my bicycle?')
})
afterAll(() => hub.drop())

const create = async (by: Person, name: string, more: Record<string, unknown> = {}) =>
  (
    await by.get(`mutation($input: SavedFilterInput!) { createSavedFilter(input: $input) { ${saved} } }`, {
      input: { name, filter: unread, scope: 'own', ...more },
    })
  ).createSavedFilter
const update = async (by: Person, filterId: string, more: Record<string, unknown> = {}) =>
  (
    await by.get(`mutation($id: ID!, $input: SavedFilterInput!) { updateSavedFilter(filterId: $id, input: $input) { ${saved} } }`, {
      id: filterId,
      input: { name: 'Renamed', filter: unread, scope: 'own', ...more },
    })
  ).updateSavedFilter
const remove = async (by: Person, filterId: string) =>
  (await by.get(`mutation($id: ID!) { deleteSavedFilter(filterId: $id) { ${saved} } }`, { id: filterId })).deleteSavedFilter
const listed = async (by: Person): Promise<any[]> =>
  (await by.get('{ savedFilters { id name isTab mayManage count(timeZone: "America/Sao_Paulo") { count isCapped } } }')).savedFilters
const namesOf = async (by: Person): Promise<string[]> => (await listed(by)).map(({ name }) => name)
const arrange = async (by: Person, filterIds: string[]) =>
  (
    await by.get(
      'mutation($ids: [ID!]!) { arrangeSavedFilters(filterIds: $ids) { __typename ... on ArrangeSavedFiltersSuccess { filters { id name isTab } } ... on Refusal { code } } }',
      { ids: filterIds },
    )
  ).arrangeSavedFilters

describe('a saved filter', () => {
  test("is its owner's alone until it is shared with a group or with all, and counts for each what he may see", async () => {
    expect(await create(member, '  Mine ')).toMatchObject({
      __typename: 'SavedFilter',
      name: 'Mine',
      filter: unread,
      isTab: true,
      mayManage: true,
    })
    expect(await create(leader, 'Of the group', { scope: 'group', groupId })).toMatchObject({ scope: 'group' })
    expect(await create(ada, 'Of all', { scope: 'all' })).toMatchObject({ scope: 'all' })
    expect(await namesOf(member)).toEqual(['Mine', 'Of the group', 'Of all'])
    expect(await namesOf(outsider)).toEqual(['Of all'])
    expect(await namesOf(ada)).toEqual(['Of the group', 'Of all'])
    // The chat belongs to the group: who is not of it is told of none.
    expect((await listed(member)).map(({ count }) => count)).toEqual(Array(3).fill({ count: 1, isCapped: false }))
    expect((await listed(outsider)).map(({ count }) => count)).toEqual([{ count: 0, isCapped: false }])
  })

  test('is shared by those who lead, changed by its owner and a shared one by an admin, and looks missing to all others', async () => {
    expect(await create(member, 'No', { scope: 'all' })).toMatchObject({ code: 'forbidden' })
    expect(await create(member, 'No', { scope: 'group', groupId })).toMatchObject({ code: 'forbidden' })
    expect(await create(leader, 'No', { scope: 'all' })).toMatchObject({ code: 'forbidden' })
    expect(await create(ada, 'No', { scope: 'group' })).toMatchObject({ code: 'required', field: 'groupId' })
    expect(await create(ada, 'No', { scope: 'all', groupId })).toMatchObject({ code: 'invalid', field: 'groupId' })
    expect(await create(ada, 'No', { filter: { all: [unread.all[0], { field: 'x' }] } })).toMatchObject({
      code: 'bad_filter',
      field: 'filter',
      message: 'The filter is not valid at “all.1”.',
      remedy: 'Correct this condition.',
    })
    const own = await create(supervisor, 'Own')
    const shared = await create(supervisor, 'Shared', { scope: 'all' })
    for (const other of [member, ada]) {
      expect(await update(other, own.id)).toMatchObject({ code: 'not_found' })
      expect(await remove(other, own.id)).toMatchObject({ code: 'not_found' })
    }
    for (const other of [member, leader]) {
      expect(await update(other, shared.id, { scope: 'all' })).toMatchObject({ code: 'forbidden' })
      expect(await remove(other, shared.id)).toMatchObject({ code: 'forbidden' })
    }
    expect(await update(ada, shared.id, { scope: 'own' })).toMatchObject({ code: 'forbidden' })
    expect(await update(ada, shared.id, { name: 'Mended', scope: 'all' })).toMatchObject({ name: 'Mended', mayManage: true })
    expect(await update(supervisor, shared.id, { name: 'Taken back' })).toMatchObject({ scope: 'own' })
    expect(await namesOf(member)).not.toContain('Taken back')
    expect(await remove(supervisor, own.id)).toMatchObject({ name: 'Own', isTab: false })
    expect(await remove(supervisor, shared.id)).toMatchObject({ __typename: 'SavedFilter' })
  })

  test('stands where each operator has put it, and away where he has put it away, on every device of his', async () => {
    const desk = member.follow('subscription { feed { cursor event { type } } }')
    const colleague = outsider.follow('subscription { feed { cursor event { type } } }')
    await Promise.all([desk, colleague].map((feed) => feed.until((frame) => frame.event === null)))
    const before = await listed(member)
    const [mine, ofGroup, ofAll] = before.map(({ id }) => id)
    expect(await arrange(member, [ofAll, mine])).toMatchObject({
      filters: [
        { id: ofAll, isTab: true },
        { id: mine, isTab: true },
        { id: ofGroup, isTab: false },
      ],
    })
    await desk.until((frame) => frame.event?.type === 'filter_changed')
    expect(await namesOf(ada)).toEqual(['Of the group', 'Of all'])
    const { id: later } = await create(ada, 'Later', { scope: 'all' })
    expect((await listed(member)).map(({ id, isTab }) => [id, isTab])).toEqual([
      [ofAll, true],
      [mine, true],
      [later, true],
      [ofGroup, false],
    ])
    // What one operator does with his tabs is nobody else's to hear; what is shared is.
    await colleague.until((frame) => frame.event?.type === 'filter_changed')
    expect(colleague.frames.filter((frame) => frame.event?.type === 'filter_changed')).toHaveLength(1)
    expect(await arrange(outsider, [mine])).toMatchObject({ code: 'not_found' })
    await remove(ada, later)
    desk.end()
    colleague.end()
  })

  test("asks for the company's own fields, in lists, figures and runs alike, and says no less once one is archived or gone", async () => {
    const field = (
      await ada.get(
        'mutation { createCustomerField(label: "Plan", type: choice, options: ["Gold", "Silver"]) { ... on CustomerField { id } } }',
      )
    ).createCustomerField.id
    const { customer } = (await ada.get('{ chats(section: new) { edges { node { customer { id version } } } } }')).chats.edges[0].node
    await ada.get(
      'mutation($id: ID!, $v: Int!, $f: ID!) { updateCustomer(customerId: $id, version: $v, values: [{ fieldId: $f, values: ["Gold"] }]) { __typename ... on Refusal { message } } }',
      { id: customer.id, v: customer.version, f: field },
    )
    const gold = { all: [{ field: 'custom', id: field, is: 'any', values: ['Gold'] }] }
    const { id } = await create(member, 'Gold', { filter: gold })
    const countOf = async (by: Person, filter: unknown) =>
      (await by.get('query($f: JSON!) { countChats(filter: $f) { count } }', { f: filter })).countChats.count
    const figure = async () => (await listed(member)).find((each) => each.id === id)?.count.count
    expect([await figure(), await countOf(member, gold), await countOf(outsider, gold)]).toEqual([1, 1, 0])
    const { startBulk } = await member.get(
      'mutation($f: JSON!) { startBulk(input: { kind: read, filter: $f }) { ... on BulkRun { total } ... on Refusal { message } } }',
      { f: gold },
    )
    expect(startBulk).toEqual({ total: 1 })
    await ada.get('mutation($f: ID!) { archiveCustomerField(fieldId: $f, archived: true) { __typename } }', { f: field })
    expect([await figure(), await countOf(member, gold)]).toEqual([1, 1])
    const gone = { all: [{ ...gold.all[0], id: customer.id }] }
    expect(await countOf(member, gone)).toBe(0)
    expect(await countOf(member, { all: [{ field: 'taxId', is: 'empty' }] })).toBe(1)
    await remove(member, id)
  })

  test('names the tag that took the place of a merged one', async () => {
    const tag = async (name: string) =>
      (await ada.get('mutation($n: String!) { createTag(name: $n, colour: red) { ... on Tag { id } } }', { n: name })).createTag.id
    const [one, other] = [await tag('Rush'), await tag('Urgent')]
    const { id } = await create(member, 'Tagged', { filter: { all: [{ any: [{ field: 'chatTags', is: 'any', ids: [one] }] }] } })
    await ada.get('mutation($a: ID!, $b: ID!) { mergeTags(tagId: $a, intoTagId: $b) { __typename } }', { a: one, b: other })
    const { savedFilters } = await member.get('{ savedFilters { id filter } }')
    expect(savedFilters.find((each: any) => each.id === id).filter).toEqual({
      all: [{ any: [{ field: 'chatTags', is: 'any', ids: [other] }] }],
    })
  })
})

describe('the list of a filter', () => {
  const page = async (by: Person, filter: unknown, more: Record<string, unknown> = {}) =>
    by.ask(
      'query($f: JSON!, $tz: String, $after: String) { filteredChats(filter: $f, timeZone: $tz, first: 1, after: $after) { edges { cursor node { number customer { name } } } pageInfo { hasNextPage endCursor } } countChats(filter: $f, timeZone: $tz) { count } }',
      { f: filter, ...more },
    )

  test('comes in pages, to each his own', async () => {
    const other = await startVisitor(ada)
    await other.say('A bicycle, please.')
    const text = { all: [{ field: 'text', is: 'contains', value: 'bicycle' }] }
    const first = (await page(member, text)).data
    expect(first.countChats.count).toBe(2)
    expect(first.filteredChats).toMatchObject({ edges: [{ node: { number: 2 } }], pageInfo: { hasNextPage: true } })
    const second = (await page(member, text, { after: first.filteredChats.pageInfo.endCursor })).data
    expect(second.filteredChats).toMatchObject({ edges: [{ node: { number: 1 } }], pageInfo: { hasNextPage: false } })
    expect((await page(outsider, text)).data).toMatchObject({ countChats: { count: 0 }, filteredChats: { edges: [] } })
  })

  test('refuses what is no filter and no time zone, with the field and the remedy', async () => {
    const { errors } = await page(member, { all: [{ field: 'unread', is: 'perhaps' }] })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'bad_filter', field: 'filter', remedy: 'Correct this condition.' })
    expect((await page(member, unread, { tz: 'Nowhere' })).errors?.[0]?.extensions).toMatchObject({ code: 'invalid', field: 'timeZone' })
  })
})
