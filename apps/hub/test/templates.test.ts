import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dropUnlinked } from '../src/domain/file.ts'
import { systemOf } from '../src/work.ts'
import { addColleague, type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue, type Visitor } from './support/hub.ts'

const refused = '... on Refusal { code field remedy }'
const fields = 'id scope title shortcut body language mayManage owner { name } group { name } files { name size }'

let hub: TestHub
let ada: Person
let lea: Person & { id: string }
let oto: Person & { id: string }
let uma: Person & { id: string }
let groupId: string
let maria: Visitor
let chatId: string

beforeAll(async () => {
  hub = await startTestHub({ ROLES: 'web' })
  ada = await setUp(hub)
  groupId = (await ada.get('{ groups { id } }')).groups[0].id
  const { createGroup } = await ada.get('mutation { createGroup(name: "Elsewhere", memberIds: []) { ... on Group { id } } }')
  oto = await addColleague(ada, 'Oto', { groupIds: [groupId] })
  uma = await addColleague(ada, 'Uma', { groupIds: [createGroup.id] })
  lea = await addColleague(ada, 'Lea', { role: 'supervisor', groupIds: [groupId] })
  maria = await startVisitor(ada)
  await maria.say('Hello')
  chatId = (await ada.get('{ chats(section: new) { edges { node { id } } } }')).chats.edges[0].node.id
})
afterAll(() => hub.drop())

const create = async (input: Record<string, unknown>, as: Person = ada) =>
  (
    await as.get(
      `mutation($input: TemplateInput!) { createTemplate(input: $input) { __typename ... on Template { ${fields} } ${refused} } }`,
      {
        input: { scope: 'all', ...input },
      },
    )
  ).createTemplate
const update = async (templateId: string, input: Record<string, unknown>, as: Person = ada) =>
  (
    await as.get(
      `mutation($id: ID!, $input: TemplateInput!) { updateTemplate(templateId: $id, input: $input) { __typename ... on Template { ${fields} } ${refused} } }`,
      { id: templateId, input: { scope: 'all', ...input } },
    )
  ).updateTemplate
const remove = async (templateId: string, as: Person = ada) =>
  (await as.get(`mutation($id: ID!) { deleteTemplate(templateId: $id) { __typename ${refused} } }`, { id: templateId })).deleteTemplate
const apply = async (templateId: string, as: Person = ada) =>
  (
    await as.get(
      `mutation($id: ID!, $chatId: ID!) { applyTemplate(templateId: $id, chatId: $chatId) { __typename ... on AppliedTemplate { text empty files { id name url } } ${refused} } }`,
      { id: templateId, chatId },
    )
  ).applyTemplate
const buttonsIn = async (templateId: string): Promise<string[]> =>
  (
    await ada.get(
      'mutation($id: ID!, $chatId: ID!) { applyTemplate(templateId: $id, chatId: $chatId) { ... on AppliedTemplate { template { buttons } } } }',
      { id: templateId, chatId },
    )
  ).applyTemplate.template.buttons
const find = async (search: string, as: Person = ada): Promise<string[]> =>
  (
    await as.get('query($id: ID!, $s: String) { findTemplates(chatId: $id, search: $s) { template { title } } }', { id: chatId, s: search })
  ).findTemplates.map((match: any) => match.template.title)
const titles = async (as: Person, more = ''): Promise<string[]> =>
  (await as.get(`{ templates(first: 100 ${more}) { edges { node { title } } } }`)).templates.edges.map((edge: any) => edge.node.title)
async function upload(as: Person, name: string, text = 'Opening hours'): Promise<string> {
  const { 'content-type': _, ...headers } = as.headers()
  const body = new FormData()
  body.append('file', new Blob([text], { type: 'text/plain' }), name)
  return ((await (await fetch(`${as.url}/files`, { method: 'POST', headers, body })).json()) as { id: string }).id
}

