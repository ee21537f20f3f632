import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { operations, outcomeOf, thingsOf, tryAsVisitor, tryIt, visitorOperations } from './rights/attempts.ts'
import { inputPlaces, type RootField, withValue } from './rights/documents.ts'
import { type ChatKind, matrix, type Things, type Variables } from './rights/matrix.ts'
import { hostile, type Text, textOfLength, texts, unstorable, visitorTexts, visitorVariables } from './rights/strings.ts'
import { type Made, makeWorld, type World } from './rights/world.ts'
import { type Answer, type Person, untilTrue, type Visitor } from './support/hub.ts'

const logged: string[] = []
let world: World
let admin: Person
let visitor: Visitor
let attempts = 0

beforeAll(async () => {
  world = await makeWorld({}, createLog('debug', { write: (line: string) => void logged.push(line) }))
  admin = world.people.admin
  visitor = await world.makeVisitor('Vera')
})
afterAll(() => world.drop())

interface Target {
  name: string
  way: string
  text: Text
  path: (string | number)[]
}
const targetsOf = (fields: Map<string, RootField>, known: typeof texts): Target[] =>
  [...fields].flatMap(([name, { field }]) =>
    inputPlaces(field, ['String']).map(({ path }) => ({ name, way: path.join('.'), path, text: known[name]?.[path.join('.')] ?? {} })),
  )
const targets = targetsOf(operations, texts)
const visitorTargets = targetsOf(visitorOperations, visitorTexts)

/** Asks as the admin, about a chat of this attempt's own unless one is given. */
async function ask({ name, path }: Target, value: string, chat?: Made): Promise<{ answer: Answer; things: Things }> {
  const things = await thingsOf(world, chat ?? (await world.makeChat('queued')), 'admin')
  const line = Object.keys(matrix[name]?.lines ?? {})[0] as ChatKind
  attempts += 1
  return { answer: await tryIt(admin, name, withValue(matrix[name]?.variables(things, line) ?? {}, path, value)), things }
}
/** Visitors may not send fast without end, so each attempt is another visitor's. */
async function askAsVisitor({ name, path }: Target, value: string, headers: Record<string, string> = {}): Promise<Answer> {
  const someone = ['Mutation.sendMessage', 'Mutation.leaveRequest'].includes(name) ? await world.makeVisitor('Vera') : visitor
  const speaking = {
    ask: async (query: string, variables: Variables = {}) =>
      (await (
        await fetch(`${world.hub.url}/widget/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Visitor ${someone.token}`, ...headers },
          body: JSON.stringify({ query, variables }),
        })
      ).json()) as Answer,
  }
  attempts += 1
  return tryAsVisitor(speaking, name, withValue(visitorVariables[name]?.(randomUUID(), world.keys.here) ?? {}, path, value))
}
const refusalIn = (answer: Answer) =>
  Object.values(answer.data ?? {})[0] as {
    __typename: string
    Refusal_code: string
    Refusal_field: string
    Refusal_message: string
    Refusal_remedy: string
  }
const fieldOf = ({ path }: Target): string => String(path.filter((step) => typeof step === 'string').at(-1))

