import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rig } from '@parley/conformance'
import { askAs, insist, type Operator } from './api.ts'
import { connectChannel, settingsFor, subjects } from './channels.ts'
import { countDeadlocks, type Fleet, startFleet } from './fleet.ts'
import { followOn } from './line.ts'
import { sleep, within } from './random.ts'
import { foundCompany } from './scene.ts'
import { stretch, type Wire, type WireState } from './wire.ts'

/** A linked phone has a browser of its own, and no line that can be held. */
const kinds = Object.keys(subjects).filter((name) => name !== 'whatsapp web')
const sayEveryMs = 250
const answerEveryMs = 1_250
/** What is on its way at the end of a stretch has so long to come. */
const graceMs = 15_000
const shownWithinMs = 60_000
const rounds = 3
/** Everybody begins at once, which is no even pace. */
const warmMs = 2_000

export interface DeadOptions {
  /** The platform that is away. */
  dead: string
  /** With the platform there, hanging and refusing, each; in three turns. */
  seconds: number
  tell(words: string): void
}

interface Line {
  name: string
  rig: Rig
  wires: Wire[]
  channelId: string
  chatId: string
}
/** One way of one channel in one stretch: how long each message took, in ms, and how many never came. */
interface Way {
  took: number[]
  missing: number
}
interface Stretch {
  dead: WireState
  ways: Map<string, Way>
}
export interface DeadReport {
  lines: string[]
  faults: string[]
}

/**
 * One platform hangs, then refuses, for as long as a stretch lasts, while customers and operators of all others go on as before: what
 * changes for these? Then each fault that can befall a platform befalls all of them: how long until the channel's page shows it?
 */