describe('a template', () => {
  test('is of all, of a group, or its owner’s, and is seen and changed by those it is meant for', async () => {
    const rows = {
      all: await create({ title: 'A all', body: 'x' }),
      group: await create({ title: 'B group', body: 'x', scope: 'group', groupId }, lea),
      own: await create({ title: 'C own', body: 'x', scope: 'own' }, oto),
      shared: await create({ title: 'D shared', body: 'x', scope: 'shared' }, oto),
    }
    expect(rows.group).toMatchObject({ scope: 'group', group: { name: expect.any(String) }, owner: null, mayManage: true })
    expect(rows.shared).toMatchObject({ scope: 'shared', owner: { name: 'Oto' }, mayManage: true })
    expect(await titles(oto)).toEqual(['A all', 'B group', 'C own', 'D shared'])
    expect(await titles(uma)).toEqual(['A all', 'D shared'])
    expect(await titles(lea)).toEqual(['A all', 'B group', 'D shared'])
    expect(await titles(ada)).toEqual(['A all', 'B group', 'D shared'])
    expect(await titles(oto, 'scope: own')).toEqual(['C own'])

    expect(await create({ title: 'no', body: 'x' }, oto)).toMatchObject({ code: 'forbidden' })
    expect(await create({ title: 'no', body: 'x', scope: 'group', groupId }, oto)).toMatchObject({ code: 'forbidden' })
    expect(await create({ title: 'no', body: 'x', scope: 'group' }, ada)).toMatchObject({ code: 'required', field: 'groupId' })
    // What is not seen is not there; what is seen and not one's own is refused.
    for (const person of [uma, lea, ada])
      expect(await update(rows.own.id, { title: 'no', body: 'x' }, person)).toMatchObject({ code: 'not_found' })
    expect(await remove(rows.group.id, uma)).toMatchObject({ code: 'not_found' })
    expect(await remove(rows.shared.id, uma)).toMatchObject({ code: 'forbidden' })
    expect(await remove(rows.all.id, oto)).toMatchObject({ code: 'forbidden' })
    expect(await apply(rows.own.id, ada)).toMatchObject({ code: 'not_found' })
    // Nobody gives his own to all, or takes a group's for himself.
    expect(await update(rows.own.id, { title: 'C own', body: 'x', scope: 'all' }, oto)).toMatchObject({ code: 'forbidden' })
    expect(await update(rows.group.id, { title: 'B group', body: 'x', scope: 'own' }, oto)).toMatchObject({ code: 'forbidden' })
    expect(await update(rows.own.id, { title: 'C own', body: 'x', scope: 'shared' }, oto)).toMatchObject({
      scope: 'shared',
      owner: { name: 'Oto' },
    })
    expect(await titles(uma)).toEqual(['A all', 'C own', 'D shared'])
    for (const [row, person] of [
      [rows.all, ada],
      [rows.group, lea],
      [rows.own, oto],
      [rows.shared, ada],
    ] as const)
      expect(await remove(row.id, person)).toMatchObject({ __typename: 'Template' })
    expect(await titles(oto)).toEqual([])
  })

  test('fills its variables, takes the words for what is empty, and tells what has none', async () => {
    const { id } = await create({
      title: 'Greeting',
      body: 'Hi {{customer.first_name|friend}}, {{ operator.first_name }} of {{company.name}} here (#{{chat.number}}). {{customer.phone}} {{customer.phone|}}{{customer.phone| no phone }} {{nothing.known}} {{customer.name',
    })
    const { text, empty } = await apply(id, oto)
    const { chat, workspace } = await oto.get('query($id: ID!) { chat(id: $id) { number customer { name } } workspace { name } }', {
      id: chatId,
    })
    const first = chat.customer.name?.split(' ')[0] ?? 'friend'
    expect(text).toBe(
      `Hi ${first}, Oto of ${workspace.name} here (#${chat.number}). {{customer.phone}} no phone {{nothing.known}} {{customer.name`,
    )
    expect(empty).toEqual(['customer.phone'])
    const { previewTemplate } = await oto.get(
      'query($id: ID!) { previewTemplate(chatId: $id, body: "{{operator.name}} {{customer.phone}}") { ... on FilledText { text empty } } }',
      {
        id: chatId,
      },
    )
    expect(previewTemplate).toEqual({ text: 'Oto {{customer.phone}}', empty: ['customer.phone'] })
    await remove(id)
  })

  test('is found by words whatever case and accents, and what one uses most and last comes first', async () => {
    const made = [
      await create({ title: 'Endereço da loja', body: 'Rua das Flores', shortcut: 'loja' }),
      await create({ title: 'Horário', body: 'Das nove às seis', shortcut: 'hora' }),
      await create({ title: 'Aberto hoje', body: 'A loja abre às nove' }),
    ]
    expect(await find('ENDERECO')).toEqual(['Endereço da loja'])
    expect(await find('loja')).toEqual(['Endereço da loja', 'Aberto hoje'])
    expect(await find('nove AS')).toEqual(['Aberto hoje', 'Horário'])
    expect(await find('%')).toEqual([])
    await apply(made[1].id, oto)
    await apply(made[1].id, oto)
    await apply(made[0].id, oto)
    expect(await find('', oto)).toEqual(['Horário', 'Endereço da loja', 'Aberto hoje'])
    expect(await find('', ada)).toEqual(['Aberto hoje', 'Endereço da loja', 'Horário'])
    // What was used often, long ago, stands behind what is used now.
    const workspaceId = await workspaceIdOf()
    await hub.works.work(
      systemOf(workspaceId),
      (work) => work.sql`update template_uses set used_at = used_at - interval '90 days' where template_id = ${made[1].id}`,
    )
    expect(await find('', oto)).toEqual(['Endereço da loja', 'Horário', 'Aberto hoje'])
    for (const { id } of made) await remove(id)
  })

  test('has a shortcut of its own in its place and language', async () => {
    const { id } = await create({ title: 'Thanks', body: 'x', shortcut: 'thanks' })
    expect(await create({ title: 'Again', body: 'x', shortcut: 'THANKS' })).toMatchObject({ code: 'taken', field: 'shortcut' })
    expect(await create({ title: 'Again', body: 'x', shortcut: 'two words' })).toMatchObject({ code: 'bad_shortcut', field: 'shortcut' })
    const mine = await create({ title: 'My thanks', body: 'x', shortcut: 'thanks', scope: 'own' }, oto)
    const spanish = await create({ title: 'Gracias', body: 'x', shortcut: 'thanks', language: 'es' })
    const other = await create({ title: 'Other', body: 'x', shortcut: 'other' })
    expect([mine.shortcut, spanish.language, other.shortcut]).toEqual(['thanks', 'es', 'other'])
    expect(await update(other.id, { title: 'Other', body: 'x', shortcut: 'Thanks' })).toMatchObject({ code: 'taken', field: 'shortcut' })
    const answers = await Promise.all(Array.from({ length: 4 }, () => create({ title: 'Race', body: 'x', shortcut: 'race' })))
    expect(answers.filter(({ __typename }) => __typename === 'Template')).toHaveLength(1)
    for (const row of [{ id }, spanish, other, ...answers.filter((each) => each.id)]) await remove(row.id)
    await remove(mine.id, oto)
  })

  test('offers answers on buttons below its text', async () => {
    expect(await create({ title: 'Alone', buttons: ['Yes'] })).toMatchObject({ code: 'required', field: 'body' })
    expect(await create({ title: 'Twice', body: 'x', buttons: ['Yes', 'YES'] })).toMatchObject({ code: 'same_button', field: 'buttons' })
    const { id } = await create({ title: 'Did it help?', body: 'Does it work?', buttons: [' Yes ', 'Not yet'] })
    expect(await buttonsIn(id)).toEqual(['Yes', 'Not yet'])
    await update(id, { title: 'Did it help?', body: 'Does it work?' })
    expect(await buttonsIn(id)).toEqual([])
    await remove(id)
  })

  test('carries files: each use gives copies to send, and what was sent outlives it', async () => {
    const [one, two] = [await upload(ada, 'hours.txt'), await upload(ada, 'map.txt', 'A map')]
    expect(await create({ title: 'Stolen', body: 'x', fileIds: [await upload(oto, 'his.txt')] })).toMatchObject({
      code: 'not_found',
      field: 'fileIds',
    })
    expect(await create({ title: 'Nothing', body: ' ' })).toMatchObject({ code: 'required', field: 'body' })
    const { id, files } = await create({ title: 'With files', fileIds: [one, two] })
    expect(files.map(({ name }: any) => name)).toEqual(['hours.txt', 'map.txt'])
    const applied = await apply(id, oto)
    expect(applied.files.map(({ name }: any) => name)).toEqual(['hours.txt', 'map.txt'])
    expect((await apply(id, oto)).files[0].id).not.toBe(applied.files[0].id)
    await oto.get('mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }', {
      input: { chatId, clientId: crypto.randomUUID(), fileIds: applied.files.map((file: any) => file.id) },
    })
    expect(await update(id, { title: 'With files', fileIds: [two] })).toMatchObject({ files: [{ name: 'map.txt' }] })
    await remove(id)
    const workspaceId = await workspaceIdOf()
    // Nobody's bytes are dropped while a message shows them; those of what was never sent are.
    const unused = await create({ title: 'Unused', fileIds: [await upload(ada, 'unused.txt', 'Never sent')] })
    await remove(unused.id)
    await hub.works.work(systemOf(workspaceId), (work) => work.sql`update files set created_at = created_at - interval '2 hours'`)
    // One of a template that is gone, and one that another operator uploaded above.
    expect(await hub.works.work(systemOf(workspaceId), dropUnlinked)).toHaveLength(2)
    const { chat } = await oto.get(
      'query($id: ID!) { chat(id: $id) { timeline(last: 20) { edges { node { ... on Message { files { name url } } } } } } }',
      { id: chatId },
    )
    const sent = chat.timeline.edges.flatMap(({ node }: any) => node.files ?? [])
    expect(sent.map(({ name }: any) => name)).toEqual(['hours.txt', 'map.txt'])
    const read = await fetch(`${hub.url}${new URL(sent[0].url, hub.url).pathname}${new URL(sent[0].url, hub.url).search}`, {
      headers: { cookie: oto.cookie },
    })
    expect(await read.text()).toBe('Opening hours')
    const left = await hub.works.read(systemOf(workspaceId), (work) => work.sql`select id from files where template_id is not null`)
    expect(left.length).toBe(0)
  })

  test('changed is told to every desk without its text, and one’s own to oneself alone', async () => {
    const document = 'subscription { feed { cursor event { type } } }'
    const desks = [ada.follow(document), oto.follow(document), uma.follow(document)]
    for (const desk of desks) await desk.until((frame) => frame.event === null)
    const own = await create({ title: 'Mine', body: 'x', scope: 'own' }, oto)
    const all = await create({ title: 'Ours', body: 'x' })
    await remove(all.id)
    for (const desk of desks) await untilTrue(() => desk.frames.filter(({ event }) => event?.type === 'template_changed').length >= 2)
    expect(desks.map((desk) => desk.frames.filter(({ event }) => event?.type === 'template_changed').length)).toEqual([2, 3, 2])
    for (const desk of desks) desk.end()
    await remove(own.id, oto)
  })

  test('comes in pages by title', async () => {
    const made = []
    for (const letter of ['d', 'B', 'a', 'C']) made.push(await create({ title: `Page ${letter}`, body: 'x' }))
    const page = (after: string | null) =>
      uma.get(
        'query($after: String) { templates(first: 2, after: $after) { edges { node { title } } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
    const first = (await page(null)).templates
    const second = (await page(first.pageInfo.endCursor)).templates
    expect([...first.edges, ...second.edges].map((edge: any) => edge.node.title)).toEqual(['Page a', 'Page B', 'Page C', 'Page d'])
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false])
    for (const { id } of made) await remove(id)
  })
})