describe('every text that can be given', () => {
  test('has its limit set down, and no other has', () => {
    const list = (found: Target[]) => found.map(({ name, way }) => `${name} ${way}`).sort()
    const known = (all: typeof texts) =>
      Object.entries(all)
        .flatMap(([name, ways]) => Object.keys(ways).map((way) => `${name} ${way}`))
        .sort()
    expect(list(targets)).toEqual(known(texts))
    expect(list(visitorTargets)).toEqual(known(visitorTexts))
  })

  test('is taken up to its limit and refused beyond it, with the field, the limit and the remedy, in the language of the reader', async () => {
    const faults: string[] = []
    const english = new Map<string, string>()
    for (const language of ['en', 'pt_BR', 'ru', 'es']) {
      await admin.get('mutation($l: Language!) { updateAccount(language: $l) { __typename } }', { l: language })
      await untilTrue(async () => (await admin.get('{ me { language } }')).me.language === language)
      for (const target of targets) {
        const { most } = target.text
        if (most === undefined) continue
        if (language === 'en' && target.name !== 'Mutation.updateAccount') {
          const { answer } = await ask(target, textOfLength(target.text, most))
          if (outcomeOf(answer) !== 'yes') faults.push(`${target.name} ${target.way} of ${most}: ${JSON.stringify(answer).slice(0, 300)}`)
        }
        const refusal = refusalIn((await ask(target, textOfLength(target.text, most + 1))).answer)
        if (
          refusal.Refusal_code !== 'too_long' ||
          refusal.Refusal_field !== fieldOf(target) ||
          !refusal.Refusal_message.includes(String(most)) ||
          !refusal.Refusal_remedy
        )
          faults.push(`${target.name} ${target.way} of ${most + 1}: ${JSON.stringify(refusal).slice(0, 300)}`)
        if (language === 'en') english.set(`${target.name} ${target.way}`, refusal.Refusal_message)
        else if (refusal.Refusal_message === english.get(`${target.name} ${target.way}`))
          faults.push(`${target.name} ${target.way} speaks English to ${language}`)
      }
    }
    expect(faults).toEqual([])
  }, 300_000)

  test('is so for visitors too, by what their browser asks for', async () => {
    const faults: string[] = []
    const words: Record<string, RegExp> = {
      en: /longer than/,
      'pt-BR,pt;q=0.9': /caracteres/,
      'ru-RU,ru': /символов|знаков/,
      'es-AR': /caracteres/,
      'ja, de;q=0.5': /longer than/,
    }
    for (const target of visitorTargets) {
      const { most, cut, names, refused } = target.text
      if (cut) {
        const answer = await askAsVisitor(target, 'x'.repeat(100_000))
        if (outcomeOf(answer) !== 'yes') faults.push(`${target.name} ${target.way}: ${JSON.stringify(answer).slice(0, 300)}`)
      }
      if (names && outcomeOf(await askAsVisitor(target, 'x'.repeat(100_000))) !== 'missing')
        faults.push(`${target.name} ${target.way} is found`)
      if (refused && outcomeOf(await askAsVisitor(target, 'x'.repeat(100_000))) !== refused)
        faults.push(`${target.name} ${target.way} is not refused as ${refused}`)
      if (most === undefined) continue
      for (const [language, word] of Object.entries(words)) {
        const refusal = refusalIn(await askAsVisitor(target, textOfLength(target.text, most + 1), { 'accept-language': language }))
        if (
          refusal.Refusal_code !== 'too_long' ||
          refusal.Refusal_field !== fieldOf(target) ||
          !refusal.Refusal_message.includes(String(most)) ||
          !word.test(refusal.Refusal_message)
        )
          faults.push(`${target.name} ${target.way}, ${language}: ${JSON.stringify(refusal).slice(0, 300)}`)
      }
    }
    expect(faults).toEqual([])
  }, 300_000)

  test('is never a defect, whatever it holds', async () => {
    const faults: string[] = []
    for (const value of [
      ...hostile.slice(0, 3),
      ...unstorable.map(([given]) => given),
      '',
      ' ',
      '\n',
      '\u0000',
      '\ud800',
      'x'.repeat(200_000),
    ]) {
      const chat = await world.makeChat('queued')
      for (const target of targets) {
        if (target.name === 'Mutation.updateAccount') continue
        const { answer } = await ask(target, value, chat)
        if (outcomeOf(answer) === 'defect' || outcomeOf(answer).startsWith('an error without'))
          faults.push(`${target.name} ${target.way}, ${JSON.stringify(value).slice(0, 40)}: ${JSON.stringify(answer).slice(0, 300)}`)
      }
      for (const target of visitorTargets) {
        const answer = await askAsVisitor(target, value)
        if (outcomeOf(answer) === 'defect' || outcomeOf(answer).startsWith('an error without'))
          faults.push(
            `visitor, ${target.name} ${target.way}, ${JSON.stringify(value).slice(0, 40)}: ${JSON.stringify(answer).slice(0, 300)}`,
          )
      }
    }
    expect(faults).toEqual([])
  }, 300_000)

  test('comes back as the text it was, and nothing else', async () => {
    for (const [given, kept] of [...hostile.map((each) => [each, each] as const), ...unstorable]) {
      const made = await world.makeChat('queued')
      const things = await thingsOf(world, made, 'admin')
      await tryIt(admin, 'Mutation.updateCustomer', { customerId: made.customerId, name: given })
      await tryIt(admin, 'Mutation.sendMessage', { input: { chatId: made.chatId, clientId: things.word, text: given } })
      await tryIt(admin, 'Mutation.transferChat', { chatId: made.chatId, groupId: world.groups.there, comment: given })
      const response = await fetch(`${world.hub.url}/graphql`, {
        method: 'POST',
        headers: admin.headers(),
        body: JSON.stringify({
          query:
            'query($id: ID!) { chat(id: $id) { customer { name } timeline(last: 20) { edges { node { ... on Message { text } ... on Comment { text } } } } } }',
          variables: { id: made.chatId },
        }),
      })
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      const { chat } = ((await response.json()) as Answer).data
      expect(chat.customer.name).toBe(kept.trim())
      expect(chat.timeline.edges.map(({ node }: { node: { text?: string } }) => node.text)).toContain(kept)
      // The comment of the transfer stands behind it, as an internal comment.
      expect(chat.timeline.edges.at(-1)?.node.text).toBe(kept.trim())
    }
    const { createGroup } = await admin.get('mutation($n: String!) { createGroup(name: $n, memberIds: []) { ... on Group { id name } } }', {
      n: `${hostile[0]} and more`,
    })
    expect(createGroup.name).toBe(`${hostile[0]} and more`)
  }, 300_000)
})

