import { type MailStandIn, startMailStandIn } from '@parley/conformance/mail'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, setUp, startTestHub, type TestHub, untilTrue } from './support/hub.ts'
import { chatOf, messageOf, reply, untilDelivery, untilState } from './support/telegram.ts'

const maria = { name: 'Maria Souza', address: 'maria@customer.example' }
const otto = { name: 'Otto', address: 'otto@customer.example' }

let hub: TestHub
let ada: Person
let mail: MailStandIn

const create = `mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message field } } }`

beforeAll(async () => {
  mail = await startMailStandIn()
  hub = await startTestHub({ PARLEY_ALLOW_PRIVATE_FETCH: mail.hosts.join(',') })
  ada = await setUp(hub)
  const { createChannel } = await ada.get(create, {
    input: { kind: 'email', name: 'Help', options: { ...mail.options, sender: 'The Shop' } },
  })
  await untilState(ada, createChannel.id, 'connected')
})
afterAll(async () => {
  await hub?.drop()
  await mail?.stop()
})

const open = async (chatId: string) =>
  (
    await ada.get(
      `query($id: ID!) { chat(id: $id) { number state customer { name email } timeline(last: 50) { edges { node { ... on Message { id text direction letter { subject quoted automatic } files { name state size letter url } } } } } } }`,
      { id: chatId },
    )
  ).chat
const messagesIn = async (chatId: string) => (await open(chatId)).timeline.edges.flatMap(({ node }: any) => (node.id ? [node] : []))
const withCustomer = async (chatId: string) => (await ada.get('query($id: ID!) { chat(id: $id) { customer { id } } }', { id: chatId })).chat
const close = (chatId: string) => ada.get('mutation($id: ID!) { closeChat(chatId: $id) { __typename } }', { id: chatId })
const fetched = (path: string) => fetch(`${ada.url}${path}`, { headers: { cookie: ada.cookie } })
const lastOut = () => mail.ledger.accepted.at(-1)

test('a letter comes with its subject and without what it quotes, and the answer belongs to it', async () => {
  const id = await mail.write({
    from: maria,
    subject: 'Is the blue one in stock?',
    text: 'I would take two.\n\nOn Monday, 3 March 2025, The Shop wrote:\n> We have many colours.\n> And sizes.\n',
  })
  const chatId = await chatOf(ada, 'I would take two.')
  expect(await open(chatId)).toMatchObject({ customer: { name: 'Maria Souza', email: maria.address } })
  expect(await messagesIn(chatId)).toMatchObject([
    {
      text: 'I would take two.',
      letter: { subject: 'Is the blue one in stock?', quoted: expect.stringContaining('> We have many colours.'), automatic: false },
    },
  ])
  const sent = await reply(ada, chatId, 'Two are left.')
  await untilDelivery(ada, sent.id, 'sent')
  expect(lastOut()).toMatchObject({
    to: maria.address,
    text: 'Two are left.',
    subject: 'Re: Is the blue one in stock?',
    inReplyTo: id,
    headers: { from: 'The Shop <help@parley.example>', references: `<${id}>` },
  })
  expect(mail.world.folder('Sent')?.letters).toHaveLength(1)

  await mail.write({ from: maria, subject: 'Re: Is the blue one in stock?', text: 'Wonderful!', inReplyTo: `<${lastOut()?.id}>` })
  expect(await chatOf(ada, 'Wonderful!')).toBe(chatId)
})

test('whoever answers into the letters of another is a customer of his own', async () => {
  await mail.write({ from: otto, subject: 'Re: Is the blue one in stock?', text: 'Tell me more', inReplyTo: `<${lastOut()?.id}>` })
  const chatId = await chatOf(ada, 'Tell me more')
  expect(await open(chatId)).toMatchObject({ customer: { name: 'Otto', email: otto.address } })
  expect(await messagesIn(chatId)).toHaveLength(1)
})

test('files come with a letter', async () => {
  await mail.write({ from: otto, text: 'The list', attachments: [{ filename: 'список.txt', content: 'one, two' }] })
  const chatId = await chatOf(ada, 'The list')
  const file = await untilTrue(async () => {
    const [message] = await messagesIn(chatId)
    return message.files[0]?.state === 'stored' ? message.files[0] : undefined
  })
  expect(file).toMatchObject({ name: 'список.txt', size: 8 })
})

