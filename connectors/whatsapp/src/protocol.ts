import type { Pairing, Peer } from '@parley/schema/connector'
import type { MediaKind } from '@parley/schema/vocabulary'
import type { Heard } from './heard.ts'
import type { Timing } from './timing.ts'

/** What a worker is started with. */
export interface Orders {
  /** Folder of the browser's profile. */
  profile: string
  /** Folder for files on their way. */
  scratch: string
  browser: { path: string; env: Record<string, string> }
  /** Links by a code typed on this phone instead of a QR code. */
  phone?: string
  memoryBytes: number
  timing: Timing
}

export interface Outgoing {
  id: string
  thread: string
  text?: string
  replyTo?: string
  file?: { path: string; mime: string; name: string; kind: MediaKind }
}

/** What the supervisor may ask of a worker: arguments and answer. */
export interface Calls {
  send: [Outgoing, { id: string; ack: number; at: number }]
  lookUp: [{ thread: string; id: string }, { id: string; ack: number; at: number } | undefined]
  edit: [{ id: string; text: string }, undefined]
  remove: [{ id: string }, undefined]
  react: [{ id: string; emoji: string | null }, undefined]
  typing: [{ thread: string; on: boolean }, undefined]
  markRead: [{ thread: string }, undefined]
  /** The path of a file in the scratch folder, to be removed by who asked. */
  fetchMedia: [{ id: string }, { path: string; mime?: string; name?: string; size?: number } | { gone: string }]
  /** Messages since then, in milliseconds, told like new ones, and before these. `missed`: chats that could not be read. */
  catchUp: [{ since: number }, { missed: number }]
  askPlatform: [undefined, undefined]
  end: [undefined, undefined]
}

export type Question = { [Name in keyof Calls]: { n: number; name: Name; given: Calls[Name][0] } }[keyof Calls]

/** What a worker tells by itself. After `ended` it is gone. */
export type News =
  | { news: 'answer'; n: number; value?: unknown; error?: string }
  | { news: 'browser'; pid: number }
  | { news: 'pairing'; pairing: Pairing }
  | { news: 'paired' }
  | { news: 'ready'; account: Peer }
  | { news: 'degraded'; reason: string }
  | { news: 'restored' }
  | { news: 'heard'; heard: Heard }
  | { news: 'memory'; bytes: number }
  | { news: 'conflict' }
  | { news: 'unlinked'; reason: string }
  | { news: 'ended'; reason: string }