describe('a platform', () => {
  test('may say what PostgreSQL cannot keep, and the message comes in all the same', async () => {
    const botToken = '123456789:AAExample-token_for-tests'
    const { createChannel } = await admin.get(
      'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id webhookUrl } ... on Refusal { code field message } } }',
      { input: { kind: 'telegram', name: 'Bot', options: { botToken, delivery: 'webhook' } } },
    )
    const signature = createHmac('sha256', botToken).update('parley webhook').digest('hex')
    // A name whose 120th character is the first half of an emoji: cutting it must not leave that half.
    const names = [...unstorable.map(([given]) => given), `${'n'.repeat(119)}\ud83d\ude00`, `${'\ud83d\ude00'.repeat(200)}`]
    for (const [n, odd] of names.entries()) {
      const from = { id: 100 + n, is_bot: false, first_name: odd, username: `u${n}` }
      const update = {
        update_id: n + 1,
        message: {
          message_id: n + 1,
          date: Math.floor(Date.now() / 1000),
          chat: { id: 100 + n, type: 'private', first_name: odd },
          from,
          text: `${n}: ${odd}`,
        },
      }
      const photo = {
        update_id: 1_000 + n,
        message: {
          message_id: 1_000 + n,
          date: Math.floor(Date.now() / 1000),
          chat: { id: 100 + n, type: 'private' },
          from,
          caption: odd,
          document: { file_id: `f${n}`, file_unique_id: `g${n}`, file_name: `${odd}.pdf`, mime_type: odd, file_size: 10 },
        },
      }
      for (const body of [update, photo]) {
        attempts += 1
        const response = await fetch(createChannel.webhookUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': signature },
          body: JSON.stringify(body),
        })
        expect([odd, response.status]).toEqual([odd, 200])
      }
      const rows = await world.asHub(
        (work) =>
          work.sql`select text from messages where workspace_id = ${work.workspaceId} and channel_id = ${createChannel.id} and external_id in (${String(n + 1)}, ${String(1_000 + n)})`,
      )
      expect([odd, rows.length]).toEqual([odd, 2])
    }
  })
})

describe('after all that', () => {
  test('the hub is well, and its log knows nothing of what was said, by whom, or with which token', async () => {
    expect((await fetch(`${world.hub.url}/health`)).status).toBe(200)
    expect((await fetch(`${world.hub.url}/ready`)).status).toBe(200)
    const log = logged.join('\n')
    for (const secret of [
      '__pwned',
      'Secret ',
      '@customer.example',
      '@acme.example',
      'AAExample',
      visitor.token ?? '',
      admin.cookie.split('=')[1] ?? '',
      'Yes, two are left',
      'He asks for an invoice',
    ])
      expect([secret, log.includes(secret)]).toEqual([secret, false])
    expect(logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
    expect(attempts).toBeGreaterThanOrEqual(450)
  })
})
