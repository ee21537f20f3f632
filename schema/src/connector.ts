import type { z } from 'zod'
import type { ChannelKind, ConnectionState, FailureCode, HandOverTarget, MediaKind, ThreadKind, UserAction } from './vocabulary.ts'

/**
 * What a channel says to the hub, and what it may know of it. A connector package exports one {@link ConnectorModule};
 * the hub's gateway is its only caller. A connector *can* what it *has*: optional methods are abilities.
 */
export interface ConnectorModule<Options extends z.ZodObject = z.ZodObject> {
  kind: ChannelKind
  /** The platform's own name, not translated. */
  title: string
  /** `false`: an unofficial client; the channel page shows the risk. */
  official: boolean
  /** The admin form is drawn from its JSON schema; `.meta({ secret: true })` marks fields that are sealed and never come back. */
  options: Options
  capabilities(options: z.infer<Options>): Capabilities
  /**
   * Pure; never throws on what it does not know: an unknown kind of content becomes a message with `unsupported`, an unknown
   * kind of delivery becomes no event. Fed again from the journal after a fix, so it must not read a clock.
   */
  parse(delivery: unknown, options: z.infer<Options>): InboundEvent[]
  /** Pure and deterministic: the same message always gives the same parts, so that a restart goes on at the right one. */
  plan(message: OutboundMessage, capabilities: Capabilities): Plan
  /**
   * The thread that a first message of ours opens with somebody known by an address; undefined: nobody can be written to there. Pure;
   * another `seed` is another thread, where a person may have several.
   */
  begin?(address: { email?: string; phone?: string }, seed: string): { thread: Thread; to: Peer } | undefined
  webhook?: {
    /** Over the raw bytes, in constant time, failing closed. */
    verify(request: WebhookRequest, options: z.infer<Options>): Verdict
  }
  connect(host: Host<z.infer<Options>>): Connection
}

/** What is known of a kind without loading its libraries. */
export type ConnectorAbout<Options extends z.ZodObject = z.ZodObject> = Pick<
  ConnectorModule<Options>,
  'kind' | 'title' | 'official' | 'options'
>

// ---- capabilities: plain data, shown to the admin and asked before a send ----

/** What becomes of something the platform may lack. */
export type Support = 'no' | 'fallback' | 'partial' | 'full'

export interface Capabilities {
  text: { max: number; unit: 'utf16' | 'codepoints' | 'bytes' }
  /** Absent kind: cannot be sent. `caption`: longest text in the same platform message, in the unit of `text`. */
  media: Partial<Record<MediaKind, { maxBytes: number; mime: string[]; caption: number }>>
  /** Several files go in one message of the platform, so long as they are no larger together. */
  together?: { maxBytes: number }
  /** Larger inbound files cannot be fetched from the platform. */
  inboundMaxBytes?: number
  edit: { out: Support; in: boolean; maxAgeMs?: number }
  remove: { out: Support; in: boolean; maxAgeMs?: number }
  /** `emojis`: the only ones the platform takes; absent: any. One reaction of the account on a message. */
  reactions: { out: Support; in: boolean; emojis?: string[] }
  quotes: Support
  typing: { out: boolean; in: boolean }
  receipts: { delivered: boolean; read: boolean; markRead: boolean }
  buttons: { max: number; labelMax: number } | null
  groups: 'ignored' | 'optional'
  /** May the hub write first? */
  startsChats: boolean
  /** Hours after the customer's last message in which a free reply is allowed. */
  replyWindow: { hours: number } | null
  templates: boolean
  /** A conversation can be passed to the inbox of the platform itself, and taken back. */
  handOver?: boolean
  /** After so many hours in which nobody says anything the platform takes the conversation from the program that has it, and tells nobody. */
  controlHours?: number
  /** Its messages are letters: they have a subject, and one that quotes nothing answers the customer's last. */
  letters?: boolean
  /** How a send that may or may not have gone out is settled after a crash or a timeout. */
  idempotency: 'native' | 'lookup' | 'echo' | 'none'
  /** `perThreadPerSecond` holds for one thread, the others for the whole channel. */
  rate: { perSecond: number; perThreadPerSecond?: number; concurrency: number }
}