test('a letter in HTML is read as text, and shown as it came in a page that runs nothing and loads nothing', async () => {
  const html = '<h1>Sale</h1><p>Half the <b>price</b></p><script>alert(1)</script><img src="https://elsewhere.example/seen.gif">'
  await mail.write({
    from: { name: 'Ivo', address: 'ivo@customer.example' },
    subject: 'Sale',
    html,
    attachments: [{ filename: 'a.html', content: html }],
  })
  const chatId = await chatOf(ada, 'Sale\n\nHalf the price')
  const files = await untilTrue(async () => {
    const [message] = await messagesIn(chatId)
    return message.files.every(({ state }: any) => state === 'stored') ? message.files : undefined
  })
  expect(files).toMatchObject([{ name: expect.stringContaining('a'), letter: false }, { letter: true }])
  const [attached, page] = files
  const shown = await fetched(`${page.url}&as=letter`)
  expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const policy = shown.headers.get('content-security-policy') ?? ''
  expect(policy).toContain('sandbox allow-popups')
  expect(policy).not.toContain('allow-scripts')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('img-src data:;')
  expect(await shown.text()).toContain('Half the <b>price</b>')
  const asked = await fetched(`${page.url}&as=letter-pictures`)
  expect(asked.headers.get('content-security-policy')).toContain('img-src data: https: http:;')
  // A page somebody attached is a file like any other.
  expect((await fetched(`${attached.url}&as=letter`)).headers.get('content-disposition')).toContain('attachment')
})

test('a letter that comes back makes its delivery fail, in the words of the server', async () => {
  await mail.write({ from: { name: 'Nina', address: 'nina@gone.example' }, text: 'Write to me' })
  const chatId = await chatOf(ada, 'Write to me')
  const sent = await reply(ada, chatId, 'Gladly')
  await untilDelivery(ada, sent.id, 'sent')
  const letter = lastOut()
  if (letter) mail.bounce(letter, '5.1.1', 'Nina does not live here')
  await untilDelivery(ada, sent.id, 'failed')
  expect(await messageOf(ada, sent.id)).toMatchObject({
    failure: { code: 'no_such_peer', platform: expect.stringContaining('Nina does not live here') },
  })
  expect(await messagesIn(chatId)).toHaveLength(2)
})

test('a program’s letter is kept and told from others, and the hub says nothing to it', async () => {
  await ada.get('mutation { updateClosingSettings(texts: [{ language: en, text: "Goodbye for now" }]) { __typename } }')
  await mail.write({ from: maria, subject: 'Thanks', text: 'That is all' })
  const spoken = await chatOf(ada, 'That is all')
  await mail.write({ from: otto, subject: 'Away', text: 'I am on the road', headers: { 'Auto-Submitted': 'auto-replied' } })
  const automatic = await chatOf(ada, 'I am on the road')
  expect(await messagesIn(automatic)).toMatchObject([{ letter: { subject: 'Away', automatic: true } }])
  const before = mail.ledger.accepted.length
  await close(automatic)
  await close(spoken)
  await untilTrue(async () => mail.ledger.accepted.length > before)
  expect(mail.ledger.accepted.slice(before)).toMatchObject([
    { to: maria.address, text: 'Goodbye for now', headers: { 'auto-submitted': 'auto-replied' } },
  ])
})

test('a server in a network of the hub’s own is not connected to unless it is named', async () => {
  const { createChannel } = await ada.get(create, {
    input: {
      kind: 'email',
      name: 'Inside',
      options: { ...mail.options, imapHost: '10.0.0.7', imapPort: 993, smtpHost: '10.0.0.7', smtpPort: 465 },
    },
  })
  await untilState(ada, createChannel.id, 'failed')
  const { channels } = await ada.get('{ channels { id reason action } }')
  expect(channels.find(({ id }: any) => id === createChannel.id)).toMatchObject({
    action: 'reconfigure',
    reason: expect.stringContaining('private'),
  })
})

