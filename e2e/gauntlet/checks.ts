import type { Ledger } from '@parley/conformance/telegram'
import { type Console, inOrder } from './console.ts'
import type { Crowd, Entry } from './crowd.ts'
import type { Scene } from './scene.ts'
import type { Stored, StoredMessage } from './stored.ts'
import type { Window } from './window.ts'

export interface Evidence {
  scene: Scene
  crowd: Crowd
  /** By the name of the platform, as in the crowd. */
  ledgers: Record<'polling' | 'webhook', Ledger>
  admins: Console[]
  /** Sees the website's group, and what waits for anybody. */
  limited: Console
  windows: Window[]
  stored: Stored
}
/** Counts of one run, and every breach of a promise in words. */
export interface Verdict {
  counts: Record<string, number>
  violations: string[]
}

/** Compares what was promised to whom with what is there. Reads ledgers, the API's frames and the database only. */
export function judge(evidence: Evidence): Verdict {
  const verdict: Verdict = { counts: {}, violations: [] }
  const note = (name: string, n: number) => {
    verdict.counts[name] = (verdict.counts[name] ?? 0) + n
  }
  const blame = (name: string, list: string[]) => {
    note(name, list.length)
    if (list.length > 0) verdict.violations.push(`${name}: ${list.length} (${list.slice(0, 3).join('; ')})`)
  }
  const both = { note, blame, evidence }
  visitorsHeard(both)
  platformsHeard(both)
  inOrderEverywhere(both)
  shownEverywhere(both)
  feedWhole(both)
  repliesSent(both)
  nothingLeftOver(both)
  return verdict
}

interface Pen {
  note(name: string, n: number): void
  blame(name: string, list: string[]): void
  evidence: Evidence
}

function visitorsHeard({ note, blame, evidence: { crowd, stored, scene } }: Pen) {
  const there = countBy(
    stored.messages.filter((one) => one.channel_id === scene.channels.web && one.direction === 'in'),
    (one) => one.text ?? '',
  )
  const acknowledged = crowd.visitors.filter((entry) => entry.id !== undefined)
  note('inbound acknowledged', acknowledged.length)
  blame(
    'inbound lost',
    acknowledged.filter(({ text }) => !there.has(text)).map(({ text }) => text),
  )
  blame(
    'inbound doubled',
    [...there].filter(([, n]) => n > 1).map(([text]) => text),
  )
  note(
    'visitors asked again',
    crowd.visitors.reduce((sum, { tries }) => sum + tries - 1, 0),
  )
}

const platformNames = ['polling', 'webhook'] as const

function platformsHeard({ note, blame, evidence: { ledgers, stored, scene, crowd } }: Pen) {
  for (const name of platformNames) {
    const injected = ledgers[name].injected.filter((one) => one.kind === 'message')
    const there = countBy(
      stored.messages.filter((one) => one.channel_id === scene.channels[name] && one.direction === 'in'),
      (one) => one.external_id ?? '',
    )
    const acknowledged = injected.filter((one) => one.acknowledgedAt !== undefined)
    const known = new Set(injected.map((one) => String(one.messageId)))
    note('inbound acknowledged', acknowledged.length)
    note(
      'updates handed over again',
      ledgers[name].injected.reduce((sum, one) => sum + Math.max(0, one.deliveries - 1), 0),
    )
    blame(
      'never acknowledged',
      injected.filter((one) => one.acknowledgedAt === undefined).map((one) => `${name} ${one.messageId}`),
    )
    blame(
      'inbound lost',
      acknowledged.filter((one) => !there.has(String(one.messageId))).map((one) => `${name} ${one.messageId}`),
    )
    blame(
      'inbound doubled',
      [...there].filter(([, n]) => n > 1).map(([id]) => `${name} ${id}`),
    )
    blame(
      'inbound invented',
      [...there.keys()].filter((id) => !known.has(id)).map((id) => `${name} ${id}`),
    )
    const texts = new Map(
      stored.messages.filter((one) => one.channel_id === scene.channels[name]).map((one) => [`${name} ${one.external_id}`, one.text]),
    )
    const edits = [...crowd.edits].filter(([key]) => key.startsWith(`${name} `))
    note('edits', edits.length)
    blame(
      'edits lost',
      edits.filter(([key, text]) => texts.get(key) !== text).map(([key]) => key),
    )
  }
  note('late messages', stored.messages.filter((one) => one.late).length)
}

