import type { ConnectorModule, Thread } from '@parley/schema/connector'
import type { Machine } from './memory.ts'

/** A message the platform took from the hub. */
export interface Accepted {
  threadId: string
  text?: string
  caption?: string
  replyTo?: string
  file?: { size: number; sha256: string }
}

/**
 * - `rate`: refused for coming too fast; wait a second
 * - `down`: an error page in front of the platform
 * - `refused`: the customer does not want messages
 * - `lose_reply`: carried out, the answer lost
 * - `slow`: carried out, the answer later than the connector waits
 * - `download`: the file server answers with an error
 */
export type Misfortune = 'rate' | 'down' | 'refused' | 'lose_reply' | 'slow' | 'download'

/** What the stand-in of a platform must be able to do for the suite. Optional methods follow the capabilities. */
export interface Rig {
  /** Options of a channel that works. */
  options: object
  /** The customer who says what has no other thread. */
  thread: Thread
  /** Further customers the hub may write to. */
  threads(count: number): Thread[]
  /** Answers the platform's id of what was said. */
  say(text: string, how?: { at?: number; replyTo?: string }): Promise<string>
  /** Several events in one delivery, where the platform knows that. */
  sayTogether(texts: string[]): Promise<void>
  /** The last delivery again. */
  repeat(): Promise<void>
  /** Waits until the platform has nothing left to deliver. */
  quiet(): Promise<void>
  /** A message and its edit, the edit delivered first; answers the message's id. */
  editBeforeMessage?(before: string, after: string): Promise<string>
  /** Kept in the history of the platform, delivered to nobody. */
  sayUnheard?(text: string): Promise<string>
  edit?(id: string, text: string): Promise<void>
  remove?(id: string): Promise<void>
  react?(id: string, emoji: string | null): Promise<void>
  receipt?(id: string, state: 'delivered' | 'read'): Promise<void>
  sayInGroup?(text: string, title: string): Promise<void>
  /** Options of the same channel that also take groups. */
  withGroups?: object
  sendFile(bytes: Uint8Array, caption?: string): Promise<void>
  sendAlbum?(count: number): Promise<void>
  /** A file the platform does not hand out for its size. */
  sendHugeFile?(): Promise<void>
  /** Another program of the account takes the conversation, has it while the customer says something, gives it back, or asks for it. */
  handOver?(what: 'take' | 'stand_by' | 'give_back' | 'ask', text?: string): Promise<void>
  /** Who has the customer's conversation. */
  holder?(): 'hub' | 'inbox' | 'other'
  /** The next passing on of the conversation is refused, or its answer is lost. */
  failHandOver?(how: 'refused' | 'lose_reply'): void
  /** The next fetch of a file ends after so many bytes; the one after it goes on where it is asked to, or sends the whole file. */
  breakOff?(bytes: number, then: 'goes_on' | 'starts_anew'): void
  /** Makes the platform lose the files sent so far. */
  loseFiles(): void
  /** Content the connector cannot know. */
  sayUnknown(): Promise<void>
  /** Deliveries nobody sane makes, at least one of them holding `oddMark`. Answers the statuses, where there are any. */
  sayMalformed(): Promise<number[]>
  /** Deliveries with a wrong and a missing signature. Answers the statuses. */
  forge?(): Promise<number[]>
  /** Throws where this cannot befall. */
  fail(what: Misfortune, times?: number): void
  /** With this chance each send meets one of the misfortunes that end by themselves. */
  plague(chance: number): void
  /** The platform cannot be reached, or answers nothing, until `recover`. */
  vanish(how: 'reset' | 'hang'): void
  recover(): void
  /** Refuses the credentials in use; answers options with new ones. */
  revoke(): object | Promise<object>
  /** From now on, until `recover`, nobody listens; answers the options for that. */
  unreachable(): object
  /** Options the platform refuses. */
  wrong?: object
  /** The same account is used by another program, where a second hub would have an account of its own. */
  openElsewhere?(): Promise<void>
  /** The phone a channel is linked to, which links by itself unless told otherwise. */
  phone?: { patient(on: boolean): void; link(): void; unlink(): void }
  machine?: Machine
  /** Tells the hub of its own last send, for platforms that echo. */
  echo?(): Promise<void>
  accepted(): Accepted[]
  /** Requests the platform saw, all together. */
  calls(): number
  /** What the library asked that the stand-in does not know. */
  unknownCalls(): string[]
  /** Words that may stand in no log and no error. */
  secrets: string[]
  stop(): Promise<void>
}

/** What a platform never does: `rate`, `down` and `refused` as in {@link Misfortune}, `wrong` options, `order`: an edit before its message, `album`: several files that belong together, `conflict`: mind that somebody else reads too, `range`: hand out part of a file. */
export type Never = 'rate' | 'down' | 'refused' | 'wrong' | 'order' | 'album' | 'conflict' | 'range'

export interface Subject {
  module: ConnectorModule
  /** Valid options, from which the capabilities are read. */
  options: object
  /** Does the platform call the hub, or does the connector fetch? */
  delivery: 'webhook' | 'pull'
  /** Why this is so. */
  never?: Partial<Record<Never, string>>
  /** Linked by a phone, and so not connected by its options alone. */
  pairs?: boolean
  /** The medium has line ends of its own: what is told has plain ones. */
  ownLineEnds?: boolean
  /** The platform can be asked for what was said before. */
  keepsHistory?: boolean
  /** Several programs of the platform may share an account and hand conversations to one another. */
  shares?: boolean
  /** How many messages to how many chats a test may take; 1,000 to 50 unless said. */
  crowd?: { messages: number; chats: number }
  rig(): Promise<Rig>
}
