import { embeddedOf, type Fleet } from './fleet.ts'
import { type Chance, sleep, within } from './random.ts'

/** Where a hub is made to kill itself, and after how many passes at most. */
export const killPoints: [point: string, most: number][] = [
  ['intake.read', 8],
  ['work.beforeCommit', 15],
  ['work.committed', 15],
  ['outbound.claimed', 3],
  ['outbound.sent', 3],
  ['media.piece', 1],
  ['media.stored', 1],
]

export interface Plan {
  randomKills: number
  /** Rounds over all failpoints. */
  failpointRounds: number
  databaseKills: number
  cuts: number
  /** Time between faults, at most, in ms. */
  gapMs: number
}
/** What was done and how long it took until hubs served again, in ms. */
export interface Struck {
  kills: number[]
  failpoints: Record<string, number>
  database: number[]
  cuts: number
  /** Starts in which every wake-up was lost. */
  deaf: number
  faults: string[]
}
export interface Stage {
  chance: Chance
  fleet: Fleet
  lines: { line: { cut(): boolean } }[]
  /** The leader of the database's processes. */
  leader(): number
  /** Set in every start of a hub. */
  env: Record<string, string>
}

const servesMs = 30_000
const reachedWithinMs = 45_000

/** Plays the plan, one fault after another in an order the seed decides, while clients are cut all the time. */
export async function strike(plan: Plan, stage: Stage): Promise<Struck> {
  const struck: Struck = { kills: [], failpoints: {}, database: [], cuts: 0, deaf: 0, faults: [] }
  let playing = true
  const cutting = cutClients(plan, stage, struck, () => playing)
  const { chance } = stage
  for (const fault of shuffled(faultsOf(plan), chance)) {
    await sleep(chance.below(plan.gapMs))
    await fault(stage, struck)
  }
  await within(120_000, () => struck.cuts >= plan.cuts)
  playing = false
  await cutting
  return struck
}

type Fault = (stage: Stage, struck: Struck) => Promise<void>

const faultsOf = (plan: Plan): Fault[] => [
  ...Array.from({ length: plan.randomKills }, () => killAtRandom),
  ...Array.from({ length: plan.failpointRounds }, () => killAtEachPoint),
  ...Array.from({ length: plan.databaseKills }, (_, n) => endDatabase(n % 2 === 0 ? 'SIGKILL' : 'SIGQUIT')),
]

async function killAtRandom(stage: Stage, struck: Struck): Promise<void> {
  const index = stage.chance.below(stage.fleet.hubs.length)
  struck.kills.push(await stage.fleet.kill(index, startSettings(stage, struck)))
}

/** A third of all starts hears no wake-up at all and must live by looking. */
function startSettings({ chance, env }: Stage, struck: Struck): Record<string, string> {
  if (env.PARLEY_FAILPOINTS !== undefined || !chance.happens(1 / 3)) return env
  struck.deaf += 1
  return { ...env, PARLEY_FAILPOINTS: 'skip@bus.wake:1+' }
}

/** One hub is killed at every failpoint in turn: each of its lives is armed with the next one. */
async function killAtEachPoint(stage: Stage, struck: Struck): Promise<void> {
  const { chance, fleet, env } = stage
  const index = chance.below(fleet.hubs.length)
  const specs = shuffled([...killPoints], chance).map(([point, most]) => ({ point, spec: `kill@${point}:${1 + chance.below(most)}` }))
  const armed = (n: number) => ({
    ...env,
    ...(specs[n] && { PARLEY_FAILPOINTS: [env.PARLEY_FAILPOINTS, specs[n].spec].filter(Boolean).join(',') }),
  })
  struck.kills.push(await fleet.kill(index, armed(0)))
  for (const [n, { point, spec }] of specs.entries()) {
    // The others may own the connections: they pass to the armed one when they die.
    for (const other of fleet.hubs.keys()) if (other !== index) struck.kills.push(await fleet.kill(other, env))
    const hub = fleet.hubs[index]
    const took = await fleet.afterDeath(index, reachedWithinMs, armed(n + 1))
    if (took === null) {
      struck.faults.push(`${spec} was not reached`)
      struck.kills.push(await fleet.kill(index, armed(n + 1)))
    } else if (hub?.said().includes(`failpoint ${spec}`)) {
      struck.kills.push(took)
      struck.failpoints[point] = (struck.failpoints[point] ?? 0) + 1
    } else struck.faults.push(`a hub ended for another reason than ${spec}: ${hub?.said().slice(-600)}`)
  }
}

const endDatabase =
  (signal: NodeJS.Signals): Fault =>
  async (stage, struck) => {
    const leader = stage.leader()
    const since = Date.now()
    process.kill(leader, signal)
    await within(5_000, () => stage.leader() !== leader, 10)
    const back = await Promise.all(stage.fleet.hubs.map((_, index) => stage.fleet.serving(index, servesMs)))
    if (back.includes(false)) struck.faults.push(`a hub did not serve within ${servesMs / 1000} s of ${signal} to the database`)
    struck.database.push(Date.now() - since)
  }

async function cutClients(plan: Plan, { chance, lines }: Stage, struck: Struck, playing: () => boolean): Promise<void> {
  while (playing()) {
    await sleep(40 + chance.below(260))
    if (struck.cuts < plan.cuts && chance.pick(lines).line.cut()) struck.cuts += 1
  }
}

function shuffled<T>(list: T[], chance: Chance): T[] {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = chance.below(i + 1)
    ;[list[i], list[j]] = [list[j] as T, list[i] as T]
  }
  return list
}

export const leaderOf = (dataDir: string) => (): number => {
  try {
    return embeddedOf(dataDir).leader
  } catch {
    return 0
  }
}