describe('the library', () => {
  const png = Uint8Array.from(
    atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
    (letter) => letter.charCodeAt(0),
  )
  async function picture(as: Person, name: string): Promise<string> {
    const { 'content-type': _, ...headers } = as.headers()
    const body = new FormData()
    body.append('file', new Blob([png], { type: 'image/png' }), name)
    return ((await (await fetch(`${as.url}/files`, { method: 'POST', headers, body })).json()) as { id: string }).id
  }
  const add = async (fileId: string, title: string, as: Person = ada) =>
    (
      await as.get(
        `mutation($id: ID!, $title: String!) { addLibraryImage(fileId: $id, title: $title) { __typename ... on LibraryImage { id title file { name } } ${refused} } }`,
        { id: fileId, title },
      )
    ).addLibraryImage
  const list = async (as: Person): Promise<string[]> =>
    (await as.get('{ libraryImages { edges { node { title } } } }')).libraryImages.edges.map((edge: any) => edge.node.title)

  test('holds pictures in an order, kept by admins, sent by everybody', async () => {
    const pay = await add(await picture(ada, 'pay.png'), 'How to pay')
    const map = await add(await picture(ada, 'map.png'), 'Map')
    const menu = await add(await picture(ada, 'menu.png'), 'Menu')
    expect(pay).toMatchObject({ __typename: 'LibraryImage', file: { name: 'pay.png' } })
    expect(await add(await upload(ada, 'a.txt'), 'Text')).toMatchObject({ code: 'unsupported_file', field: 'fileId' })
    expect(await add(await picture(lea, 'x.png'), 'No', lea)).toMatchObject({ code: 'forbidden' })
    expect(await list(oto)).toEqual(['How to pay', 'Map', 'Menu'])
    const move = (imageId: string, to: number) =>
      ada.get('mutation($id: ID!, $to: Int!) { moveLibraryImage(imageId: $id, to: $to) { __typename } }', { id: imageId, to })
    await move(menu.id, 0)
    await move(pay.id, 99)
    expect(await list(oto)).toEqual(['Menu', 'Map', 'How to pay'])
    await ada.get('mutation($id: ID!) { renameLibraryImage(imageId: $id, title: "The map") { __typename } }', { id: map.id })
    const { takeLibraryImage } = await oto.get(
      'mutation($id: ID!, $chatId: ID!) { takeLibraryImage(imageId: $id, chatId: $chatId) { ... on File { id name kind } } }',
      { id: map.id, chatId },
    )
    expect(takeLibraryImage).toMatchObject({ name: 'map.png', kind: 'image' })
    const { sendMessage } = await oto.get(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { ... on Message { files { name } } } }',
      { input: { chatId, clientId: crypto.randomUUID(), fileIds: [takeLibraryImage.id] } },
    )
    expect(sendMessage.files).toEqual([{ name: 'map.png' }])
    await ada.get('mutation($id: ID!) { deleteLibraryImage(imageId: $id) { __typename } }', { id: map.id })
    expect(await list(oto)).toEqual(['Menu', 'How to pay'])
  })
})

const workspaceIdOf = async (): Promise<string> => (await ada.get('{ workspace { id } }')).workspace.id
