import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSchemas } from '../src/api/schema.ts'
import { deedsAtTheDesk } from './histories/at-the-desk.ts'
import { deedsInTheOffice, outsideOfHistories } from './histories/in-the-office.ts'
import { chance, type Deeds } from './histories/step.ts'
import { makeWorld, type World } from './rights/world.ts'
import type { Visitor } from './support/hub.ts'
import { compared, countsOf, loadScreen, openScreen, type Screen, type Shown } from './support/screen.ts'

/**
 * For every mutation: state before + its events = state freshly loaded. Random histories through the API, by everybody at once; each
 * desk is compared with one that opens anew. HISTORIES: how many histories, HISTORY_SEED: the first of their seeds.
 */
const histories = Number(process.env.HISTORIES ?? 3)
const firstSeed = Number(process.env.HISTORY_SEED ?? Date.now() % 1_000_000)
const steps = 50

let world: World
let visitors: Visitor[] = []
async function begin(): Promise<void> {
  world = await makeWorld()
  visitors = []
  for (const name of ['Maria', 'Jo', 'Katia']) {
    const visitor = await world.makeVisitor(name)
    await visitor.say('Hello')
    visitors.push(visitor)
  }
  for (const kind of ['held', 'elsewhere', 'free', 'alone'] as const) await world.makeChat(kind)
}
beforeAll(begin)
afterAll(() => world.drop())

const deeds: Deeds = { ...deedsAtTheDesk, ...deedsInTheOffice }

async function live(seed: number, screens: Screen[]): Promise<string[]> {
  const dice = chance(seed)
  const names = Object.keys(deeds)
  const done: string[] = []
  const people = Object.values(world.people)
  for (let n = 0; n < steps; n += 1) {
    // Sometimes two at the same time.
    const together = Array.from({ length: dice.yes(0.25) ? 2 : 1 }, async () => {
      const name = dice.pick(names)
      const at = dice.pick(screens)
      const chats = Object.values((dice.yes(0.8) ? at : (screens[0] as Screen)).shown.chats)
      if (chats.length === 0) return
      const step = {
        world,
        visitors,
        by: at.person,
        chat: dice.pick(chats),
        chats,
        colleagueId: dice.pick(people).id,
        tagId: dice.pick(Object.values(world.tags)),
        dice,
      }
      done.push(name)
      await deeds[name]?.(step)
    })
    await Promise.all(together)
  }
  return done
}

/** Something everybody hears, last: when it has come, all before it has. */
async function settle(screens: Screen[]): Promise<void> {
  const tagId = await world.makeTag()
  await Promise.all(screens.map((screen) => screen.until((frame) => frame.event?.tag?.id === tagId)))
}

/**
 * What the desk shows and what it would show when opened anew. The hub does some things by itself, by the clock: where one of them fell
 * between the two looks, there is another look. What a desk has not heard it does not hear by being asked again.
 */
async function meet(screen: Screen, screens: Screen[], looks = 3): Promise<[Shown, Shown]> {
  const [now, fresh] = compared(screen.shown, await loadScreen(screen.person))
  // Figures come with no event: a desk counts anew when it hears of a chat. They are those of the chats it shows.
  const counts = countsOf(Object.values(now.chats), screen.person.id)
  const pair: [Shown, Shown] = [
    { ...now, counts },
    { ...fresh, counts: { ...fresh.counts, others: fresh.counts.others ?? counts.others ?? null } },
  ]
  if (looks === 1 || isDeepStrictEqual(...pair)) return pair
  await settle(screens)
  return meet(screen, screens, looks - 1)
}

test('every mutation of the API is in the histories, or outside of them for a reason', () => {
  const mutations = Object.keys(buildSchemas().api.getMutationType()?.getFields() ?? {})
  const made = Object.keys(deeds).flatMap((name) =>
    name
      .replace(/\(.*\)/, '')
      .split(' ')
      .filter(Boolean),
  )
  expect([...new Set(made), ...Object.keys(outsideOfHistories)].sort()).toEqual([...mutations].sort())
})

test(
  `what a desk shows after any history is what it shows when it is opened anew, for every role (seeds from ${firstSeed})`,
  async () => {
    for (let seed = firstSeed; seed < firstSeed + histories; seed += 1) {
      // A desk is compared with all it shows: what has grown for too long is begun anew.
      if (seed > firstSeed && (seed - firstSeed) % 8 === 0) await world.drop().then(begin)
      const screens: Screen[] = []
      for (const person of Object.values(world.people)) screens.push(await openScreen(person))
      const done = await live(seed, screens)
      await settle(screens).catch((error) => {
        throw new Error(`seed ${seed}`, { cause: error })
      })
      for (const screen of screens) {
        const [now, fresh] = await meet(screen, screens)
        const role = Object.entries(world.people).find(([, each]) => each === screen.person)?.[0]
        expect({ seed, role, done, ...now }).toEqual({ seed, role, done, ...fresh })
      }
      for (const screen of screens) screen.end()
    }
  },
  60_000 + histories * 20_000,
)
