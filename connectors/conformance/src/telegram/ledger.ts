/** One update the stand-in made: what a customer did, and whether the hub has confirmed it. Times are milliseconds. */
export interface InjectedUpdate {
  updateId: number
  /** The update's member that holds the body: `message`, `edited_message`, … */
  kind: string
  chatId?: number
  messageId?: number
  text?: string
  at: number
  /** How often it was handed over, duplicates included. */
  deliveries: number
  /** When the hub confirmed it: a 2xx to the webhook, or an offset beyond it. */
  acknowledgedAt?: number
}

export interface AcceptedFile {
  field: string
  name: string
  size: number
  sha256: string
}

/** One message taken from the hub. `n` counts them all, from 1, in the order of acceptance. */
export interface AcceptedMessage {
  n: number
  messageId: number
  chatId: number
  method: string
  at: number
  text?: string
  caption?: string
  replyTo?: number
  buttons?: { text: string; callback_data: string }[][]
  file?: AcceptedFile
  removed?: true
  /** The emoji the bot put on it or on a customer's message of this id. */
  edits: number
}

export interface Ledger {
  injected: InjectedUpdate[]
  accepted: AcceptedMessage[]
  /** How often each method was asked, refused or not. */
  calls: Record<string, number>
  /** With which byte each answer of the file server began. */
  downloads: number[]
  /** Methods the stand-in does not know: the library has drifted. */
  unknownMethods: string[]
  /** Every refusal, fault and rate limit, by its status or kind. */
  refusals: Record<string, number>
  reactions: { chatId: number; messageId: number; emoji: string | null }[]
  typing: { chatId: number; at: number }[]
  /** Webhook answers that were not 2xx, by status (0: no answer). */
  webhookFailures: Record<string, number>
}

export function createLedger(): Ledger {
  return {
    injected: [],
    accepted: [],
    calls: {},
    downloads: [],
    unknownMethods: [],
    refusals: {},
    reactions: [],
    typing: [],
    webhookFailures: {},
  }
}

export function count(counts: Record<string, number>, name: string | number): void {
  counts[name] = (counts[name] ?? 0) + 1
}
