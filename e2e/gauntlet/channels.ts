import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rig, Subject } from '@parley/conformance'
import postgres, { type Sql } from 'postgres'
import { subject as email } from '../../connectors/email/test/rig.ts'
import { subject as instagram } from '../../connectors/instagram/test/rig.ts'
import { subject as messenger } from '../../connectors/messenger/test/rig.ts'
import { subject as partner } from '../../connectors/partner/test/rig.ts'
import { subject as telegram } from '../../connectors/telegram/test/rig.ts'
import { subject as whatsapp } from '../../connectors/whatsapp/test/rig.ts'
import { subject as whatsappCloud } from '../../connectors/whatsapp-cloud/test/rig.ts'
import { askAs, insist, type Operator } from './api.ts'
import { killPoints } from './faults.ts'
import { embeddedOf, type Fleet, startFleet } from './fleet.ts'
import { type Chance, chanceFrom, sleep, within } from './random.ts'
import { foundCompany } from './scene.ts'

export const subjects: Record<string, Subject> = {
  'telegram, polling': telegram('polling'),
  'telegram, webhook': telegram('webhook'),
  messenger,
  instagram,
  'whatsapp cloud': whatsappCloud,
  'whatsapp web': whatsapp,
  partner,
  'e-mail': email(true),
}

export interface ChannelsOptions {
  seed: number
  seconds: number
  /** Only these kinds, when there are some. */
  only: string[]
  tell(words: string): void
}

/** What one channel did: the ledger of the platform against what the hub says and keeps. */
export type ChannelReport = Record<(typeof columns)[number], number>
const columns = [
  'said',
  'stored',
  'lost',
  'doubled',
  'inverted',
  'answered',
  'taken',
  'sent',
  'false sent',
  'taken twice',
  'unknown',
  'failed',
  'left',
] as const
const breaches: readonly (typeof columns)[number][] = ['lost', 'doubled', 'inverted', 'false sent', 'taken twice', 'failed', 'left']

interface Line {
  name: string
  rig: Rig
  channelId: string
  /** In the order in which it was said. */
  said: string[]
  answers: { text: string; acknowledged: boolean }[]
}

