import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadEnv } from '../src/env.ts'
import { type FileLink, signFileLink } from '../src/files/links.ts'
import { deriveKey } from '../src/seal.ts'
import { loadSecret } from '../src/secret.ts'
import { type ChatKind, chatKinds, fileLines, outcomesOf, people } from './rights/matrix.ts'
import { checksums, makeWorld, type World } from './rights/world.ts'
import { type Person, secret, type Visitor } from './support/hub.ts'

let world: World
let key: Uint8Array
let attempts = 0
/** A file in a chat of every kind, and one that no message carries. */
const files: Record<string, string> = {}

beforeAll(async () => {
  world = await makeWorld()
  key = deriveKey(await loadSecret(loadEnv({ PARLEY_SECRET: secret })), 'file-links')
  for (const line of Object.keys(fileLines)) {
    files[line] = (await (await upload(world.people.holder)).json()).id
    if (line === 'an upload') continue
    const made = await world.makeChat(line as ChatKind)
    await world.asHub(
      (work) =>
        work.sql`update files set message_id = ${made.messageId} where workspace_id = ${work.workspaceId} and id = ${files[line] ?? ''}`,
    )
  }
})
afterAll(() => world.drop())

const form = (): FormData => {
  const data = new FormData()
  data.append('file', new Blob(['Only for those who may.'], { type: 'text/plain' }), 'note.txt')
  return data
}
function upload(person: Person, more: Record<string, string> = {}, path = '/files'): Promise<Response> {
  const { 'content-type': _, ...headers } = person.headers()
  attempts += 1
  return fetch(`${person.url}${path}`, { method: 'POST', headers: { ...headers, ...more }, body: form() })
}
const linkTo = (file: string, viewer: string, more: Partial<FileLink> = {}): string =>
  signFileLink(key, { workspace: world.workspaceId, file, variant: 'original', viewer, ...more })

/** Status and body, and nothing else: a refusal must not differ in either. */
async function read(path: string, cookie = ''): Promise<string> {
  attempts += 1
  const response = await fetch(`${world.hub.url}${path}`, { headers: cookie ? { cookie } : {} })
  return `${response.status} ${await response.text()}`
}
const whole = '200 Only for those who may.'

