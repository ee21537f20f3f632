/** A message as the page and its servers tell it to one another. */
export interface WireMessage {
  /** `<from me>_<chat>_<id>`, in groups with the author at the end. */
  id: string
  from: string
  to: string
  type: string
  /** Seconds since 1970. */
  t: number
  ack: number
  [more: string]: unknown
}

/** What the stand-in took and was asked. */
export interface Ledger {
  /** Sent by the linked device, each id once, in the order they came. */
  accepted: WireMessage[]
  /** Sends that named an id that was there already. */
  repeated: number
  /** Questions of the page by name, and loads of the page itself. */
  calls: Record<string, number>
  /** What the library asked of the page that the stand-in does not know. */
  unknownModules: string[]
  pageErrors: string[]
  typing: { chat: string; on: boolean }[]
  seen: string[]
  /** By message, in the order they came; an empty `emoji` takes one away. */
  reactions: { id: string; emoji: string }[]
}

export const emptyLedger = (): Ledger => ({
  accepted: [],
  repeated: 0,
  calls: {},
  unknownModules: [],
  pageErrors: [],
  typing: [],
  seen: [],
  reactions: [],
})

export function count(ledger: Ledger, what: string): void {
  ledger.calls[what] = (ledger.calls[what] ?? 0) + 1
}
