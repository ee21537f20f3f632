import type { ConnectorModule, Thread } from '@parley/schema/connector'

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
  /** Makes the platform lose the files sent so far. */
  loseFiles(): void
  /** Content the connector cannot know. */
  sayUnknown(): Promise<void>
  /** Deliveries nobody sane makes, at least one of them holding `oddMark`. Answers the statuses, where there are any. */
  sayMalformed(): Promise<number[]>
  /** Deliveries with a wrong and a missing signature. Answers the statuses. */
  forge?(): Promise<number[]>
  fail(what: Misfortune, times?: number): void
  /** With this chance each send meets one of the misfortunes that end by themselves. */
  plague(chance: number): void
  /** The platform cannot be reached, or answers nothing, until `recover`. */
  vanish(how: 'reset' | 'hang'): void
  recover(): void
  /** Refuses the credentials in use; answers options with new ones. */
  revoke(): object
  /** Options that point where nobody listens. */
  unreachable: object
  /** Options the platform refuses. */
  wrong: object
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

export interface Subject {
  module: ConnectorModule
  /** Valid options, from which the capabilities are read. */
  options: object
  /** Does the platform call the hub, or does the connector fetch? */
  delivery: 'webhook' | 'pull'
  rig(): Promise<Rig>
}