describe('a file', () => {
  test('is read by whoever sees its chat, with his own link and his own session; else it is not there', async () => {
    const faults: string[] = []
    const cookies = {
      ...Object.fromEntries(people.map((name) => [name, world.people[name].cookie])),
      foreigner: world.foreigner.cookie,
      nobody: '',
      deactivated: world.strangers.deactivated.cookie,
      revoked: world.strangers.revoked.cookie,
    }
    for (const [line, columns] of Object.entries(fileLines)) {
      const outcomes = outcomesOf(columns ?? '')
      for (const name of people) {
        const viewer = `operator:${world.people[name].id}`
        const missing = await read(linkTo(randomUUID(), viewer), world.people[name].cookie)
        expect(missing).toMatch(/^404 .*not_found/)
        for (const [reader, cookie] of Object.entries(cookies)) {
          const answer = await read(linkTo(files[line] ?? '', viewer), cookie)
          if (answer !== (reader === name && outcomes[name] === 'yes' ? whole : missing))
            faults.push(`${line}: the link of ${name}, followed by ${reader}: ${answer}`)
        }
      }
    }
    expect(faults).toEqual([])
  })

  test('is not read by a link that was changed, is over, or was made for someone else', async () => {
    const { admin } = world.people
    const file = files.queued ?? ''
    const viewer = `operator:${admin.id}`
    const good = linkTo(file, viewer)
    expect(await read(good, admin.cookie)).toBe(whole)
    const changed = (name: string, value: string) => good.replace(new RegExp(`([?&]${name}=)[^&]*`), `$1${encodeURIComponent(value)}`)
    const over = signFileLink(key, { workspace: world.workspaceId, file, variant: 'original', viewer }, Date.now() - 6 * 60_000)
    const links = [
      over,
      changed('e', '99999999999'),
      changed('s', ''),
      changed('s', 'A'.repeat(43)),
      changed('u', `operator:${world.people.member.id}`),
      changed('u', `visitor:${admin.id}`),
      changed('w', randomUUID()),
      changed('v', 'thumbnail'),
      changed('v', '__proto__'),
      good.replace(file, files.held ?? ''),
      `${good}&w=${world.workspaceId}`,
      good.split('?')[0] ?? '',
      `/files/${file}?`,
      `/files/..%2f${file}`,
      `/files/${file}%00`,
      linkTo(file, viewer, { workspace: randomUUID() }),
      linkTo(file, 'operator:'),
      linkTo(file, 'admin'),
      linkTo(file, `system:${admin.id}`),
      linkTo(file, `visitor:${admin.id}`),
    ]
    for (const link of links) expect(await read(link, admin.cookie)).toMatch(/^404 /)
  })

  test('goes out of reach with its chat and with the session', async () => {
    const { admin, member } = world.people
    const made = await world.makeChat('queued')
    const { id } = await (await upload(admin)).json()
    await world.asHub(
      (work) => work.sql`update files set message_id = ${made.messageId} where workspace_id = ${work.workspaceId} and id = ${id}`,
    )
    const { message } = await member.get('query($id: ID!) { message(id: $id) { files { url } } }', { id: made.messageId })
    const url = message.files[0].url
    expect(await read(url, member.cookie)).toBe(whole)
    await admin.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', {
      c: made.chatId,
      g: world.groups.there,
    })
    expect(await read(url, member.cookie)).toMatch(/^404 /)
    await world.people.outsider.get('mutation($c: ID!, $g: ID!) { transferChat(chatId: $c, groupId: $g) { __typename } }', {
      c: made.chatId,
      g: world.groups.here,
    })
    expect(await read(url, member.cookie)).toBe(whole)
    await fetch(`${world.hub.url}/auth/sign-out`, { method: 'POST', headers: member.headers() })
    expect(await read(url, member.cookie)).toMatch(/^404 /)
  })

  test('of a visitor is his alone, and gone from a removed message', async () => {
    const [vera, viktor] = [await world.makeVisitor('Vera'), await world.makeVisitor('Viktor')]
    const sent = await sendFile(vera)
    expect(await read(sent.url)).toBe(whole)
    expect(await read(linkTo(sent.id, `visitor:${vera.identityId}`))).toBe(whole)
    for (const viewer of [`visitor:${viktor.identityId}`, `visitor:${randomUUID()}`, 'visitor:', `operator:${vera.identityId}`])
      expect(await read(linkTo(sent.id, viewer))).toMatch(/^404 /)
    expect(await read(linkTo(files['an upload'] ?? '', `visitor:${vera.identityId}`))).toMatch(/^404 /)
    await world.asHub(
      (work) => work.sql`update messages set removed_at = now() where workspace_id = ${work.workspaceId} and id = ${sent.messageId}`,
    )
    expect(await read(sent.url)).toMatch(/^404 /)
  })

  test('is taken from operators and visitors at their own doors, and from nobody else', async () => {
    const vera = await world.makeVisitor('Vera')
    const before = await checksums(world)
    const asVisitor = { authorization: `Visitor ${vera.token}` }
    for (const person of Object.values(world.strangers)) expect((await upload(person)).status).toBe(401)
    expect((await upload(world.strangers.nobody, asVisitor)).status).toBe(401)
    for (const person of [...Object.values(world.strangers), ...Object.values(world.people)])
      expect((await upload(person, {}, '/widget/files')).status).toBe(401)
    expect((await upload(world.people.admin, { 'x-parley-workspace': 'other' })).status).toBe(401)
    expect((await upload(world.people.admin, { 'x-parley-workspace': 'nowhere' })).status).toBe(401)
    expect((await upload(world.people.admin, { origin: 'https://evil.example' })).status).toBe(403)
    for (const token of ['', 'x', vera.token?.slice(0, -1) ?? '', `${vera.token?.slice(0, -1)}_`])
      expect((await upload(world.strangers.nobody, { authorization: `Visitor ${token}` }, '/widget/files')).status).toBe(401)
    expect(await checksums(world)).toEqual(before)
    for (const name of people.filter((each) => each !== 'member')) expect((await upload(world.people[name])).status).toBe(201)
    expect((await upload(world.strangers.nobody, asVisitor, '/widget/files')).status).toBe(201)
  })
})

async function sendFile(visitor: Visitor): Promise<{ id: string; messageId: string; url: string }> {
  const { id } = await (await upload(world.strangers.nobody, { authorization: `Visitor ${visitor.token}` }, '/widget/files')).json()
  const { sendMessage } = await visitor.get(
    'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { ... on VisitorMessage { id files { url } } } }',
    { input: { clientId: id, fileIds: [id] } },
  )
  return { id, messageId: sendMessage.id, url: sendMessage.files[0].url }
}

/** The word Telegram repeats in every delivery, as connectors/telegram derives it. */
const webhookSecret = (botToken: string): string => createHmac('sha256', botToken).update('parley webhook').digest('hex')

