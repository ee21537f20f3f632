import type { InboundEvent } from '@parley/schema/connector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receive } from '../src/domain/receive.ts'
import { systemOf } from '../src/work.ts'
import { type Person, setUp, startTestHub, startVisitor, type TestHub, untilTrue, type Visitor } from './support/hub.ts'
import { countSentAway, followStalling, type Stalling } from './support/stalling.ts'

const feed = 'subscription($after: Int) { visitorFeed(after: $after) { cursor reset message { text } typing } }'
const long = 'x'.repeat(60_000)

interface Place {
  hub: TestHub
  ada: Person
  workspaceId: string
  channelId: string
}
const away = countSentAway()
/** Gives up soon on who does not read. */
let strict: Place
let patient: Place
const stallMs = 3_000

beforeAll(async () => {
  strict = await placeOf(await startTestHub({}, { stallMs, partingMs: 60_000 }, away.log))
  patient = await placeOf(await startTestHub())
})
afterAll(async () => {
  for (const { hub } of [strict, patient]) await hub.drop()
})

async function placeOf(hub: TestHub): Promise<Place> {
  const ada = await setUp(hub)
  const { workspace, channels } = await ada.get('{ workspace { id } channels { id } }')
  return { hub, ada, workspaceId: workspace.id, channelId: channels[0].id }
}

const stalling = (visitor: Visitor, after: number | null = null) =>
  followStalling(`${visitor.url}/widget/graphql`, { token: visitor.token }, {}, feed, { after })
const patience = 60_000
/** Reads again once the hub has given up on him, and hears why. */
async function hearWhy(stalled: Stalling, before: number) {
  await untilTrue(() => away.count() > before, patience)
  stalled.goOn()
  return untilTrue(() => stalled.closed, patience)
}
/** Somebody who has begun a chat. */
async function come(name: string, { ada } = strict): Promise<{ visitor: Visitor; id: string; chatId: string }> {
  const visitor = await startVisitor(ada, name)
  await visitor.say('Hello')
  const { visitor: me } = await visitor.get('{ visitor { id chat { id } } }')
  return { visitor, id: me.id, chatId: me.chat.id }
}
/** Many messages in his thread at once, past the limits of the website. */
const flood = (id: string, texts: string[], { hub, workspaceId, channelId } = strict) =>
  hub.works.work(systemOf(workspaceId), (work) =>
    receive(work, [
      {
        channelId,
        events: texts.map(
          (text, n): InboundEvent => ({
            type: 'message',
            key: `${id} ${text.slice(0, 20)} ${n}`,
            id: `${text.slice(0, 20)} ${n}`,
            at: Date.now(),
            thread: { id, kind: 'direct' },
            from: { id },
            by: 'peer',
            text,
          }),
        ),
      },
    ]),
  )
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `${String(from + n).padStart(4, '0')} ${long}`)
const told = ({ frames }: Stalling): string[] => frames.flatMap(({ message }) => (message ? [message.text.slice(0, 4)] : []))
const typingIn = ({ frames }: Stalling): boolean[] => frames.flatMap(({ typing }) => (typing === null ? [] : [typing]))

describe('a visitor who stops reading', () => {
  test('is kept no more for than a little, is sent away with the reason, and comes back to all that he missed', async () => {
    const { visitor, id } = await come('Stalled')
    const stalled = await stalling(visitor)
    stalled.stop()
    const [texts, before] = [numbered(400), away.count()]
    for (let n = 0; n < texts.length; n += 100) await flood(id, texts.slice(n, n + 100))
    expect(await hearWhy(stalled, before)).toEqual({ code: 4408, reason: 'Too slow' })
    // What the two systems had on their way, and a little.
    expect(stalled.bytes).toBeLessThan(16_000_000)
    const heard = told(stalled)
    const back = await stalling(visitor, stalled.frames.at(-1).cursor)
    await untilTrue(() => told(back).at(-1) === '0399', patience)
    expect([...heard, ...told(back)]).toEqual(texts.map((text) => text.slice(0, 4)))
    back.end()
  }, 180_000)

  test('keeps neither another visitor nor an operator waiting for him', async () => {
    const [{ visitor, id }, { visitor: other }] = [await come('Delaying', patient), await come('Prompt', patient)]
    const stalled = await stalling(visitor)
    stalled.stop()
    const [listening, desk] = [other.follow(feed), patient.ada.follow('subscription { feed { cursor event { message { text } } } }')]
    await Promise.all([listening.until(() => true), desk.until(() => true)])
    await flood(id, numbered(300), patient)
    for (let n = 0; n < 10; n += 1) {
      const words = `Still heard ${n}`
      await other.say(words)
      await Promise.all([
        listening.until((frame) => frame.message?.text === words, patience),
        desk.until((frame) => frame.event?.message?.text === words, patience),
      ])
    }
    for (const each of [listening, desk, stalled]) each.end()
  }, 180_000)

  test('is not listened to while he does not read what he was answered', async () => {
    const { visitor } = await come('Asking')
    const stalled = await stalling(visitor)
    stalled.stop()
    const before = away.count()
    for (let n = 0; n < 600; n += 1) stalled.say({ type: 'ping', payload: { words: long } })
    expect(await hearWhy(stalled, before)).toEqual({ code: 4408, reason: 'Too slow' })
    expect(stalled.bytes).toBeLessThan(20_000_000)
  }, 180_000)

  test('is not sent away as long as he reads, however slowly', async () => {
    const { visitor, id } = await come('Slow')
    const before = away.count()
    for (let n = 0; n < 400; n += 100) await flood(id, numbered(100, n))
    const slow = await stalling(visitor, 0)
    slow.readAt(1_000_000)
    const begun = Date.now()
    await untilTrue(() => slow.closed !== null || told(slow).at(-1) === '0399', patience)
    expect(Date.now() - begun).toBeGreaterThan(2 * stallMs)
    expect(told(slow)).toEqual(['Hell', ...numbered(400).map((text) => text.slice(0, 4))])
    expect(away.count()).toBe(before)
    slow.end()
  }, 180_000)

  test('is told once he reads again how it stands now, not how it stood each moment before', async () => {
    const { visitor, id, chatId } = await come('Dozing', patient)
    await patient.ada.get('mutation($id: ID!) { takeChat(chatId: $id) { __typename } }', { id: chatId })
    const stalled = await stalling(visitor)
    stalled.stop()
    const prompt = await stalling(visitor)
    await flood(id, numbered(300), patient)
    // Told after him of each: he is behind by now.
    await untilTrue(() => told(prompt).at(-1) === '0299', patience)
    for (const now of [true, false, true, false, true])
      await patient.ada.get('mutation($id: ID!, $on: Boolean!) { setTyping(chatId: $id, on: $on) }', { id: chatId, on: now })
    await untilTrue(() => typingIn(prompt).length === 5, patience)
    stalled.goOn()
    await untilTrue(() => told(stalled).at(-1) === '0299' && typingIn(stalled).length > 0, patience)
    expect(typingIn(stalled)).toEqual([true])
    expect(told(stalled)).toEqual(numbered(300).map((text) => text.slice(0, 4)))
    for (const each of [prompt, stalled]) each.end()
  }, 180_000)
})

test('a visitor cannot have a page of his chat told with every event', async () => {
  const { visitor } = await come('Greedy')
  const ask = (last: number) =>
    visitor.follow(`subscription { visitorFeed { cursor chat { messages(last: ${last}) { edges { node { text } } } } } }`)
  const [few, many] = [ask(5), ask(100)]
  await few.until(() => true)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(many.frames).toEqual([])
  few.end()
  many.end()
})