/** A customer and an operator talk on a channel of every kind at once, while platforms fail and the hub is killed; then the ledgers are compared. */
export async function channels({
  seed,
  seconds,
  only,
  tell,
}: ChannelsOptions): Promise<{ reports: Map<string, ChannelReport>; kills: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-channels-'))
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })]
  try {
    const rigs = new Map<string, Rig>()
    for (const [name, subject] of Object.entries(subjects)) {
      if (only.length > 0 && !only.some((one) => name.startsWith(one))) continue
      const rig = await subject.rig()
      rigs.set(name, rig)
      closing.push(() => rig.stop())
    }
    const fleet = await startFleet({ hubs: 1, dataDir, program: 'bundle', env: settingsFor([...rigs.values()]) })
    closing.push(() => fleet.stop())
    const ada = await foundCompany(fleet)
    const chance = chanceFrom(seed)
    const lines: Line[] = []
    for (const [name, rig] of rigs)
      lines.push({ name, rig, channelId: await connectChannel(fleet, ada, name, rig.options), said: [], answers: [] })
    tell(`${lines.length} channels are connected: ${lines.map(({ name }) => name).join('; ')}`)

    for (const { rig } of lines) rig.plague(0.05)
    let writing = true
    const writers = lines.flatMap((line) => [speak(line, chance, () => writing), answer(line, { fleet, ada, chance }, () => writing)])
    const kills = await killUntil(Date.now() + seconds * 1_000, fleet, chance)
    writing = false
    await Promise.all(writers)
    for (const { rig } of lines) {
      rig.plague(0)
      rig.recover()
    }
    tell(`the hub was killed ${kills} times; what is left is brought to its end`)
    const sql = postgres(embeddedOf(dataDir).url, { max: 1, onnotice: () => {} })
    closing.push(() => sql.end({ timeout: 1 }))
    await within(120_000, () => atRest(sql, lines), 500)
    const reports = new Map<string, ChannelReport>()
    for (const line of lines) reports.set(line.name, await judge(sql, line))
    for (const words of fleet.crashes) tell(`✗ a hub ended by itself: ${words}`)
    return { reports, kills }
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

export function table(reports: Map<string, ChannelReport>): string {
  const width = Math.max(...[...reports.keys()].map((name) => name.length)) + 2
  const row = (name: string, cells: (string | number)[]) =>
    name.padEnd(width) + cells.map((cell, n) => String(cell).padStart((columns[n]?.length ?? 0) + 3)).join('')
  return [
    row('', [...columns]),
    ...[...reports].map(([name, report]) =>
      row(
        name,
        columns.map((column) => report[column]),
      ),
    ),
  ].join('\n')
}
export const broken = (reports: Map<string, ChannelReport>): string[] =>
  [...reports].flatMap(([name, report]) =>
    breaches.filter((column) => report[column] > 0).map((column) => `${name}: ${report[column]} ${column}`),
  )

export function settingsFor(rigs: Pick<Rig, 'options' | 'machine'>[]): Record<string, string> {
  const hosts = rigs.flatMap(({ options }) => hostsIn(options as Record<string, unknown>))
  const chromium = rigs.find(({ machine }) => machine?.chromiumPath)?.machine?.chromiumPath
  return {
    PARLEY_SECRET: 'a secret of the gauntlet, long enough for all',
    PARLEY_ALLOW_PRIVATE_FETCH: hosts.join(','),
    ...(chromium && { CHROMIUM_PATH: chromium }),
  }
}

/** Where the stand-in listens: an address, or the servers of a mailbox. */
function hostsIn(options: Record<string, unknown>): string[] {
  const urls = Object.values(options).filter((value) => /^https?:/.test(String(value)))
  const servers = ['imap', 'smtp']
    .filter((name) => options[`${name}Port`])
    .map((name) => `${options[`${name}Host`]}:${options[`${name}Port`]}`)
  return [...urls.map((url) => new URL(String(url)).host), ...servers]
}

/** A channel of the kind of that subject; its id, once it is connected. */
export async function connectChannel(fleet: Fleet, ada: Operator, name: string, options: object): Promise<string> {
  const get = (query: string, variables: object = {}) => insist(() => askAs(fleet.url(), ada, query, variables))
  const made = await askAs(
    fleet.url(),
    ada,
    'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { message field } } }',
    { input: { kind: subjects[name]?.module.kind.replace('-', '_'), name, options } },
  )
  const createChannel = made.data?.createChannel
  if (!createChannel?.id) throw new Error(`${name}: ${JSON.stringify(made)}`)
  const isConnected = async () =>
    (await get('{ channels { id state } }')).channels.some(
      ({ id, state }: { id: string; state: string }) => id === createChannel.id && state === 'connected',
    )
  if (!(await within(90_000, isConnected, 200))) throw new Error(`${name} did not connect`)
  return createChannel.id
}

async function speak({ name, rig, said }: Line, chance: Chance, goesOn: () => boolean): Promise<void> {
  for (let n = 1; goesOn(); ) {
    const texts = Array.from({ length: chance.happens(0.2) ? 3 : 1 }, () => `${name} says ${n++}`)
    said.push(...texts)
    if (texts.length > 1) await rig.sayTogether(texts)
    else await rig.say(texts[0] ?? '')
    if (chance.happens(0.1)) await rig.repeat()
    await sleep(100 + chance.below(900))
  }
}

const ask =
  'mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id } ... on Refusal { code message } } }'

async function answer(
  { name, channelId, answers }: Line,
  { fleet, ada, chance }: { fleet: Fleet; ada: Operator; chance: Chance },
  goesOn: () => boolean,
): Promise<void> {
  const chatOf = async (): Promise<string | undefined> => {
    const query = 'query($f: JSON!) { filteredChats(filter: $f, first: 1) { edges { node { id } } } }'
    const filter = { all: [{ field: 'channel', is: 'any', values: [channelId] }] }
    const answer = await askAs(fleet.url(), ada, query, { f: filter }).catch(() => undefined)
    return answer?.data?.filteredChats?.edges[0]?.node.id
  }
  let chatId: string | undefined
  for (let n = 1; goesOn(); ) {
    await sleep(100 + chance.below(900))
    chatId ??= await chatOf()
    if (!chatId) continue
    const entry = { text: `${name} answer ${n++}`, acknowledged: false }
    answers.push(entry)
    const input = { chatId, clientId: randomUUID(), text: entry.text }
    // Asked until there is an answer: the same client id makes every further try harmless.
    const { sendMessage } = await insist(() => askAs(fleet.url(), ada, ask, { input }))
    if (sendMessage.__typename === 'Refusal') throw new Error(`${name}: ${sendMessage.code} ${sendMessage.message}`)
    entry.acknowledged = true
  }
}

/** Every other death is one at a failpoint; the others befall the hub wherever it is. */
async function killUntil(end: number, fleet: Fleet, chance: Chance): Promise<number> {
  let kills = 0
  let armed = false
  while (Date.now() < end) {
    const [point, most] = chance.pick(killPoints)
    const next: Record<string, string> = chance.happens(0.5) ? { PARLEY_FAILPOINTS: `kill@${point}:${1 + chance.below(most)}` } : {}
    if (!armed || (await fleet.afterDeath(0, 10_000, next)) === null) {
      await sleep(1_000 + chance.below(4_000))
      await fleet.kill(0, next)
    }
    armed = 'PARLEY_FAILPOINTS' in next
    kills += 1
  }
  await fleet.kill(0)
  return kills + 1
}

async function atRest(sql: Sql, lines: Line[]): Promise<boolean> {
  for (const { rig } of lines) await rig.quiet()
  const [left] = await sql<{ parts: number }[]>`select count(*)::int as parts from outgoing_parts where state in ('queued', 'sending')`
  const stored = await sql<{ n: number }[]>`select count(*)::int as n from messages where direction = 'in'`
  return left?.parts === 0 && (stored[0]?.n ?? 0) >= lines.reduce((sum, { said }) => sum + said.length, 0)
}

async function judge(sql: Sql, { rig, channelId, said, answers }: Line): Promise<ChannelReport> {
  const rows = await sql<{ direction: 'in' | 'out'; text: string; delivery: string }[]>`
    select direction, text, delivery from messages where channel_id = ${channelId} order by at, position, id`
  const stored = rows.filter(({ direction }) => direction === 'in').map(({ text }) => text)
  const out = rows.filter(({ direction }) => direction === 'out')
  const taken = counted(rig.accepted().map(({ text, caption }) => text ?? caption ?? ''))
  const there = counted(stored)
  const isSent = ({ delivery }: { delivery: string }) => ['sent', 'delivered', 'read'].includes(delivery)
  const known = counted(out.map(({ text }) => text))
  return {
    said: said.length,
    stored: stored.length,
    lost:
      said.filter((text) => !there.has(text)).length + answers.filter(({ text, acknowledged }) => acknowledged && !known.has(text)).length,
    doubled: [...there.values(), ...known.values()].filter((n) => n > 1).length,
    inverted: inversions(stored, said),
    answered: answers.filter(({ acknowledged }) => acknowledged).length,
    taken: taken.size,
    sent: out.filter(isSent).length,
    'false sent': out.filter((one) => isSent(one) && !taken.has(one.text)).length,
    'taken twice': [...taken.values()].filter((n) => n > 1).length,
    unknown: out.filter(({ delivery }) => delivery === 'unknown').length,
    failed: out.filter(({ delivery }) => delivery === 'failed').length,
    left: out.filter(({ delivery }) => delivery === 'queued' || delivery === 'sending').length,
  }
}

function inversions(stored: string[], said: string[]): number {
  const place = new Map(said.map((text, n) => [text, n]))
  const ranks = stored.map((text) => place.get(text) ?? -1)
  return ranks.filter((rank, n) => n > 0 && rank < (ranks[n - 1] ?? -1)).length
}

function counted(list: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1)
  return counts
}
