import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { socketOf } from './rights/attempts.ts'
import { makeWorld, type World } from './rights/world.ts'
import { type Answer, type Person, Visitor } from './support/hub.ts'

const logged: string[] = []
let world: World
let admin: Person
let owner: Sql

beforeAll(async () => {
  world = await makeWorld({}, createLog('debug', { write: (line: string) => void logged.push(line) }))
  admin = world.people.admin
  owner = postgres(world.hub.databaseUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await world.drop()
})

const command = 'mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }'
const secret = 'my card number is 4111 1111 1111 1111'
const languages = { en: /^Something went wrong \(\w{8}\)\.$/, 'pt-BR': /^Algo/, ru: /[а-я]/, es: /^Algo/ }

/** Takes a table away, so that the hub itself is at fault. */
async function broken<T>(body: () => Promise<T>): Promise<T> {
  await owner`alter table messages rename to messages_away`
  try {
    return await body()
  } finally {
    await owner`alter table messages_away rename to messages`
  }
}

describe('what goes wrong inside', () => {
  test('is told with a number, in the language of the reader, and with nothing of the inside', async () => {
    const { chatId } = await world.makeChat('free')
    const vera = await world.makeVisitor('Vera')
    await broken(async () => {
      const socket = socketOf(admin)
      const answers: Answer[] = [
        await admin.ask(command, { i: { chatId, clientId: 'x', text: secret } }),
        await socket.ask(command, { i: { chatId, clientId: 'x', text: secret } }),
      ]
      socket.close()
      for (const [language, words] of Object.entries(languages)) {
        const response = await fetch(`${world.hub.url}/widget/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Visitor ${vera.token}`, 'accept-language': language },
          body: JSON.stringify({
            query: 'mutation($i: VisitorMessageInput!) { sendMessage(input: $i) { __typename } }',
            variables: { i: { clientId: 'x', text: secret } },
          }),
        })
        const answer = (await response.json()) as Answer
        answers.push(answer)
        expect(answer.errors?.[0]?.message).toMatch(words)
      }
      for (const answer of answers) {
        const text = JSON.stringify(answer)
        expect(text).not.toMatch(/messages_away|relation|select|insert|postgres|\.ts\b|at \w+ \(/i)
        expect(answer.errors?.[0]?.extensions).toEqual({
          code: 'defect',
          id: expect.stringMatching(/^[0-9a-f]{8}$/),
          remedy: expect.any(String),
        })
        // The number leads to the cause.
        const line = logged.find((each) => each.includes(String(answer.errors?.[0]?.extensions?.id)))
        expect(line).toContain('42P01')
      }
    })
    expect(logged.join('\n')).not.toMatch(/4111|card number|Vera|@customer|@acme/)
  })

  test('does not end the hub, its sockets or what comes after', async () => {
    const follower = admin.follow('subscription { feed { cursor event { message { text } } } }')
    await follower.until((frame) => frame.event === null)
    await broken(() => admin.ask('{ chats(section: new) { edges { node { lastMessage { text } } } } }'))
    expect((await fetch(`${world.hub.url}/ready`)).status).toBe(200)
    const vera = await world.makeVisitor('Vera')
    expect(await vera.say('Are you still there?')).toMatchObject({ __typename: 'VisitorMessage' })
    await follower.until((frame) => frame.event?.message?.text === 'Are you still there?')
    follower.end()
  })

  test('tells a socket no more than that a feed could not begin', async () => {
    const vera = await world.makeVisitor('Vera')
    await owner`alter table threads rename to threads_away`
    try {
      const lines = logged.length
      const follower = new Visitor(world.hub.url, vera.token).follow('subscription { visitorFeed { cursor } }')
      await expect.poll(() => logged.slice(lines).some((line) => line.includes('a feed could not begin'))).toBe(true)
      expect(JSON.stringify([follower.frames, follower.closed])).not.toContain('threads')
      follower.end()
    } finally {
      await owner`alter table threads_away rename to threads`
    }
  })
})
