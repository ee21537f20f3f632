import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  operations,
  outcomeOf,
  type Socket,
  socketOf,
  thingsOf,
  tryAsVisitor,
  tryIt,
  visitorOperations,
  type Way,
} from './rights/attempts.ts'
import { inputPlaces, type Place, withValue } from './rights/documents.ts'
import { deletedIds, foreignIds, garbage, type IdKind, type Ids, kindOf, nonsense, randomIds } from './rights/ids.ts'
import { type ChatKind, matrix, type PersonName, people, type Things, type Variables } from './rights/matrix.ts'
import { checksums, makeWorld, type World } from './rights/world.ts'
import type { Answer, Person } from './support/hub.ts'

let world: World
let theirs: Ids
let gone: Ids
let things: Things
let attempts = 0

beforeAll(async () => {
  world = await makeWorld()
  ;[theirs, gone] = [await foreignIds(world), await deletedIds(world)]
  things = await thingsOf(world, await world.makeChat('held'), 'holder')
})
afterAll(async () => {
  await world.drop()
})

interface Target {
  name: string
  place: Place
  kind: IdKind
}
const targets: Target[] = [...operations].flatMap(([name, { field }]) =>
  inputPlaces(field, ['ID']).map((place) => ({ name, place, kind: kindOf(name, place) })),
)

/** The operation with all ids good but one. A transfer names either an operator or a group. */
function variablesWith({ name, place }: Target, value: unknown): Variables {
  const line = Object.keys(matrix[name]?.lines ?? {})[0] as ChatKind
  const variables = withValue(matrix[name]?.variables(things, line) ?? {}, place.path, value)
  if (name === 'Mutation.transferChat' && place.path[0] === 'operatorId') delete variables.groupId
  return variables
}

const ask = (way: Way, target: Target, value: unknown): Promise<Answer> => {
  attempts += 1
  return tryIt(way, target.name, variablesWith(target, value))
}

/** Ids of others, of what is gone, and of another kind of thing must be answered as ids that never were, to the last character. */
async function tellApart(who: string, way: Way): Promise<string[]> {
  const faults: string[] = []
  for (const target of targets) {
    const missing = JSON.stringify(await ask(way, target, randomIds()[target.kind]))
    const suspects = {
      foreign: theirs[target.kind],
      deleted: gone[target.kind],
      'of another kind': target.kind === 'customer' ? things.chatId : things.customerId,
      upper: theirs[target.kind].toUpperCase(),
    }
    for (const [what, id] of Object.entries(suspects)) {
      const answer = JSON.stringify(await ask(way, target, id))
      if (answer !== missing) faults.push(`${who}, ${target.name} ${target.place.path.join('.')}, ${what}: ${answer} unlike ${missing}`)
    }
  }
  return faults
}

async function tryGarbage(who: string, way: Way): Promise<string[]> {
  const faults: string[] = []
  for (const target of targets) {
    const missing = outcomeOf(await ask(way, target, randomIds()[target.kind]))
    for (const value of garbage) {
      const answer = await ask(way, target, value)
      if (!['missing', missing].includes(outcomeOf(answer)) || outcomeOf(answer) === 'yes')
        faults.push(
          `${who}, ${target.name} ${target.place.path.join('.')}, ${JSON.stringify(value).slice(0, 60)}: ${JSON.stringify(answer).slice(0, 300)}`,
        )
    }
    for (const value of nonsense) {
      const answer = await ask(way, target, value)
      if (!answer.errors || outcomeOf(answer) === 'defect')
        faults.push(
          `${who}, ${target.name} ${target.place.path.join('.')}, ${JSON.stringify(value)}: ${JSON.stringify(answer).slice(0, 300)}`,
        )
    }
  }
  return faults
}

const each = async (names: readonly PersonName[], run: (who: string, person: Person) => Promise<string[]>): Promise<string[]> =>
  (await Promise.all(names.map((name) => run(name, world.people[name])))).flat()

