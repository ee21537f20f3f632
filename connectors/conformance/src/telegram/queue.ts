import type { InjectedUpdate, Ledger } from './ledger.ts'

export type Update = { update_id: number } & Record<string, unknown>

/** Disorder of the deliveries: the chance that one is repeated, or changes places with its neighbour. */
export interface Chaos {
  duplicate: number
  shuffle: number
}

interface Waiting {
  update: Update
  entry: InjectedUpdate
  /** Handed over once more although it was confirmed. */
  again: boolean
  /** Such a repeat is forgotten by the poll that follows its hand-over. */
  handed?: boolean
  /** How often it is to be repeated once it is confirmed. */
  repeats?: number
}

/** Updates not yet confirmed, in order of their number; what Telegram keeps for a bot. */
export interface Queue {
  push(kind: string, body: Record<string, unknown>, about: Partial<InjectedUpdate>): InjectedUpdate
  replay(updateId: number): void
  /** Hands over what waits from `offset` on, forgetting what is below it. */
  take(offset: number, limit: number): Update[]
  next(chatId: number): Update | undefined
  lanes(): number[]
  confirm(updateId: number): void
  size(): number
  /** Goes on counting from here, as Telegram does after a week of silence. */
  renumber(next: number): void
  onArrival(listener: () => void): void
  /** Kinds of update that reach the bot from now on; anything but a list leaves it as it is. */
  allow(kinds: unknown): void
}

export function createQueue(ledger: Ledger, chaos: Chaos, random: () => number): Queue {
  const waiting = new Map<number, Waiting>()
  const known = new Map<number, Waiting>()
  const lanes = new Map<number, number[]>()
  let arrived = () => {}
  let nextId = 700_000_001
  let allowed: Set<unknown> | undefined

  function enlist(item: Waiting) {
    const { update, entry } = item
    waiting.set(update.update_id, item)
    const lane = lanes.get(entry.chatId ?? 0) ?? []
    const swaps = lane.length > 1 && random() < chaos.shuffle
    // Never before the head: that one may be on its way.
    lane.splice(swaps ? lane.length - 1 : lane.length, 0, update.update_id)
    lanes.set(entry.chatId ?? 0, lane)
    arrived()
  }

  function forget(updateId: number) {
    const item = waiting.get(updateId)
    if (!item) return
    waiting.delete(updateId)
    const chatId = item.entry.chatId ?? 0
    const rest = (lanes.get(chatId) ?? []).filter((id) => id !== updateId)
    if (rest.length) lanes.set(chatId, rest)
    else lanes.delete(chatId)
  }

  function confirm(updateId: number) {
    const item = waiting.get(updateId)
    if (!item) return
    item.entry.acknowledgedAt ??= Date.now()
    forget(updateId)
    const { update, entry, again, repeats = 0 } = item
    if (repeats || (!again && random() < chaos.duplicate)) enlist({ update, entry, again: true, repeats: Math.max(0, repeats - 1) })
  }

  function hand(item: Waiting): Update {
    item.entry.deliveries++
    item.handed = true
    return item.update
  }

  return {
    push(kind, body, about) {
      const updateId = nextId++
      const entry: InjectedUpdate = { updateId, kind, at: Date.now(), deliveries: 0, ...about }
      const item = { update: { update_id: updateId, [kind]: body }, entry, again: false }
      // Telegram tells of reactions only to who asks for them.
      if (allowed ? !allowed.has(kind) : kind === 'message_reaction') return entry
      ledger.injected.push(entry)
      known.set(updateId, item)
      enlist(item)
      return entry
    },
    replay(updateId) {
      const item = waiting.get(updateId) ?? known.get(updateId)
      if (!item) throw new Error(`There is no update ${updateId}.`)
      if (waiting.has(updateId)) item.repeats = (item.repeats ?? 0) + 1
      else enlist({ update: item.update, entry: item.entry, again: true })
    },
    take(offset, limit) {
      // An offset far beyond the last number is as good as none: numbering has begun anew.
      const from = offset > nextId + 10 ? 0 : offset
      for (const [id, item] of [...waiting]) if (item.again ? item.handed : id < from) confirm(id)
      const updates = [...waiting.values()].slice(0, limit).map(hand)
      return shuffled(updates, chaos.shuffle, random)
    },
    next: (chatId) => {
      const item = waiting.get(lanes.get(chatId)?.[0] ?? -1)
      return item && hand(item)
    },
    lanes: () => [...lanes.keys()],
    confirm,
    size: () => waiting.size,
    renumber(next) {
      nextId = next
    },
    onArrival(listener) {
      arrived = listener
    },
    allow(kinds) {
      const list = typeof kinds === 'string' ? JSON.parse(kinds) : kinds
      if (Array.isArray(list)) allowed = list.length ? new Set(list) : undefined
    },
  }
}

function shuffled<T>(items: T[], chance: number, random: () => number): T[] {
  for (let i = 1; i < items.length; i++) if (random() < chance) [items[i - 1], items[i]] = [items[i] as T, items[i - 1] as T]
  return items
}
