import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { judge, type Verdict } from './checks.ts'
import { openConsole } from './console.ts'
import { startCrowd } from './crowd.ts'
import { leaderOf, type Plan, type Struck, strike } from './faults.ts'
import { embeddedOf, type Fleet, startFleet } from './fleet.ts'
import { type Platform, startPlatform } from './platform.ts'
import { chanceFrom, sleep, within } from './random.ts'
import type { Sabotage } from './sabotage.ts'
import { setScene, startVisitor } from './scene.ts'
import { readStored } from './stored.ts'
import { openWindow } from './window.ts'

export interface RunOptions {
  seed: number
  /** One hub with the database it brings, or several on one server. */
  hubs: number
  program: 'bundle' | 'sources'
  plan: Plan
  visitors: number
  customersEach: number
  /** At least two, who answer; the others only watch. */
  consoles: number
  pauseMs: number
  /** Misfortunes of the platforms while the crowd writes: the chance of each call to be struck by each. */
  platformFaults: number
  sabotage?: Sabotage
  /** A file that keeps the ledgers, the stored messages and what hubs said, to look into a breach. */
  evidence?: string | undefined
  tell?(words: string): void
}
export interface Report extends Verdict {
  seed: number
  struck: Struck
  seconds: number
}

const secret = 'a secret of the gauntlet, long enough for all'