describe('an id', () => {
  test('of others, of what is gone or of something else looks like one that never was, over HTTP and over the socket', async () => {
    const before = await checksums(world)
    expect(await each(people, tellApart)).toEqual([])
    const sockets = Object.fromEntries(people.map((name) => [name, socketOf(world.people[name])])) as Record<PersonName, Socket>
    expect((await Promise.all(people.map((name) => tellApart(name, sockets[name])))).flat()).toEqual([])
    for (const socket of Object.values(sockets)) socket.close()
    expect(await checksums(world)).toEqual(before)
  }, 600_000)

  test('that is none is refused in words and breaks nothing', async () => {
    const before = await checksums(world)
    expect(await each(['member', 'admin'], tryGarbage)).toEqual([])
    expect(await checksums(world)).toEqual(before)
  }, 600_000)

  test('of our things is no use to the admin of another company', async () => {
    const faults: string[] = []
    const ours: Ids = {
      chat: things.chatId,
      message: things.messageId,
      comment: things.commentId,
      alert: things.alertId,
      bulkRun: things.bulkRunId,
      customer: things.customerId,
      identity: things.identityId,
      block: things.blockId,
      request: things.requestId,
      approach: await world.makeApproach(),
      approachText: things.approachTextId,
      approachRule: things.approachRuleId,
      visit: things.visitId,
      schedule: things.scheduleId,
      operator: things.operators.member,
      group: things.groups.here,
      channel: things.channelId,
      file: gone.file,
      tag: things.tagId,
      template: things.templateId,
      image: things.imageId,
      field: things.fieldId,
      customerField: things.customerFieldId,
      note: things.noteId,
      merge: things.mergeId,
      filter: things.filterId,
      session: (await world.people.holder.get('{ me { sessions { id } } }')).me.sessions[0].id,
    }
    for (const target of targets) {
      const missing = JSON.stringify(await ask(world.foreigner, target, randomIds()[target.kind]))
      const answer = JSON.stringify(await ask(world.foreigner, target, ours[target.kind]))
      if (answer !== missing) faults.push(`${target.name} ${target.place.path.join('.')}: ${answer} unlike ${missing}`)
    }
    expect(faults).toEqual([])
  })

  test('of another visitor, of another company or of nothing is worth the same to a visitor', async () => {
    const [vera, viktor] = [await world.makeVisitor('Vera'), await world.makeVisitor('Viktor')]
    const said = await viktor.say('Only for you.')
    const before = await checksums(world)
    const faults: string[] = []
    for (const [name, { field }] of visitorOperations) {
      for (const place of inputPlaces(field, ['ID'])) {
        const good = goodOf(name)
        const kind = kindOf(name, place)
        const missing = JSON.stringify(await tryAsVisitor(vera, name, withValue(good, place.path, randomIds()[kind])))
        for (const id of [theirs[kind], gone[kind], kind === 'message' ? said.id : things.chatId, things.messageId]) {
          attempts += 1
          const answer = JSON.stringify(await tryAsVisitor(vera, name, withValue(good, place.path, id)))
          if (answer !== missing) faults.push(`${name} ${place.path.join('.')}: ${answer} unlike ${missing}`)
        }
      }
    }
    expect(faults).toEqual([])
    expect(await checksums(world)).toEqual(before)
  })

  // Refused after the id was looked at, so that nothing is left behind.
  const request = () => ({
    key: world.keys.here,
    clientId: 'hers',
    title: 'Hers',
    text: 'Hers',
    category: 'None',
    answers: [{ value: 'x' }],
  })
  function goodOf(name: string): Variables {
    if (name.endsWith('acknowledge')) return { read: true }
    if (name.endsWith('rateChat')) return { input: { score: 5 } }
    if (name.endsWith('sendTranscript') || name.endsWith('endChat')) return { input: {} }
    if (name.endsWith('answerApproach')) return { input: { key: world.keys.here, browser: 'hers', accepted: true } }
    return { input: name.endsWith('leaveRequest') ? request() : { clientId: 'hers', text: '' } }
  }

  test('was tried often enough to be believed', () => {
    expect(attempts).toBeGreaterThanOrEqual(4_500)
  })
})