describe('of the other paths,', () => {
  test('a webhook takes what its platform signs at its own address, and knows no other', async () => {
    const botToken = '123456789:AAExample-token_for-tests'
    const makeBot = async () => {
      const { createChannel } = await world.people.admin.get(
        'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id webhookUrl } ... on Refusal { code field message } } }',
        { input: { kind: 'telegram', name: randomUUID(), options: { botToken, delivery: 'webhook' } } },
      )
      return createChannel as { id: string; webhookUrl: string }
    }
    const [bot, twin] = [await makeBot(), await makeBot()]
    const delivery = {
      update_id: 1,
      message: {
        message_id: 1,
        date: Math.floor(Date.now() / 1000),
        chat: { id: 7, type: 'private', first_name: 'Tom' },
        from: { id: 7, is_bot: false, first_name: 'Tom' },
        text: 'Good evening',
      },
    }
    const deliver = async (url: string, secretToken: string | null, body: unknown = delivery, method = 'POST') => {
      attempts += 1
      const headers = {
        'content-type': 'application/json',
        ...(secretToken === null ? {} : { 'x-telegram-bot-api-secret-token': secretToken }),
      }
      const response = await fetch(url, {
        method,
        headers,
        ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
      })
      return `${response.status} ${await response.text()}`
    }
    const right = webhookSecret(botToken)
    const before = await checksums(world)
    const token = bot.webhookUrl.split('/').at(-1) ?? ''
    const nowhere = [
      `/hooks/${randomUUID()}/${token}`,
      `/hooks/${bot.id}/${randomUUID()}`,
      `/hooks/${bot.id}/${token}x`,
      `/hooks/${bot.id}/${token.slice(0, -1)}`,
      `/hooks/${bot.id}/${token.toUpperCase()}`,
      `/hooks/${bot.id}/`,
      `/hooks/${world.channels.here}/${token}`,
      `/hooks/${world.channels.foreign}/${token}`,
      `/hooks/${bot.id}/${twin.webhookUrl.split('/').at(-1)}`,
      '/hooks/x/y',
      '/hooks/__proto__/constructor',
    ]
    for (const path of nowhere) expect(await deliver(`${world.hub.url}${path}`, right)).toMatch(/^404 /)
    for (const wrong of [null, '', 'x', right.toUpperCase(), right.slice(0, -1), `${right}0`, webhookSecret('1:another')])
      expect(await deliver(bot.webhookUrl, wrong)).toMatch(/^401 /)
    expect(await deliver(bot.webhookUrl, right, delivery, 'GET')).toMatch(/^405 /)
    expect(await deliver(bot.webhookUrl, right, 'x'.repeat(1024 * 1024 + 1))).toMatch(/^413 /)
    expect(await checksums(world)).toEqual(before)
    expect(await deliver(bot.webhookUrl, right)).toMatch(/^200 /)
    const count = () =>
      world.asHub((work) => work.sql`select from messages where workspace_id = ${work.workspaceId} and text = 'Good evening'`)
    expect((await count()).length).toBe(1)
    expect(await deliver(bot.webhookUrl, right)).toMatch(/^200 /)
    expect((await count()).length).toBe(1)
  })

  test('setup and invitations are open to their one link only', async () => {
    const before = await checksums(world)
    const body = (token: string) => ({
      token,
      company: 'Evil',
      slug: 'evil',
      language: 'en',
      name: 'Eve',
      email: 'eve@evil.example',
      password: 'correct horse battery',
    })
    const used = new URL(world.hub.setupUrl ?? '').searchParams.get('token') ?? ''
    for (const token of [
      used,
      '',
      'x',
      randomUUID(),
      'A'.repeat(43),
      `${'A'.repeat(22)}.${'A'.repeat(43)}`,
      `${Buffer.from(world.workspaceId.replaceAll('-', ''), 'hex').toString('base64url')}.${'A'.repeat(43)}`,
    ]) {
      for (const path of ['/setup', '/invite']) {
        attempts += 1
        const response = await fetch(`${world.hub.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: world.hub.url },
          body: JSON.stringify(body(token)),
        })
        expect([path, [409, 410].includes(response.status)]).toEqual([path, true])
      }
      expect(await read(`/setup/status?token=${token}`)).toBe('200 {"open":false,"valid":false}')
      expect(await read(`/invite/status?token=${token}`)).toBe('200 {"valid":false,"workspace":"","name":"","email":"","hasAccount":false}')
    }
    expect(await checksums(world)).toEqual(before)
  })

  test('the explorer of the API opens for admins only', async () => {
    const open = async (cookie: string, workspace: string) =>
      (await fetch(`${world.hub.url}/graphql?workspace=${workspace}`, { headers: { accept: 'text/html', cookie } })).status
    expect(await open(world.people.admin.cookie, 'acme')).toBe(200)
    for (const person of [
      world.people.holder,
      world.people.leader,
      world.people.supervisor,
      world.foreigner,
      ...Object.values(world.strangers),
    ])
      expect(await open(person.cookie, 'acme')).toBe(404)
    expect(await open(world.people.admin.cookie, 'other')).toBe(404)
  })

  test('and the files, enough were tried', () => {
    expect(attempts).toBeGreaterThanOrEqual(600)
  })
})

test('there is a file in a chat of every kind', () => {
  expect(Object.keys(files).sort()).toEqual([...chatKinds, 'an upload'].sort())
})
