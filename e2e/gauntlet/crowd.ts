import { randomUUID } from 'node:crypto'
import { type Answer, askAs, askAsVisitor, type Operator } from './api.ts'
import type { Console } from './console.ts'
import type { Platform } from './platform.ts'
import { type Chance, sleep } from './random.ts'

/** What somebody asked the hub to take, and what it answered. Written before the first try. */
export interface Entry {
  clientId: string
  text: string
  /** The id in the hub's answer; undefined until there is one. */
  id?: string
  /** Who wrote, for the order. */
  by: string
  /** How often it had to be asked. */
  tries: number
}
export interface Crowd {
  /** Everybody stops after what is under way has been answered. */
  stop(): Promise<void>
  visitors: Entry[]
  replies: (Entry & { chatId: string })[]
  /** Refusals nobody should have got. */
  refusals: string[]
  /** The last words of each message that was edited on a platform, by "<platform> <message id>". */
  edits: Map<string, string>
  photos: { count: number }
}
export interface CrowdOptions {
  chance: Chance
  url(): string
  visitorTokens: string[]
  /** By name. */
  platforms: Record<string, Platform>
  customersEach: number
  operators: { operator: Operator; console: Console }[]
  /** The longest pause between two things one person does, in ms. */
  pauseMs: number
}

const say =
  'mutation($input: VisitorMessageInput!) { sendMessage(input: $input) { __typename ... on VisitorMessage { id } ... on Refusal { code message } } }'
const reply =
  'mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id } ... on Refusal { code message } } }'

const answeringAtOnce = 3

/** Customers, visitors and operators who write until they are stopped. */
export function startCrowd(options: CrowdOptions): Crowd {
  const { chance, url, pauseMs } = options
  const crowd: Crowd = { stop, visitors: [], replies: [], refusals: [], edits: new Map(), photos: { count: 0 } }
  let stopped = false
  const rest = () => sleep(20 + chance.below(pauseMs))
  const people = [
    ...options.visitorTokens.map((token, n) => visitor(token, `visitor ${n}`)),
    ...Object.entries(options.platforms).flatMap(([name, platform]) =>
      Array.from({ length: options.customersEach }, (_, n) => customer(name, platform, 1_000 + n)),
    ),
    ...options.operators.flatMap(({ operator, console }, n) =>
      Array.from({ length: answeringAtOnce }, (_, hand) => answerer(operator, console, n, hand)),
    ),
  ]

  async function stop() {
    stopped = true
    await Promise.all(people)
  }

  /** Asks until the hub has taken it; the same client id makes every further try harmless. */
  async function insist(entry: Entry, request: () => Promise<Answer>): Promise<void> {
    for (;;) {
      entry.tries += 1
      const answer = await request().catch(() => undefined)
      const result = answer?.data?.sendMessage
      if (result?.id) {
        entry.id = result.id
        return
      }
      if (result?.__typename === 'Refusal' && result.code !== 'rate_limited') {
        crowd.refusals.push(`${entry.by}: ${result.code} ${result.message}`)
        return
      }
      await sleep(result ? 500 : 100)
    }
  }

  async function visitor(token: string, by: string) {
    for (let n = 1; !stopped; n += 1) {
      const entry: Entry = { clientId: randomUUID(), text: `${by} says ${n}`, by, tries: 0 }
      crowd.visitors.push(entry)
      await insist(entry, () => askAsVisitor(url(), token, say, { input: { clientId: entry.clientId, text: entry.text } }))
      await sleep(400 + chance.below(pauseMs))
    }
  }

  async function customer(name: string, platform: Platform, id: number) {
    for (let n = 1; !stopped; n += 1) {
      const text = `${name} ${id} says ${n}`
      const photo = chance.happens(0.04)
      const messageId = photo ? await platform.photo(id, text) : await platform.say(id, text)
      if (photo) crowd.photos.count += 1
      if (!photo && chance.happens(0.3)) {
        crowd.edits.set(`${name} ${messageId}`, `${text} (changed)`)
        await platform.edit(id, messageId, `${text} (changed)`)
      }
      await rest()
    }
  }

  /** Answers chats with an even or an odd place in the list, so that no two operators want the same one. */
  async function answerer(operator: Operator, console: Console, turn: number, hand: number) {
    for (let n = 1; !stopped; n += 1) {
      await rest()
      const mine = [...console.chats.values()].filter((chat) => chat.state !== 'closed' && parityOf(chat.id) === turn % 2)
      if (mine.length === 0) continue
      const chat = chance.pick(mine)
      const entry = {
        clientId: randomUUID(),
        chatId: chat.id,
        text: `${operator.name} answers ${hand}.${n}`,
        by: `${operator.name} ${chat.id}`,
        tries: 0,
      }
      crowd.replies.push(entry)
      const input = { chatId: chat.id, clientId: entry.clientId, text: entry.text }
      // Now and then a double click: both are the same message.
      if (chance.happens(0.1)) void askAs(url(), operator, reply, { input }).catch(() => {})
      await insist(entry, () => askAs(url(), operator, reply, { input }))
    }
  }
  return crowd
}

const parityOf = (id: string): number => Number.parseInt(id.at(-1) ?? '0', 16) % 2