const upload = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const form = new FormData()
  form.set('file', new Blob([bytes]), name)
  const { 'content-type': _, ...headers } = ada.headers()
  return ((await (await fetch(`${ada.url}/files`, { method: 'POST', headers, body: form })).json()) as { id: string }).id
}
const sendFiles = async (chatId: string, text: string, fileIds: string[]) =>
  (
    await ada.get(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { ... on Message { id } ... on Refusal { code message } } }',
      {
        input: { chatId, clientId: crypto.randomUUID(), text, fileIds },
      },
    )
  ).sendMessage

test('the files of a message go in one letter, and in several only where they are too large for one', async () => {
  await mail.write({ from: maria, subject: 'The papers', text: 'Send me the papers' })
  const chatId = await chatOf(ada, 'Send me the papers')
  const before = mail.ledger.accepted.length
  const small = await Promise.all(['a', 'b', 'c'].map((name) => upload(`${name}.txt`, Buffer.from(`paper ${name}`))))
  await untilDelivery(ada, (await sendFiles(chatId, 'All three', small)).id, 'sent')
  expect(mail.ledger.accepted.slice(before)).toMatchObject([
    { text: 'All three', files: [{ name: 'a.txt' }, { name: 'b.txt' }, { name: 'c.txt', size: 7 }] },
  ])
  const large = await Promise.all(['d', 'e'].map((name) => upload(`${name}.txt`, Buffer.alloc(10 * 1024 * 1024, name))))
  await untilDelivery(ada, (await sendFiles(chatId, 'The large ones', large)).id, 'sent')
  expect(mail.ledger.accepted.slice(before + 1)).toMatchObject([
    { text: 'The large ones', files: [{ name: 'd.txt' }] },
    { text: '', files: [{ name: 'e.txt' }] },
  ])
})

test('a letter names all those it goes back to, also where it answers one of ours', async () => {
  const line = ['<one@customer.example>', '<two@customer.example>']
  const id = await mail.write({
    from: otto,
    subject: 'Re: Long',
    text: 'The third of them',
    references: line,
    inReplyTo: line[1] as string,
  })
  const chatId = await chatOf(ada, 'The third of them')
  const first = await reply(ada, chatId, 'The fourth')
  await untilDelivery(ada, first.id, 'sent')
  expect(lastOut()?.headers.references).toBe([...line, `<${id}>`].join(' '))
  const ours = lastOut()?.id
  const { sendMessage } = await ada.get('mutation($input: SendMessageInput!) { sendMessage(input: $input) { ... on Message { id } } }', {
    input: { chatId, clientId: crypto.randomUUID(), text: 'And one thing more', replyToId: first.id },
  })
  await untilDelivery(ada, sendMessage.id, 'sent')
  expect(lastOut()).toMatchObject({ inReplyTo: ours, headers: { references: [...line, `<${id}>`, `<${ours}>`].join(' ') } })
})

test('pictures a letter draws within itself are those that came with it, and no others', async () => {
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  await mail.write({
    from: { name: 'Pia', address: 'pia@customer.example' },
    subject: 'Our logo',
    html: '<p>Look at it</p><img src="cid:logo@pia"><img src=\'cid:page@pia\'><img src="cid:nothing@pia">',
    attachments: [
      { filename: 'logo.png', content: picture, cid: 'logo@pia' },
      {
        filename: 'page.svg',
        content: '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        contentType: 'image/png',
        cid: 'page@pia',
      },
    ],
  })
  const chatId = await chatOf(ada, 'Look at it')
  const files = await untilTrue(async () => {
    const [message] = await messagesIn(chatId)
    return message.files.length === 3 && message.files.every(({ state }: any) => state === 'stored') ? message.files : undefined
  })
  const page = await (await fetched(`${files.find(({ letter }: any) => letter).url}&as=letter`)).text()
  expect(page).toContain(`<p>Look at it</p><img src="data:image/png;base64,${picture.toString('base64')}">`)
  expect(page).toContain("<img src='cid:page@pia'>")
  expect(page).toContain('<img src="cid:nothing@pia">')
})

test('the test message of an admin goes also to whoever was last heard by an absence notice', async () => {
  await mail.write({ from: otto, subject: 'Away again', text: 'I am away once more', headers: { 'Auto-Submitted': 'auto-replied' } })
  const chatId = await chatOf(ada, 'I am away once more')
  const { sendTestMessage } = await ada.get(
    'mutation($id: ID!) { sendTestMessage(chatId: $id) { ... on Message { id } ... on Refusal { code message } } }',
    { id: chatId },
  )
  await untilDelivery(ada, sendTestMessage.id, 'sent')
  expect(lastOut()).toMatchObject({ to: otto.address, headers: { 'auto-submitted': 'auto-replied' } })
})