/** One run: a crowd writes, everything is broken again and again, and then every ledger must agree. */
export async function run(options: RunOptions): Promise<Report> {
  const began = Date.now()
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-gauntlet-'))
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })]
  try {
    const report = await play(options, dataDir, closing)
    return { ...report, seconds: Math.round((Date.now() - began) / 1000) }
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

async function play(options: RunOptions, dataDir: string, closing: (() => Promise<unknown>)[]): Promise<Omit<Report, 'seconds'>> {
  const { seed, sabotage, tell = () => {} } = options
  const chance = chanceFrom(seed)
  const [polling, webhook] = await Promise.all([
    startPlatform(seed, '100000001:AAgauntlet-polling'),
    startPlatform(seed + 1, '100000002:AAgauntlet-webhook'),
  ])
  closing.push(() => Promise.all([polling.stop(), webhook.stop()]))
  const server = options.hubs > 1 ? await startServer(dataDir, closing) : undefined
  const env = {
    PARLEY_SECRET: secret,
    PARLEY_ALLOW_PRIVATE_FETCH: [polling, webhook].map(({ apiRoot }) => new URL(apiRoot).host).join(','),
    ...(server && { DATABASE_URL: server.url }),
  }
  const fleet = await startFleet({ hubs: options.hubs, dataDir, program: options.program, env })
  closing.push(() => fleet.stop())
  const scene = await setScene(fleet, polling, webhook)
  const databaseDir = server?.dataDir ?? dataDir
  if (sabotage) await plant(sabotage, fleet, databaseDir)
  tell(`${options.hubs > 1 ? `${options.hubs} hubs on one server` : 'one hub with its own database'}: the crowd begins to write`)

  const url = () => fleet.url()
  const open = (n: number) => openConsole(`console ${n}`, n % 2 === 0 ? scene.ada : scene.ben, url, sabotage?.snapshotFirst)
  const admins = [open(0), open(1)]
  const limited = openConsole('limited console', scene.cleo, url)
  const windows = []
  for (let n = 0; n < options.visitors; n += 1)
    windows.push(openWindow(await startVisitor(fleet.urls[0] ?? '', scene.siteKey, `visitor${n}`), url))
  const lines = [...admins, limited, ...windows]
  closing.push(async () => {
    for (const { line } of lines) line.end()
  })

  const platforms = { polling, webhook }
  for (const platform of Object.values(platforms)) await misfortunes(platform, options.platformFaults)
  const crowd = startCrowd({
    chance: chanceFrom(seed + 2),
    url,
    visitorTokens: windows.map(({ token }) => token),
    platforms,
    customersEach: options.customersEach,
    pauseMs: options.pauseMs,
    operators: [
      { operator: scene.ada, console: admins[0] as never },
      { operator: scene.ben, console: admins[1] as never },
    ],
  })
  // The others come in while everybody writes: what is said between their question and their answer counts too.
  for (let n = admins.length; n < options.consoles; n += 1) {
    await sleep(400)
    admins.push(open(n))
    lines.push(admins.at(-1) as never)
  }
  await sleep(1_500)
  const struck = await strike(options.plan, { chance, fleet, lines, leader: leaderOf(databaseDir), env: sabotage?.env ?? {} })
  tell('the faults have struck; what is left is brought to its end')
  await crowd.stop()
  for (const platform of Object.values(platforms)) {
    await platform.clearFaults()
    await platform.chaos({ duplicate: 0, shuffle: 0 })
  }
  const sql = postgres(server?.url ?? embeddedOf(dataDir).url, { max: 1, onnotice: () => {} })
  closing.push(() => sql.end({ timeout: 1 }))
  const settled = await settle(sql, platforms, lines, sabotage ? 20_000 : 120_000)
  const evidence = {
    scene,
    crowd,
    admins,
    limited,
    windows,
    ledgers: { polling: await polling.ledger(), webhook: await webhook.ledger() },
    stored: await readStored(sql),
  }
  const verdict = judge(evidence)
  if (options.evidence)
    writeFileSync(
      options.evidence,
      JSON.stringify({ ...evidence.ledgers, messages: evidence.stored.messages, replies: crowd.replies, said: fleet.said() }, null, 1),
    )
  const violations = [
    ...verdict.violations,
    ...struck.faults,
    ...fleet.crashes.map((words) => `a hub ended by itself: ${words}`),
    ...(settled ? [] : ['it did not come to rest']),
  ]
  return { seed, struck, counts: { ...verdict.counts, ...refusalsOf(evidence.ledgers) }, violations }
}

/** Waits until nothing is under way any more: platforms, lanes, files and every console at the newest event. */
async function settle(
  sql: Sql,
  platforms: Record<string, Platform>,
  lines: { cursor(): number | undefined; loading(): boolean }[],
  ms: number,
): Promise<boolean> {
  const quiet = async () => {
    for (const platform of Object.values(platforms)) if ((await platform.pending()) > 0) return false
    const [left] = await sql<
      { parts: number; files: number; head: string }[]
    >`select (select count(*)::int from outgoing_parts where state in ('queued', 'sending')) as parts,
      (select count(*)::int from files where state = 'fetching') as files, (select value from counters where name = 'event') as head`
    return left?.parts === 0 && left.files === 0
  }
  const still = async () => {
    if (!(await quiet())) return false
    await sleep(2_500)
    return (await quiet()) && lines.every((line) => !line.loading())
  }
  const rested = await within(ms, still, 500)
  const [head] = await sql<{ value: string }[]>`select value from counters where name = 'event'`
  // Visitors hear of their own chat only, so their cursor may stand lower.
  const shown = await within(15_000, () =>
    lines
      .filter((line) => 'applied' in line && 'name' in line && line.name !== 'limited console')
      .every((line) => line.cursor() === Number(head?.value)),
  )
  await sleep(1_000)
  return rested && shown
}

async function misfortunes(platform: Platform, probability: number): Promise<void> {
  await platform.chaos({ duplicate: 0.2, shuffle: 0.1 })
  if (probability === 0) return
  await platform.fault({
    kind: 'answer',
    code: 429,
    description: 'Too Many Requests: retry after 1',
    parameters: { retry_after: 1 },
    probability,
  })
  await platform.fault({ kind: 'html', probability })
  await platform.fault({ kind: 'lose_reply', probability })
  await platform.fault({ kind: 'reset', probability })
  await platform.fault({ kind: 'slow', ms: 400, probability: probability * 3 })
}

async function plant(sabotage: Sabotage, fleet: Fleet, databaseDir: string): Promise<void> {
  const sql = postgres(embeddedOf(databaseDir).url, { max: 1, onnotice: () => {} })
  await sabotage.plant?.(sql)
  await sql.end()
  // Sessions that are open would not notice.
  for (const index of fleet.hubs.keys()) await fleet.restart(index, sabotage.env ?? {})
}

/** The embedded server in the harness' own process: it outlives the hubs, and is started again when it is killed. */
async function startServer(dataDir: string, closing: (() => Promise<unknown>)[]): Promise<{ url: string; dataDir: string }> {
  const { startEmbedded } = await import('../../apps/hub/src/db/embedded.ts')
  const { createLog } = await import('../../apps/hub/src/log.ts')
  const own = join(dataDir, 'server')
  const server = await startEmbedded({ dataDir: own, log: createLog('silent') })
  closing.push(() => server.stop())
  return { url: server.url, dataDir: own }
}

function refusalsOf(ledgers: Record<string, { refusals: Record<string, number> }>): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { refusals } of Object.values(ledgers))
    for (const [kind, n] of Object.entries(refusals)) sums[`platform fault ${kind}`] = (sums[`platform fault ${kind}`] ?? 0) + n
  return sums
}
