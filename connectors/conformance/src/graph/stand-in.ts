import type { Chaos, Redelivery } from './deliveries.ts'
import type { Fault } from './faults.ts'
import type { GraphObject, InjectedDelivery, Ledger } from './ledger.ts'
import type { MessagingCustomers } from './messaging.ts'
import type { WhatsAppCustomers } from './whatsapp.ts'
import type { Accounts, World } from './world.ts'

export interface GraphStandInOptions {
  /** 0, the default: any free port of 127.0.0.1. */
  port?: number
  token?: string
  appSecret?: string
  accounts?: Partial<Accounts>
  /** Same seed, same disorder. */
  seed?: number
  chaos?: Partial<Chaos>
  redelivery?: Redelivery
  /** Does Meta let this app use the HUMAN_AGENT tag? Default: yes. */
  humanAgent?: boolean
}

/** A Graph API of one's own on loopback: a Page, its Instagram account and a WhatsApp number, with a ledger of both directions. */
export interface GraphStandIn {
  /** The value of the connectors' option `apiRoot`. */
  apiRoot: string
  accounts: Accounts
  world: World
  token(): string
  appSecret(): string
  ledger: Ledger
  messenger: MessagingCustomers
  instagram: MessagingCustomers
  whatsapp: WhatsAppCustomers
  /** Deliveries not yet confirmed. */
  pending(): number
  callback(object: GraphObject): string
  repeat(delivery: InjectedDelivery): void
  /** Posts any body to the webhook, signed unless other headers are given; answers the status. */
  postRaw(object: GraphObject, body: string, headers?: Record<string, string>): Promise<number>
  fault(fault: Fault): void
  clearFaults(): void
  disorder(chaos: Partial<Chaos>): void
  /** The token in use is refused from now on; answers the new one. */
  revokeToken(next?: string): string
  loseFiles(): void
  stop(): Promise<void>
}