export async function dead({ dead: away, seconds, tell }: DeadOptions): Promise<DeadReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-dead-'))
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })]
  try {
    const rigs = new Map<string, { rig: Rig; wires: Wire[]; options: object }>()
    for (const name of kinds) {
      const rig = await (subjects[name] as (typeof subjects)[string]).rig()
      closing.push(() => rig.stop())
      const wired = await wire(rig.options as Record<string, unknown>)
      closing.push(async () => void (await Promise.all(wired.wires.map((one) => one.close()))))
      rigs.set(name, { rig, ...wired })
    }
    const env = settingsFor([...rigs.values()].map(({ rig, options }) => ({ ...rig, options })))
    const fleet = await startFleet({ hubs: 1, dataDir, program: 'bundle', env })
    closing.push(() => fleet.stop())
    const ada = await foundCompany(fleet)
    const lines: Line[] = []
    for (const [name, { rig, wires, options }] of rigs) {
      const channelId = await connectChannel(fleet, ada, name, options)
      await rig.say(`${name} begins`)
      lines.push({ name, rig, wires, channelId, chatId: await chatOn(fleet, ada, channelId) })
    }
    tell(`${lines.length} channels are connected; ${away} will be away`)
    const stretches: Stretch[] = []
    await run(fleet, ada, lines, away, 'carries', seconds / 3)
    // By turns, so that whatever else the machine does befalls all of them.
    for (let round = 0; round < rounds; round += 1)
      for (const state of ['carries', 'hangs', 'refuses'] as const) {
        stretches.push({ dead: state, ways: await run(fleet, ada, lines, away, state, seconds / rounds) })
        tell(`${away} ${state}: measured for ${(seconds / rounds).toFixed(0)} s, load of the machine ${loadavg()[0]?.toFixed(1)}`)
        if (state !== 'carries') await recovered(fleet, ada, lines, tell)
      }
    const compared = compare(stretches, away)
    const shown = await showFaults(fleet, ada, lines, tell)
    const others = fleet.crashes.map((words) => `a hub ended by itself: ${words}`)
    const deadlocks = await countDeadlocks(dataDir)
    if (deadlocks > 0) others.push(`${deadlocks} times two works waited for each other`)
    return { lines: [...compared.lines, '', ...shown.lines], faults: [...compared.faults, ...shown.faults, ...others] }
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

/** The same options, reached by lines that can be held. */
async function wire(options: Record<string, unknown>): Promise<{ wires: Wire[]; options: Record<string, unknown> }> {
  const wires: Wire[] = []
  const wired = { ...options }
  for (const [field, value] of Object.entries(options)) {
    const url = /^https?:/.test(String(value)) ? new URL(String(value)) : null
    const port = url ? Number(url.port) : /^(imap|smtp)Port$/.test(field) ? Number(value) : 0
    if (!port) continue
    const line = await stretch(port)
    wires.push(line)
    if (url) url.port = String(line.port)
    wired[field] = url ? url.href : line.port
  }
  return { wires, options: wired }
}

async function chatOn(fleet: Fleet, ada: Operator, channelId: string): Promise<string> {
  const query = 'query($f: JSON!) { filteredChats(filter: $f, first: 1) { edges { node { id } } } }'
  const filter = { all: [{ field: 'channel', is: 'any', values: [channelId] }] }
  let id: string | undefined
  const found = await within(30_000, async () => {
    const { filteredChats } = await insist(() => askAs(fleet.url(), ada, query, { f: filter }))
    id = filteredChats.edges[0]?.node.id
    return id !== undefined
  })
  if (!found || !id) throw new Error('a first message did not arrive')
  return id
}

const feed = 'subscription($after: Int) { feed(after: $after) { cursor reset event { type message { text direction delivery } } } }'
const send =
  'mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id } ... on Refusal { code message } } }'

/** Everybody speaks and answers at an even pace for so long; how long it took until the desk showed that it came, or went. */
async function run(fleet: Fleet, ada: Operator, lines: Line[], away: string, state: WireState, seconds: number): Promise<Map<string, Way>> {
  const begun = new Map<string, { way: string; at: number }>()
  let warm = Number.POSITIVE_INFINITY
  const ways = new Map<string, Way>()
  const arrived = (text: string) => {
    const one = begun.get(text)
    if (!one) return
    begun.delete(text)
    if (one.at >= warm) ways.get(one.way)?.took.push(performance.now() - one.at)
  }
  let cursor: number | undefined
  const console = followOn({
    url: () => fleet.url(),
    path: '/graphql',
    headers: { cookie: ada.cookie },
    params: { workspace: ada.workspace },
    query: feed,
    after: () => cursor,
    onFrame(frame) {
      if (frame?.cursor != null) cursor = frame.cursor
      const { text, direction, delivery } = frame?.event?.message ?? {}
      if (direction === 'in' || ['sent', 'delivered', 'read'].includes(delivery)) arrived(text)
    },
  })
  await within(10_000, () => cursor !== undefined)
  for (const line of lines) for (const one of line.wires) one.become(line.name === away ? state : 'carries')
  warm = performance.now() + warmMs
  const end = Date.now() + seconds * 1_000 + warmMs
  const pace = async (everyMs: number, act: (n: number) => Promise<void>) => {
    for (let n = 0, due = Date.now(); Date.now() < end; n += 1, due += everyMs) {
      await sleep(Math.max(0, due - Date.now()))
      await act(n)
    }
  }
  const mark = `${state} ${randomUUID().slice(0, 8)}`
  const note = (way: string, text: string) => begun.set(text, { way, at: performance.now() })
  await Promise.all(
    lines.flatMap(({ name, rig, chatId }) => {
      ways.set(`${name} in`, { took: [], missing: 0 }).set(`${name} out`, { took: [], missing: 0 })
      return [
        pace(sayEveryMs, async (n) => {
          const text = `${name} says ${n} (${mark})`
          note(`${name} in`, text)
          await rig.say(text)
        }),
        pace(answerEveryMs, async (n) => {
          const text = `${name} answers ${n} (${mark})`
          note(`${name} out`, text)
          const input = { chatId, clientId: randomUUID(), text }
          await insist(() => askAs(fleet.url(), ada, send, { input }))
        }),
      ]
    }),
  )
  await within(graceMs, () => ![...begun.values()].some(({ way }) => !way.startsWith(`${away} `)), 100)
  console.end()
  for (const { way } of begun.values()) {
    const one = ways.get(way)
    if (one) one.missing += 1
  }
  return ways
}

/** Of the living: the medians of the stretches in which the platform was there, and of those in which it was not. */
function compare(stretches: Stretch[], away: string): DeadReport {
  const names = [...(stretches[0]?.ways.keys() ?? [])]
  const well = stretches.filter(({ dead: state }) => state === 'carries')
  const rows: string[] = []
  const faults: string[] = []
  for (const name of names.filter((one) => !one.startsWith(`${away} `))) {
    const usual = tally(well, name)
    const cells = (['hangs', 'refuses'] as const).map((state) => {
      const then = tally(
        stretches.filter((one) => one.dead === state),
        name,
      )
      if (then.missing > 0) faults.push(`${name}: ${then.missing} did not come while ${away} ${state}`)
      if (then.p50 > 2 * usual.p50 && then.p50 - usual.p50 > 100)
        faults.push(`${name}: took ${then.p50.toFixed(0)} ms instead of ${usual.p50.toFixed(0)} while ${away} ${state}`)
      const ratio = (now: number, before: number) => (before > 0 ? (now / before).toFixed(2) : '–')
      return `${then.p50.toFixed(0).padStart(6)} /${then.p95.toFixed(0).padStart(5)} ms  × ${ratio(then.p50, usual.p50)} / ${ratio(then.p95, usual.p95)}, rate × ${ratio(then.rate, usual.rate)}`
    })
    rows.push(`${name.padEnd(24)}${usual.p50.toFixed(0).padStart(5)} /${usual.p95.toFixed(0).padStart(5)} ms   ${cells.join('   ')}`)
  }
  const head = `${'p50 / p95'.padEnd(24)}   all are there   ${away} hangs: p50 / p95, times as long, rate   ${away} refuses`
  return { lines: [head, ...rows], faults }
}

/** Medians over the turns. */
function tally(stretches: Stretch[], name: string) {
  const ways = stretches.flatMap(({ ways: all }) => all.get(name) ?? [])
  const over = (of: (way: Way) => number) => quantile(ways.map(of), 0.5)
  return {
    p50: over(({ took }) => quantile(took, 0.5)),
    p95: over(({ took }) => quantile(took, 0.95)),
    rate: over(({ took }) => took.length),
    missing: ways.reduce((sum, { missing }) => sum + missing, 0),
  }
}

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}

