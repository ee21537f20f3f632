import type { Customers } from './customers.ts'
import type { Fault } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { Pace } from './pace.ts'
import type { Chaos } from './queue.ts'
import type { Redelivery } from './webhook.ts'

export interface TelegramStandInOptions {
  /** 0, the default: any free port of 127.0.0.1. */
  port?: number
  token?: string
  username?: string
  /** Number of the first message, of either side; default 1. Higher than before where a hub remembers an earlier run. */
  firstMessageId?: number
  /** Same seed, same disorder. */
  seed?: number
  chaos?: Partial<Chaos>
  /** Sends beyond this get 429. Default: no limit. */
  pace?: Pace
  redelivery?: Redelivery
}

/** A Telegram of one's own: customers, bot and file server on loopback, with a ledger of both directions. */
export interface TelegramStandIn extends Customers {
  /** The value of the connector's option `apiRoot`. */
  apiRoot: string
  token(): string
  ledger: Ledger
  /** Updates not yet confirmed. */
  pending(): number
  /** Is somebody waiting in a long poll? */
  polling(): boolean
  webhookUrl(): string
  /** Delivers an update once more, confirmed or not. */
  replay(updateId: number): void
  /** Posts any body to the webhook, with other headers where given; answers the status. */
  postRaw(body: string, headers?: Record<string, string>): Promise<number>
  fault(fault: Fault): void
  clearFaults(): void
  disorder(chaos: Partial<Chaos>): void
  /** The token in use is refused from now on; answers the new one. */
  revokeToken(next?: string): string
  renumber(next: number): void
  loseFile(fileId: string): void
  /** What was lost is there again. */
  findFile(fileId: string): void
  /** Another file of the same size stands in its place. */
  swapFile(fileId: string, content: Uint8Array): void
  fileIds(): string[]
  stop(): Promise<void>
}