const begin = (person: Person, input: object) =>
  person.get(
    'mutation($input: BeginChatInput!) { beginChat(input: $input) { __typename ... on Chat { id state operator { name } customer { id } } ... on Refusal { code field } } }',
    { input },
  )

test('an operator writes to a customer first: a letter of a subject of its own, and the answer comes into the same chat', async () => {
  const { customer } = await withCustomer(await chatOf(ada, 'Wonderful!'))
  const { channels } = await ada.get('{ channels { id name kind } }')
  const channelId = channels.find(({ name }: any) => name === 'Help').id
  const input = { customerId: customer.id, channelId, clientId: 'spring', subject: 'Our spring\n sale', text: 'Bells for half the price' }
  const before = mail.ledger.accepted.length
  const { beginChat } = await begin(ada, input)
  expect(beginChat).toMatchObject({ state: 'serving', operator: { name: 'Ada' }, customer: { id: customer.id } })
  await untilTrue(async () => mail.ledger.accepted.length > before)
  const first = lastOut()
  expect(first).toMatchObject({ to: maria.address, subject: 'Our spring sale', text: 'Bells for half the price' })
  expect([first?.inReplyTo, first?.headers.references]).toEqual([undefined, undefined])
  expect((await begin(ada, input)).beginChat.id).toBe(beginChat.id)
  // What was reworded after an answer that was lost is not taken for what has gone.
  for (const other of [{ text: 'Bells for a third of the price' }, { subject: 'Our winter sale' }])
    expect((await begin(ada, { ...input, ...other })).beginChat).toMatchObject({ code: 'sent_already', field: 'text' })
  expect(await messagesIn(beginChat.id)).toMatchObject([{ text: 'Bells for half the price', letter: { subject: 'Our spring sale' } }])

  const second = await reply(ada, beginChat.id, 'And locks')
  await untilDelivery(ada, second.id, 'sent')
  expect(lastOut()).toMatchObject({ subject: 'Re: Our spring sale', inReplyTo: first?.id })
  await mail.write({ from: maria, subject: 'Re: Our spring sale', text: 'A bell, please', inReplyTo: `<${first?.id}>` })
  expect(await chatOf(ada, 'A bell, please')).toBe(beginChat.id)
})

test('nobody is written to without an address, at the address of another, or on a channel that is no mailbox', async () => {
  const { customer } = await withCustomer(await chatOf(ada, 'A bell, please'))
  const { channels } = await ada.get('{ channels { id name kind } }')
  const channelId = channels.find(({ name }: any) => name === 'Help').id
  const input = { customerId: customer.id, channelId, clientId: 'second', subject: 'Hello', text: 'Hello' }
  const site = await ada.get(
    'mutation { createChannel(input: { kind: web, name: "Shop", options: { name: "Shop" } }) { ... on Channel { id } ... on Refusal { code message field } } }',
  )
  expect((await begin(ada, { ...input, channelId: site.createChannel.id })).beginChat).toMatchObject({ code: 'unsupported' })
  for (const [field, most] of [
    ['subject', 300],
    ['text', 65_536],
    ['clientId', 200],
  ] as const)
    expect((await begin(ada, { ...input, [field]: 'x'.repeat(most + 1) })).beginChat).toMatchObject({ code: 'too_long', field })
  expect((await begin(ada, { ...input, subject: ' ' })).beginChat).toMatchObject({ code: 'required', field: 'subject' })
  const change = (email: string) =>
    ada.get(
      'mutation($id: ID!, $email: String) { updateCustomer(customerId: $id, email: $email) { __typename ... on Refusal { code } } }',
      {
        id: customer.id,
        email,
      },
    )
  await change(otto.address)
  expect((await begin(ada, input)).beginChat).toMatchObject({ code: 'email_elsewhere' })
  await change('')
  expect((await begin(ada, input)).beginChat).toMatchObject({ code: 'no_email' })
  await change(maria.address)
})