// ---- references ----

export interface Peer {
  id: string
  aliases?: string[]
  name?: string
  username?: string
  phone?: string
  email?: string
  language?: string
}
export interface Thread {
  id: string
  kind: ThreadKind
  /** What a group is called; of letters, the subject of the first. */
  title?: string
}
/** How to get the bytes later; opaque to the hub, survives a restart. Times are milliseconds since 1970. */
export interface MediaRef {
  ref: string
  kind: MediaKind
  mime?: string
  size?: number
  name?: string
  width?: number
  height?: number
  durationMs?: number
  expiresAt?: number
  /** No file of its own: the letter as it came, in HTML. Shown without scripts, and in a frame of its own. */
  letter?: true
  /** What that letter calls a picture which it draws within itself. */
  contentId?: string
}
/** A file of the hub, ready to be sent. `open` may be called more than once. */
export interface StoredFile {
  id: string
  sha256: string
  size: number
  mime: string
  name: string
  open(): Promise<ReadableStream<Uint8Array>>
}

// ---- inbound ----

/** What a letter has beside its text, which is what its writer wrote this time. */
export interface Letter {
  subject?: string
  /** What he quoted below or around it, as plain text. */
  quoted?: string
  /** No person wrote it to us alone: an absence notice, a mailing list. It is never answered by a program. */
  automatic?: boolean
  /** The ids of the letters it goes back to, the first first. */
  references?: string[]
}

interface Inbound {
  /** Unique per channel for what this event tells: a repeat with the same key is dropped. */
  key: string
  /** The platform's time in milliseconds; 0 when it gave none. */
  at: number
  /** The platform's own order of messages within the thread, where it has one (a counting message id); else `at` decides. */
  order?: number
  thread: Thread
}
export type InboundEvent =
  | (Inbound & {
      type: 'message'
      /** The platform's message id, unique within its thread. */
      id: string
      from: Peer
      /** Who wrote it: the customer, the hub (an echo of our own send), the company's own phone, another app. */
      by: 'peer' | 'hub' | 'device' | 'app'
      /** The key of the part this echoes, where `by` is `hub`. */
      partKey?: string
      text?: string
      media?: MediaRef[]
      /** Messages of one album share it. */
      albumId?: string
      replyTo?: string
      /** Of what the customer says, where several programs share an account: whether another of them had the conversation then. */
      elsewhere?: boolean
      location?: { latitude: number; longitude: number; title?: string }
      contacts?: { name: string; phones: string[] }[]
      /** Where the customer came from (deep link, advertisement). */
      referral?: Record<string, string>
      letter?: Letter
      /** The platform's word for content we cannot show. */
      unsupported?: string
    })
  | (Inbound & { type: 'edit'; id: string; text?: string; media?: MediaRef[]; version: number })
  | (Inbound & { type: 'removal'; id: string })
  | (Inbound & { type: 'reaction'; id: string; from: Peer; emoji: string | null })
  | (Inbound & {
      type: 'receipt'
      state: 'sent' | 'delivered' | 'read' | 'failed'
      ids?: string[]
      upTo?: number
      partKey?: string
      failure?: SendFailure
    })
  | (Inbound & { type: 'postback'; id: string; from: Peer; payload: string; title?: string; replyTo?: string; elsewhere?: boolean })
  /**
   * Which program of the platform has the conversation now, where several share an account: ours, or another. `asked`: it stays with us,
   * and another asks for it.
   */
  | (Inbound & { type: 'control'; by: 'hub' | 'app'; asked?: true })
  | (Inbound & { type: 'typing'; from: Peer; on: boolean })
  | (Inbound & { type: 'peer'; peer: Peer; change: 'profile' | 'reachable' | 'unreachable' })