/** The platform counts its messages; a visitor's are in the order in which he was answered. */
function inOrderEverywhere({ blame, evidence: { stored, scene, crowd, admins } }: Pen) {
  const place = new Map(crowd.visitors.map((entry, n) => [entry.id, n]))
  const rankOf = (message: StoredMessage) =>
    (message.channel_id === scene.channels.web ? place.get(message.id) : Number(message.external_id)) ?? -1
  const ranks = new Map(
    stored.messages.filter((one) => one.direction === 'in').map((one) => [one.id, { rank: rankOf(one), thread: one.thread_id }]),
  )
  const inversions = (ids: string[]) => {
    const last = new Map<string, number>()
    return ids.filter((id) => {
      const { rank, thread } = ranks.get(id) ?? { rank: 0, thread: '' }
      const wrong = rank < (last.get(thread) ?? -1)
      last.set(thread, Math.max(rank, last.get(thread) ?? -1))
      return wrong
    })
  }
  blame('inversions in the database', inversions(stored.messages.filter((one) => one.direction === 'in').map((one) => one.id)))
  for (const { name, messages } of admins)
    blame(
      'inversions on a console',
      inversions(
        inOrder(messages.values())
          .filter((one) => one.direction === 'in')
          .map((one) => one.id),
      ).map((id) => `${name} ${id}`),
    )
}

function shownEverywhere({ note, blame, evidence: { stored, admins, limited, windows, scene } }: Pen) {
  for (const console of [...admins, limited]) {
    const due =
      console === limited
        ? stored.messages.filter((one) => one.group_id === scene.groupId || (one.group_id === null && one.state === 'queued'))
        : stored.messages
    const ids = new Set(due.map((one) => one.id))
    note('shown on consoles', console.messages.size)
    blame(
      'not shown',
      due.filter((one) => !console.messages.has(one.id)).map((one) => `${console.name}: ${one.text}`),
    )
    blame(
      'shown to the wrong one',
      [...console.messages.values()].filter((one) => !ids.has(one.id)).map((one) => `${console.name}: ${one.text}`),
    )
    blame(
      'shown otherwise than stored',
      due.filter((one) => differs(one, console)).map((one) => `${console.name}: ${one.text} ${one.delivery}`),
    )
    blame('delivery went back', console.counts.regressions)
  }
  const said = stored.messages.filter((one) => one.direction === 'out' && one.channel_id === scene.channels.web)
  const seen = new Set(windows.flatMap((window) => [...window.shown.keys()]))
  note('shown in windows', seen.size)
  blame(
    'not shown to the visitor',
    said.filter((one) => !seen.has(one.id)).map((one) => one.text ?? ''),
  )
}
function differs(one: StoredMessage, { messages }: Console): boolean {
  const shown = messages.get(one.id)
  return shown !== undefined && (shown.text !== one.text || (one.direction === 'out' && shown.delivery !== one.delivery))
}

function feedWhole({ note, blame, evidence: { stored, admins, limited } }: Pen) {
  note('events', stored.head)
  blame(
    'gaps in the numbers',
    stored.seqs
      .filter((seq, n) => seq !== n + 1)
      .map(String)
      .slice(0, 1),
  )
  if (stored.seqs.length !== stored.head) blame('gaps in the numbers', [`${stored.seqs.length} events up to ${stored.head}`])
  for (const console of admins) {
    const first = console.startedAt()
    blame(
      'feed gaps',
      console.applied
        .filter((seq, n) => seq !== first + n + 1)
        .slice(0, 1)
        .map((seq) => `${console.name} at ${seq}`),
    )
    if (console.cursor() !== stored.head) blame('feed gaps', [`${console.name} stands at ${console.cursor()} of ${stored.head}`])
  }
  for (const { counts, name } of [...admins, limited]) {
    blame('events out of order', counts.outOfOrder > 0 ? [name] : [])
    note('console resumes', counts.resumes)
    note('console resets', counts.resets)
  }
}

