import type { AcceptedFile } from '../telegram/ledger.ts'

/** What a webhook of the Graph API is about. */
export type GraphObject = 'page' | 'instagram' | 'whatsapp_business_account'

/** One delivery the stand-in made, and whether the hub has confirmed it. Times are milliseconds. */
export interface InjectedDelivery {
  n: number
  object: GraphObject
  peer: string
  /** The bytes that are signed, with everything beyond ASCII escaped as Meta does. */
  body: string
  at: number
  /** How often it was handed over, duplicates included. */
  deliveries: number
  acknowledgedAt?: number
}

/** One message taken from the hub. `n` counts them all, from 1, in the order of acceptance. */
export interface AcceptedMessage {
  n: number
  object: GraphObject
  id: string
  to: string
  at: number
  text?: string
  caption?: string
  replyTo?: string
  file?: AcceptedFile
  /** `image`, `video`, `audio`, `file`, `document`, `template`, `interactive`, … */
  type: string
  tag?: string
  /** `message.metadata`, or `biz_opaque_callback_data`. */
  callback?: string
  buttons?: { label: string; payload: string }[]
  template?: { name: string; language: string; variables: string[] }
}

export interface Ledger {
  injected: InjectedDelivery[]
  accepted: AcceptedMessage[]
  /** How often each call was asked, refused or not. */
  calls: Record<string, number>
  /** Calls and fields the stand-in does not know: the connector has drifted. */
  unknown: string[]
  /** Every refusal and fault, by its code or kind. */
  refusals: Record<string, number>
  reactions: { to: string; id: string; emoji: string | null }[]
  /** Signs of typing and of having read. */
  signs: { to: string; sign: string }[]
  /** `take`, `pass` and `request` of the control of a thread. `target`: the program it is passed to. */
  controls: { to: string; what: string; target?: string }[]
  uploads: number
  /** Webhook answers that were not 2xx, by status (0: no answer). */
  webhookFailures: Record<string, number>
}

export function createLedger(): Ledger {
  return {
    injected: [],
    accepted: [],
    calls: {},
    unknown: [],
    refusals: {},
    reactions: [],
    signs: [],
    controls: [],
    uploads: 0,
    webhookFailures: {},
  }
}

export function count(counts: Record<string, number>, name: string | number): void {
  counts[name] = (counts[name] ?? 0) + 1
}