// ---- outbound: one part = one platform message = one key ----

export interface OutboundMessage {
  thread: Thread
  to: Peer
  text?: string
  files?: StoredFile[]
  /** The platform's id of the quoted message. */
  replyTo?: string
  buttons?: { label: string; payload: string }[]
  /** Instead of all else: a text the platform has approved, for when free replies are over. */
  template?: TemplateUse
  /** The hub says it by itself. */
  automatic?: boolean
}
/** A text written and approved at the platform. `{{name}}` in header and body stands for a variable. */
export interface PlatformTemplate {
  name: string
  language: string
  category: string
  status: 'approved' | 'unavailable'
  header?: string
  body: string
  footer?: string
  /** Labels of its buttons. */
  buttons: string[]
  /** `header.1`, `body.name`, `button0.1`: the place and the name; each must be filled in. */
  variables: { key: string; example?: string }[]
}
export interface TemplateUse {
  name: string
  language: string
  variables: { key: string; value: string }[]
}
export type PartContent =
  | { type: 'text'; text: string; buttons?: OutboundMessage['buttons']; automatic?: boolean }
  /** `more`: files that go with it in the same message of the platform. */
  | { type: 'media'; kind: MediaKind; file: StoredFile; more?: StoredFile[]; caption?: string }
  | { type: 'template'; template: TemplateUse }
export interface PlannedPart {
  thread: Thread
  to: Peer
  replyTo?: string
  content: PartContent
}
/** `warnings` are codes the composer puts into words: `split`, `files_split`, `buttons_as_text`. */
export type Plan = { parts: PlannedPart[]; warnings: string[] } | { refusal: SendFailure }
/** `key` is `<message id>.<n>`; `attempt` counts from 1. */
export type Part = PlannedPart & {
  key: string
  attempt: number
  firstTriedAt: number
  /** Of letters: the ids of those this one goes back to, the first of the exchange first, that which it answers last. */
  references?: string[]
}

export interface SendFailure {
  code: FailureCode /** the platform's own words */
  message: string
  platformCode?: string
}
/** Returned, never thrown. `scope` says what else must wait: this part, its thread, the whole channel. */
export type SendOutcome =
  | { outcome: 'sent'; id: string; at: number }
  /** Taken by the platform; the result comes as a receipt with the part's key. */
  | { outcome: 'accepted' }
  /** Certainly NOT sent. */
  | { outcome: 'retry'; failure: SendFailure; afterMs?: number; scope: 'part' | 'thread' | 'channel' }
  /** May have been sent: `settle` before any retry, else a person decides. */
  | { outcome: 'unknown'; failure: SendFailure }
  | { outcome: 'failed'; failure: SendFailure; scope: 'part' | 'thread' | 'channel' }
export interface NotSent {
  outcome: 'not_sent'
}

// ---- webhooks ----

export interface WebhookRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: Uint8Array
}
export interface WebhookReply {
  status: number
  headers?: Record<string, string>
  body?: string
}
/** `reply` of an accepted request is given once it is durable; without one it is an empty 200. */
export type Verdict =
  | { verdict: 'accepted'; reply?: WebhookReply }
  | { verdict: 'refused'; reply: WebhookReply }
  | { verdict: 'handshake'; reply: WebhookReply }

// ---- life ----