function repliesSent({ note, blame, evidence: { crowd, stored, scene, ledgers } }: Pen) {
  const byClient = groupBy(
    stored.messages.filter((one) => one.direction === 'out'),
    (one) => one.client_id ?? '',
  )
  const taken = platformNames.map((name) => ({ name, count: countBy(ledgers[name].accepted, (one) => `${one.text ?? ''}`) }))
  const answered = crowd.replies.filter((entry) => entry.id !== undefined)
  note('outbound acknowledged', answered.length)
  note(
    'operators asked again',
    crowd.replies.reduce((sum, { tries }) => sum + tries - 1, 0),
  )
  blame(
    'outbound lost',
    answered.filter((entry) => !byClient.has(entry.clientId)).map(({ text }) => text),
  )
  blame(
    'outbound doubled',
    [...byClient].filter(([, list]) => list.length > 1).map(([, list]) => list[0]?.text ?? ''),
  )
  for (const { count } of taken)
    blame(
      'outbound doubled',
      [...count].filter(([, n]) => n > 1).map(([text, n]) => `${text} was taken ${n} times`),
    )
  const sent = stored.messages.filter((one) => one.direction === 'out' && one.channel_id !== scene.channels.web)
  const copies = (one: StoredMessage) => taken.reduce((sum, { count }) => sum + (count.get(one.text ?? '') ?? 0), 0)
  note(
    'taken by the platforms',
    platformNames.reduce((sum, name) => sum + ledgers[name].accepted.length, 0),
  )
  note('unknown', sent.filter((one) => one.delivery === 'unknown').length)
  note('unknown that were taken', sent.filter((one) => one.delivery === 'unknown' && copies(one) > 0).length)
  blame(
    'called sent but never taken',
    sent.filter((one) => isSent(one) && copies(one) === 0).map((one) => one.text ?? ''),
  )
  blame(
    'neither sent nor unknown',
    sent
      .filter((one) => !isSent(one) && one.delivery !== 'unknown')
      .map((one) => `${one.text}: ${one.delivery} ${one.failure?.message ?? ''}`),
  )
  for (const name of platformNames) {
    const order = sent.filter((one) => one.channel_id === scene.channels[name] && isSent(one))
    blame(
      'outbound out of order',
      outOfOrder(order, ledgers[name]).map((text) => `${name} ${text}`),
    )
  }
}
const isSent = ({ delivery }: StoredMessage) => ['sent', 'delivered', 'read'].includes(delivery)

/** Per chat, what the platform took must follow the order in which it was written. */
function outOfOrder(sent: StoredMessage[], ledger: Ledger): string[] {
  const written = new Map<string, number>()
  const thread = new Map<string, string>()
  for (const one of sent) {
    written.set(one.text ?? '', written.size)
    thread.set(one.text ?? '', one.thread_id)
  }
  const last = new Map<string, number>()
  return ledger.accepted.flatMap(({ text = '' }) => {
    const [n, of] = [written.get(text), thread.get(text) ?? '']
    if (n === undefined) return []
    const before = last.get(of) ?? -1
    last.set(of, n)
    return n < before ? [`${text} after ${sent[before]?.text}`] : []
  })
}

function nothingLeftOver({ note, blame, evidence: { stored, crowd, windows } }: Pen) {
  for (const state of ['queued', 'sending']) blame(`parts left ${state}`, stored.parts[state] ? [`${stored.parts[state]}`] : [])
  note('photos', crowd.photos.count)
  const lost = crowd.photos.count - (stored.files.stored ?? 0)
  blame('photos not stored', lost === 0 ? [] : [`${crowd.photos.count} were sent, ${JSON.stringify(stored.files)} are there`])
  blame('left parked', stored.parked === 0 ? [] : [`${stored.parked}`])
  blame('refused without reason', crowd.refusals)
  blame(
    'never answered',
    [...crowd.visitors, ...crowd.replies].filter((entry: Entry) => entry.id === undefined).map(({ text }) => text),
  )
  note(
    'window resets',
    windows.reduce((sum, { counts }) => sum + counts.resets, 0),
  )
}

function groupBy<T>(list: T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}
const countBy = <T>(list: T[], key: (one: T) => string): Map<string, number> =>
  new Map([...groupBy(list, key)].map(([name, group]) => [name, group.length]))