interface Shown {
  id: string
  state: string
  check: { ok: boolean } | null
}
const shownQuery = '{ channels { id state check { ok } } }'
const isTroubled = ({ state, check }: Shown) => !['connected', 'starting', 'syncing'].includes(state) || check?.ok === false

async function recovered(fleet: Fleet, ada: Operator, lines: Line[], tell: (words: string) => void): Promise<void> {
  for (const { wires } of lines) for (const one of wires) one.become('carries')
  const well = await within(
    120_000,
    async () => {
      const { channels } = await insist(() => askAs(fleet.url(), ada, shownQuery))
      const mine = channels.filter(({ id }: Shown) => lines.some(({ channelId }) => channelId === id))
      return mine.every((one: Shown) => one.state === 'connected' && !isTroubled(one))
    },
    500,
  )
  if (!well) tell('✗ not every channel was well again within two minutes')
}

/** Every fault befalls every platform at once; the time until its channel no longer looks well, as admins see it. */
async function showFaults(fleet: Fleet, ada: Operator, lines: Line[], tell: (words: string) => void): Promise<DeadReport> {
  const rows: string[] = []
  const faults: string[] = []
  const befall: Record<string, (line: Line) => unknown> = {
    hangs: ({ wires }) => wires.map((one) => one.become('hangs')),
    refuses: ({ wires }) => wires.map((one) => one.become('refuses')),
    'no longer knows us': ({ rig }) => rig.revoke(),
  }
  const seconds = new Map(lines.map(({ name }) => [name, [] as string[]]))
  for (const [what, strike] of Object.entries(befall)) {
    await recovered(fleet, ada, lines, tell)
    const since = Date.now()
    for (const line of lines) await strike(line)
    const waiting = new Map(lines.map(({ channelId, name }) => [channelId, name]))
    await within(
      shownWithinMs + 10_000,
      async () => {
        const { channels } = await insist(() => askAs(fleet.url(), ada, shownQuery))
        for (const channel of channels.filter(isTroubled)) {
          const name = waiting.get(channel.id)
          if (name && waiting.delete(channel.id)) seconds.get(name)?.push(`${((Date.now() - since) / 1_000).toFixed(0)} s`)
        }
        return waiting.size === 0
      },
      250,
    )
    for (const name of waiting.values()) {
      seconds.get(name)?.push('not shown')
      faults.push(`${name} ${what}: not shown within ${(shownWithinMs + 10_000) / 1_000} s`)
    }
    if (Date.now() - since > shownWithinMs && waiting.size === 0) faults.push(`${what}: shown only after a minute`)
    tell(`each platform ${what}: ${waiting.size === 0 ? 'all are shown' : 'not all are shown'}`)
  }
  for (const [name, cells] of seconds) rows.push(name.padEnd(24) + cells.map((cell) => cell.padStart(20)).join(''))
  return {
    lines: [
      `${'shown after'.padEnd(24)}${Object.keys(befall)
        .map((what) => what.padStart(20))
        .join('')}`,
      ...rows,
    ],
    faults,
  }
}