export type Pairing = { step: 'qr'; data: string; expiresAt: number } | { step: 'code'; code: string; expiresAt: number }
export interface ConnectionReport {
  state: ConnectionState /** English, for the log and the channel page */
  reason?: string
  action?: UserAction
  pairing?: Pairing
  account?: Peer
  /** When the access ends by itself, in milliseconds since 1970; absent: never, or the platform does not say. */
  accessEndsAt?: number
  /** Bytes of programs that run for this connection alone. */
  memory?: number
}
export interface Health {
  ok: boolean
  latencyMs?: number
  note?: string
}
export interface MediaStream {
  body: ReadableStream<Uint8Array>
  mime?: string
  /** Of the whole file, whatever part of it `body` is. */
  size?: number
  name?: string
  /** The byte of the file with which `body` begins, counted from 0; absent: the first. */
  from?: number
  /** The platform's word for this state of the file: while it says the same, a fetch that broke off may go on. */
  mark?: string
  /** Of the whole file, in hex, where the platform tells. */
  sha256?: string
}
/** Where a fetch broke off: so many bytes are here, of the file that had this mark. */
export interface MediaPosition {
  bytes: number
  mark?: string
}
export interface MediaGone {
  gone: true
  reason: string
}
export interface RawDelivery {
  body: string
  note?: string
}

export interface Connection {
  start(): Promise<void>
  /** Leaves no timer, socket or temporary file behind; also during a start or a send. */
  stop(): Promise<void>
  health(): Promise<Health>
  send(part: Part): Promise<SendOutcome>
  settle?(part: Part): Promise<SendOutcome | NotSent>
  /**
   * Throws on a passing failure, answers `gone` when the platform will never have it again. With `position`, goes on where a fetch
   * broke off, if the platform can do that; else begins anew.
   */
  openMedia?(ref: MediaRef, signal: AbortSignal, position?: MediaPosition): Promise<MediaStream | MediaGone>
  backfill?(since: Date): AsyncIterable<InboundEvent>
  /** What the platform tells of a person it named by id only. Throws on a passing failure; undefined when it tells nothing. */
  profile?(peer: Peer, signal: AbortSignal): Promise<Peer | undefined>
  /** `buttons`: those it has, which stay. */
  edit?(target: { thread: Thread; id: string; text: string; buttons?: OutboundMessage['buttons'] }): Promise<SendOutcome>
  remove?(target: { thread: Thread; id: string }): Promise<SendOutcome>
  react?(target: { thread: Thread; id: string; emoji: string | null }): Promise<SendOutcome>
  /** Passes a conversation to the inbox of the platform, or takes it back. Asked again, what is so already is `sent` too. */
  handOver?(target: { thread: Thread; to: HandOverTarget }): Promise<SendOutcome>
  /** What may be sent when free replies are over. Throws on a passing failure. */
  templates?(signal: AbortSignal): Promise<PlatformTemplate[]>
  /** Best effort: never throws, never delays a send. */
  typing?(target: { thread: Thread; on: boolean }): Promise<void>
  markRead?(target: { thread: Thread; id: string }): Promise<void>
}

/** All a connector may know of the hub. */
export interface Host<Options> {
  options: Options
  signal: AbortSignal
  /** One transaction: journals the raw delivery, stores the events (dropping known keys), moves the cursor. Resolves when durable, throws when not. */
  commit(input: { events: InboundEvent[]; delivery?: RawDelivery; cursor?: string }): Promise<void>
  cursor(): Promise<string | undefined>
  report(state: ConnectionReport): void
  secrets: { get(name: string): Promise<string | undefined>; set(name: string, value: string): Promise<void> }
  /** A private folder of this channel (browser profile and the like). */
  directory(): Promise<string>
  /** The Chromium the operator of the hub named; undefined: the connector finds one. */
  chromiumPath?: string
  /** The address of this channel's webhook as the platform sees it. */
  publicUrl(): string
  /** The guarded fetch: time limits, size limits, no private addresses unless the operator of the hub allowed them. */
  fetch: typeof fetch
  /**
   * For what is no HTTP: the addresses of a mail server, by the rules of `fetch`. Connect to one of these and to nothing else.
   * Throws what `fetch` has as cause.
   */
  resolve(host: string, port: number): Promise<{ address: string; family: number }[]>
  log: Log
}
export interface Log {
  debug(message: string, data?: object): void
  info(message: string, data?: object): void
  warn(message: string, data?: object): void
  error(message: string, data?: object): void
}
