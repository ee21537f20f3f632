import type { Approach, Chat, Message, Quoted, Site, Visitor } from '../types.ts'
import type { Pending } from './outbox.ts'

/** A point in the conversation: the message's time and id. Ordered by {@link compare}. */
export type Place = Pick<Message, 'at' | 'id'>

export interface State {
  /** `gone`: there is no such channel. `form`: nobody is known yet. */
  phase: 'loading' | 'gone' | 'form' | 'chat'
  site?: Site
  visitor?: Visitor | undefined
  chat?: Chat | undefined
  /** Oldest first, each once. */
  messages: Message[]
  /** Where older messages go on; undefined when all are here. */
  older?: string | undefined
  /** Number of the newest event that is in this state; undefined before the feed has said one. */
  cursor?: number | undefined
  /** Up to here the visitor has seen everything. */
  readTo?: Place | undefined
  /** What was written here and is not yet known to be at the hub. */
  pending: Pending[]
  line: 'up' | 'down'
  typing: boolean
  /** The message that what is being written answers. */
  quoting?: Quoted | undefined
  /** The id of the chat that he may wish to end. */
  ending?: string | undefined
  /** The number of the request that was left just now. */
  left?: number | undefined
  /** The link of a mail by which the visitor came does not hold any more. */
  linkOver?: boolean
  /** What an operator asks of him. */
  approach?: Approach | undefined
  /** The panel stands open. */
  open: boolean
}

export const emptyState: State = { phase: 'loading', messages: [], pending: [], line: 'down', typing: false, open: false }

export function compare(one: Place, other: Place): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0
}

/** The operators' messages that the visitor has not seen. */
export function unreadOf(state: State): number {
  const { readTo } = state
  return state.messages.filter((message) => message.author === 'operator' && (!readTo || compare(message, readTo) > 0)).length
}

/** Pending messages that have not come back from the hub yet, in the order in which they were written. */
export function waitingOf(state: State): Pending[] {
  const arrived = new Set(state.messages.map((message) => message.clientId))
  return state.pending.filter((item) => !arrived.has(item.clientId))
}

/** Nobody is there, and the company wishes requests then; whoever has an open chat goes on in it. */
export function isAway({ site, chat }: State): boolean {
  return !!site?.takesRequests && !site.online && (!chat || chat.state === 'closed')
}

/** The newest message that the visitor did not write himself. */
export function lastHeard(state: State): Message | undefined {
  for (let at = state.messages.length - 1; at >= 0; at--) {
    const message = state.messages[at]
    if (message && message.author !== 'you') return message
  }
}

export interface Store {
  get(): State
  set(change: Partial<State> | ((state: State) => State)): void
  subscribe(heard: (state: State) => void): () => void
}

export function createStore(start: State = emptyState): Store {
  let state = start
  const listeners = new Set<(state: State) => void>()
  return {
    get: () => state,
    set(change) {
      const next = typeof change === 'function' ? change(state) : { ...state, ...change }
      if (next === state) return
      state = next
      for (const heard of [...listeners]) heard(state)
    },
    subscribe(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
  }
}
