import { broken, channels, table } from './channels.ts'
import { dead } from './dead.ts'
import type { Plan } from './faults.ts'
import { type Report, type RunOptions, run } from './run.ts'
import { sabotages } from './sabotage.ts'

/**
 * `pnpm gauntlet`: GAUNTLET_SEED chooses another disorder, GAUNTLET_FACTOR=10 a run ten times as long.
 * `pnpm gauntlet channels`: a conversation on every kind of channel at once, each against its stand-in; further words name kinds.
 * `pnpm gauntlet dead`: one platform is away while the others go on, and every fault is to be seen; a further word names which.
 * GAUNTLET_EVIDENCE=<file> keeps what the verdict was made from.
 * `pnpm gauntlet --mutants`: plants mistakes and expects each to be noticed. `--only "<name>"` plants one.
 */
const seed = Number(process.env.GAUNTLET_SEED ?? 1) || 1
const factor = Number(process.env.GAUNTLET_FACTOR ?? 1) || 1
const evidence = process.env.GAUNTLET_EVIDENCE
const servesWithinMs = 10_000

const times = (plan: Plan, by: number): Plan => ({
  randomKills: Math.ceil(plan.randomKills * by),
  failpointRounds: Math.ceil(plan.failpointRounds * by),
  databaseKills: Math.ceil(plan.databaseKills * by),
  cuts: Math.ceil(plan.cuts * by),
  gapMs: plan.gapMs,
})
const base: Omit<RunOptions, 'hubs' | 'plan'> = {
  seed,
  evidence,
  program: 'bundle',
  visitors: 8,
  customersEach: 7,
  consoles: 4,
  pauseMs: 2_000,
  platformFaults: 0.01,
  tell: (words) => console.log(`· ${words}`),
}
const acts: RunOptions[] = [
  { ...base, hubs: 1, plan: times({ randomKills: 20, failpointRounds: 2, databaseKills: 8, cuts: 330, gapMs: 2_500 }, factor) },
  {
    ...base,
    seed: seed + 100,
    hubs: 2,
    plan: times({ randomKills: 16, failpointRounds: 1, databaseKills: 6, cuts: 220, gapMs: 2_500 }, factor),
  },
]

const asked = process.argv.slice(2)
process.exitCode = asked.includes('--mutants')
  ? await mutants()
  : asked[0] === 'channels'
    ? await everyChannel(asked.slice(1))
    : asked[0] === 'dead'
      ? await oneDead(asked[1])
      : await gauntlet(acts.filter(({ hubs }) => !asked.includes('--hubs') || String(hubs) === asked[asked.indexOf('--hubs') + 1]))

async function everyChannel(only: string[]): Promise<number> {
  const { reports, kills } = await channels({ seed, seconds: 90 * factor, only, tell: base.tell as (words: string) => void })
  console.log(`\nOne hub, killed ${kills} times, seed ${seed}\n${table(reports)}`)
  const faults = broken(reports)
  console.log(faults.length === 0 ? '\nEvery ledger agrees.' : `\n${faults.map((fault) => `  ✗ ${fault}`).join('\n')}`)
  return faults.length === 0 ? 0 : 1
}

async function oneDead(away = 'messenger'): Promise<number> {
  const { lines, faults } = await dead({ dead: away, seconds: 30 * factor, tell: base.tell as (words: string) => void })
  console.log(`\n${lines.join('\n')}`)
  console.log(
    faults.length === 0
      ? '\nNo other channel was held up, and every fault is shown within a minute.'
      : `\n${faults.map((fault) => `  ✗ ${fault}`).join('\n')}`,
  )
  return faults.length === 0 ? 0 : 1
}

async function gauntlet(chosen: RunOptions[]): Promise<number> {
  const reports: Report[] = []
  for (const act of chosen) {
    reports.push(await run(act))
    print(`${act.hubs > 1 ? `${act.hubs} hubs, one server` : 'One hub, its own database'}`, reports.at(-1) as Report)
  }
  const faults = reports.flatMap(({ violations }) => violations)
  console.log(
    faults.length === 0
      ? '\nEvery ledger agrees.'
      : `\n${faults.length} promises were broken:\n${faults.map((fault) => `  ✗ ${fault}`).join('\n')}`,
  )
  return faults.length === 0 ? 0 : 1
}

function print(title: string, report: Report): void {
  const { struck, counts, violations } = report
  const late = [...struck.kills, ...struck.database].filter((ms) => ms > servesWithinMs)
  if (late.length > 0) violations.push(`served again only after ${late.map((ms) => `${ms} ms`).join(', ')}`)
  const rows: [string, string | number][] = [
    ['seed', report.seed],
    ['seconds', report.seconds],
    ['hubs killed', struck.kills.length],
    ...Object.entries(struck.failpoints).map(([point, n]): [string, number] => [`  at ${point}`, n]),
    ['served again after, ms (median, most)', spread(struck.kills)],
    ['database ended', struck.database.length],
    ['served again after, ms (median, most)', spread(struck.database)],
    ['clients cut', struck.cuts],
    ['starts without wake-ups', struck.deaf],
    ...Object.entries(counts),
    ['violations', violations.length],
  ]
  console.log(`\n${title}\n${rows.map(([name, value]) => `  ${name.padEnd(42)} ${value}`).join('\n')}`)
}
function spread(list: number[]): string {
  const sorted = [...list].sort((a, b) => a - b)
  return `${sorted[Math.floor(sorted.length / 2)] ?? '-'}, ${sorted.at(-1) ?? '-'}`
}

/** The harness is worth what it finds: each planted mistake must turn it red. */
async function mutants(): Promise<number> {
  const only = asked[asked.indexOf('--only') + 1]
  const chosen = sabotages.filter(({ name }) => !asked.includes('--only') || name === only)
  const missed: string[] = []
  for (const sabotage of chosen) {
    const plan: Plan = { randomKills: 1, failpointRounds: 0, databaseKills: 0, cuts: 60, gapMs: 4_000, ...sabotage.needs }
    const { violations, seconds } = await run({
      ...base,
      hubs: 1,
      plan,
      sabotage,
      platformFaults: sabotage.platformFaults ?? 0.02,
      pauseMs: 900,
      tell: () => {},
    })
    if (violations.length === 0) missed.push(sabotage.name)
    console.log(
      `${violations.length > 0 ? '✓ noticed' : '✗ MISSED '}  ${sabotage.name} (${sabotage.mistake}), ${seconds} s${violations.length > 0 ? `\n    ${violations.slice(0, 3).join('\n    ')}` : ''}`,
    )
  }
  console.log(`\n${chosen.length - missed.length} of ${chosen.length} planted mistakes were noticed.`)
  return missed.length === 0 ? 0 : 1
}
