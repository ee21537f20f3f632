import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  linesOf,
  nothing,
  operations,
  outcomeOf,
  type Socket,
  socketOf,
  thingsOf,
  tryIt,
  visitorAtTheDesk,
  visitorOperations,
  type Way,
} from './rights/attempts.ts'
import {
  type ChatKind,
  chatKinds,
  matrix,
  outcomesOf,
  type PersonName,
  people,
  type StrangerName,
  strangers,
  visitorMatrix,
} from './rights/matrix.ts'
import { checksums, type Made, makeWorld, type World } from './rights/world.ts'
import type { Answer } from './support/hub.ts'

let world: World
let shared: Record<ChatKind, Made>
let sockets: Record<PersonName, Socket>
let ways: Record<StrangerName, Way>
let attempts = 0

beforeAll(async () => {
  world = await makeWorld()
  shared = Object.fromEntries(await Promise.all(chatKinds.map(async (kind) => [kind, await world.makeChat(kind)]))) as Record<
    ChatKind,
    Made
  >
  sockets = Object.fromEntries(people.map((name) => [name, socketOf(world.people[name])])) as Record<PersonName, Socket>
  ways = { ...world.strangers, visitor: visitorAtTheDesk(world, await world.makeVisitor('Vera')) }
})
afterAll(async () => {
  for (const name of people) sockets[name].close()
  await world.drop()
})

interface Attempt {
  name: string
  line: string
  kind: ChatKind
  expected: string
}
/** Every line for one person; subscriptions are followed in tests of their own. */
const attemptsOf = (who: PersonName): Attempt[] =>
  Object.entries(matrix).flatMap(([name, operation]) =>
    name.startsWith('Subscription.')
      ? []
      : linesOf(operation).map(({ line, kind, columns }) => ({ name, line, kind, expected: outcomesOf(columns)[who] })),
  )
const changes = ({ name, expected }: Attempt): boolean => expected === 'yes' && matrix[name]?.changes === true
const told = (who: string, { name, line, expected }: Attempt, answer: Answer): string =>
  `${who}, ${name}, ${line}: ${outcomeOf(answer)} instead of ${expected} ${JSON.stringify(answer).slice(0, 300)}`

/** Tries what changes nothing: reads, and everything refused. What looks missing must look so to the last character. */
async function tryHarmless(who: PersonName, way: Way): Promise<string[]> {
  const faults: string[] = []
  for (const attempt of attemptsOf(who).filter((each) => !changes(each))) {
    const operation = matrix[attempt.name]
    const things = await thingsOf(world, shared[attempt.kind], who)
    const answer = await tryIt(way, attempt.name, operation?.variables(things, attempt.line) ?? {})
    attempts += 1
    if (outcomeOf(answer) !== attempt.expected) faults.push(told(who, attempt, answer))
    if (attempt.expected !== 'missing') continue
    const empty = await tryIt(way, attempt.name, operation?.variables(nothing(), attempt.line) ?? {})
    attempts += 1
    if (JSON.stringify(empty) !== JSON.stringify(answer))
      faults.push(
        `${who}, ${attempt.name}, ${attempt.line}: refused unlike what does not exist: ${JSON.stringify(answer)} ${JSON.stringify(empty)}`,
      )
  }
  return faults
}

/** Tries what is allowed, each on a chat of its own. */
async function tryAllowed(who: PersonName, way: Way): Promise<string[]> {
  const faults: string[] = []
  for (const attempt of attemptsOf(who).filter(changes)) {
    const made = (chatKinds as readonly string[]).includes(attempt.line) ? await world.makeChat(attempt.kind) : shared.queued
    const { name } = attempt
    const things = await thingsOf(world, made, who, { sessionOf: world.people[who], own: name })
    const answer = await tryIt(way, attempt.name, matrix[attempt.name]?.variables(things, attempt.line) ?? {})
    attempts += 1
    if (outcomeOf(answer) !== 'yes') faults.push(told(who, attempt, answer))
  }
  return faults
}

const everybody = async (run: (who: PersonName) => Promise<string[]>): Promise<string[]> => (await Promise.all(people.map(run))).flat()

describe('the rights of everybody', () => {
  test('are set down for every operation of both schemas, and for no other', () => {
    expect(Object.keys(matrix).sort()).toEqual([...operations.keys()].sort())
    expect(Object.keys(visitorMatrix).sort()).toEqual([...visitorOperations.keys()].sort())
  })

  test('keep what is refused from changing anything, over HTTP and over the socket, and it looks like what does not exist', async () => {
    const before = await checksums(world)
    expect(await everybody((who) => tryHarmless(who, world.people[who]))).toEqual([])
    expect(await everybody((who) => tryHarmless(who, sockets[who]))).toEqual([])
    expect(await checksums(world)).toEqual(before)
  }, 600_000)

  test('are none for those who are not signed in here', async () => {
    const before = await checksums(world)
    const faults: string[] = []
    for (const name of strangers) {
      for (const [operation, { asks, lines, variables }] of Object.entries(matrix)) {
        if (operation.startsWith('Subscription.')) continue
        for (const { line, kind } of linesOf({ asks, lines, variables })) {
          const things = await thingsOf(world, shared[kind], null)
          const answer = await tryIt(ways[name], operation, variables(things, line))
          attempts += 1
          const expected = expectedOfStranger(name, operation, asks)
          if (outcomeOf(answer) !== expected) faults.push(told(name, { name: operation, line, kind, expected }, answer))
        }
      }
    }
    expect(faults).toEqual([])
    expect(await checksums(world)).toEqual(before)
  }, 600_000)

  test('let everybody do what is his, over HTTP and over the socket', async () => {
    expect(await everybody((who) => tryAllowed(who, world.people[who]))).toEqual([])
    expect(await everybody((who) => tryAllowed(who, sockets[who]))).toEqual([])
  }, 600_000)

  test('was tried often enough to be believed', () => {
    expect(attempts).toBeGreaterThanOrEqual(2_500)
  })
})

/** Someone of another company is signed in, so he has his account; of this workspace he has as little as the others. */
function expectedOfStranger(name: StrangerName, operation: string, asks: 'anyone' | 'account' | 'operator'): string {
  if (asks === 'anyone') return name === 'intruder' && operation === 'Query.me' ? 'yes' : 'missing'
  if (name !== 'intruder') return 'signed_out'
  if (asks === 'operator') return 'no_workspace'
  return operation === 'Mutation.revokeSession' ? 'missing' : 'yes'
}
