import type { ConnectionReport, InboundEvent, Part, RawDelivery, SendFailure, Thread } from '@parley/schema/connector'

/** A part on its way out. */
export interface Row {
  part: Part
  state: 'queued' | 'sending' | 'sent' | 'unknown' | 'failed'
  platformId?: string
  failure?: SendFailure
  /** Not tried again before this time, in milliseconds. */
  notBefore: number
}

/** What a hub keeps: it survives a crash of the one that writes it. */
export interface Memory {
  journal: RawDelivery[]
  events: Map<string, InboundEvent>
  cursor: string | undefined
  rows: Map<string, Row>
  /** What a plan refused, by the key of its message. */
  refused: Map<string, SendFailure>
  reports: ConnectionReport[]
  log: { level: string; line: string }[]
  secrets: Map<string, string>
  machine: Machine
}

/** What a connector that runs programs finds on the machine of its hub. */
export interface Machine {
  /** For the channel's own files. */
  folder?: string
  chromiumPath?: string
}

export function createMemory(machine: Machine = {}): Memory {
  return {
    machine,
    journal: [],
    events: new Map(),
    cursor: undefined,
    rows: new Map(),
    refused: new Map(),
    reports: [],
    log: [],
    secrets: new Map(),
  }
}

/** Stores what is new; a known key is dropped. Echoes and receipts settle the parts they tell of. */
export function store(memory: Memory, events: InboundEvent[]): void {
  for (const event of events) {
    if (memory.events.has(event.key)) continue
    memory.events.set(event.key, event)
    if ((event.type === 'message' || event.type === 'receipt') && event.partKey) settle(memory, event.partKey, event)
  }
}

function settle(memory: Memory, key: string, event: InboundEvent): void {
  const row = memory.rows.get(key)
  if (!row || row.state === 'sent') return
  if (event.type === 'receipt' && event.state === 'failed') Object.assign(row, { state: 'failed', failure: event.failure })
  else Object.assign(row, { state: 'sent', ...(event.type === 'message' && { platformId: event.id }) })
}

export type Event<Type extends InboundEvent['type']> = Extract<InboundEvent, { type: Type }>

export function eventsOf<Type extends InboundEvent['type']>(memory: Memory, type: Type): Event<Type>[] {
  return [...memory.events.values()].filter((event): event is Event<Type> => event.type === type)
}

/** Texts customers wrote, in order of arrival. */
export function texts(memory: Memory): (string | undefined)[] {
  return eventsOf(memory, 'message')
    .filter(({ by }) => by === 'peer')
    .map(({ text }) => text)
}

export interface Shown {
  text: string | undefined
  removed: boolean
  /** Emoji by who put it. */
  reactions: Record<string, string>
}

/** A message as the desk shows it, whatever the order in which its story arrived. */
export function shown(memory: Memory, thread: Thread, id: string): Shown | undefined {
  const about = [...memory.events.values()].filter((event) => event.thread.id === thread.id && 'id' in event && event.id === id)
  const said = about.find((event) => event.type === 'message')
  if (!said) return undefined
  const edits = about.filter((event) => event.type === 'edit').sort((a, b) => a.version - b.version)
  const reactions: Record<string, string> = {}
  for (const event of about) {
    if (event.type !== 'reaction') continue
    if (event.emoji) reactions[event.from.id] = event.emoji
    else delete reactions[event.from.id]
  }
  return { text: edits.at(-1)?.text ?? said.text, removed: about.some(({ type }) => type === 'removal'), reactions }
}
