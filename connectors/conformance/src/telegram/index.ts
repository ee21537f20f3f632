import { control } from './control.ts'
import { type Customers, createCustomers, type World } from './customers.ts'
import { createFaults, type Fault } from './faults.ts'
import { createFiles } from './files.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createPolling } from './polling.ts'
import { type Chaos, createQueue } from './queue.ts'
import { createPace, type Pace } from './pace.ts'
import { randomFrom } from './random.ts'
import { listen } from './server.ts'
import { createWebhook, type Redelivery, type Webhook } from './webhook.ts'

export { blockedByUser, type Fault, tooManyRequests } from './faults.ts'
export type { Customer, MediaField, Said } from './customers.ts'
export type { AcceptedFile, AcceptedMessage, InjectedUpdate, Ledger } from './ledger.ts'

export interface TelegramStandInOptions {
  /** 0, the default: any free port of 127.0.0.1. */
  port?: number
  token?: string
  username?: string
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
  fileIds(): string[]
  stop(): Promise<void>
}

export async function startTelegramStandIn(options: TelegramStandInOptions = {}): Promise<TelegramStandIn> {
  const random = randomFrom(options.seed ?? 1)
  const ledger = createLedger()
  const chaos: Chaos = { duplicate: 0, shuffle: 0, ...options.chaos }
  const queue = createQueue(ledger, chaos, random)
  const polling = createPolling(queue)
  const webhook = createWebhook(queue, ledger, options.redelivery ?? { firstMs: 100, longestMs: 2_000 })
  queue.onArrival(() => (polling.arrived(), webhook.arrived()))
  const faults = createFaults(random)
  const world = createWorld(ledger, queue)
  let token = options.token ?? '123456789:AAstandin-token-of-no-worth'
  const standIn: TelegramStandIn = {
    ...createCustomers(world),
    apiRoot: '',
    token: () => token,
    ledger,
    pending: queue.size,
    polling: polling.active,
    webhookUrl: webhook.url,
    replay: queue.replay,
    postRaw: webhook.post,
    fault: faults.add,
    clearFaults: faults.clear,
    disorder: (wanted) => void Object.assign(chaos, wanted),
    revokeToken: (next = `${token.split(':')[0]}:AAnext-${Math.floor(random() * 1e9)}`) => (token = next),
    renumber: queue.renumber,
    loseFile: world.files.drop,
    fileIds: world.files.ids,
    stop: async () => {},
  }
  const bot = { world, polling, webhook, username: options.username ?? 'hub_bot', allow: queue.allow }
  const door = { bot, faults, token: () => token, admit: createPace(options.pace), control: control.bind(undefined, standIn) }
  const { origin, close } = await listen(door, options.port ?? 0)
  return Object.assign(standIn, { apiRoot: origin, stop: () => stopAll(webhook, close) })
}

function createWorld(ledger: Ledger, queue: World['queue']): World {
  let messageId = 1
  return { ledger, queue, files: createFiles(), chats: new Map(), blocked: new Set(), nextMessageId: () => messageId++ }
}

async function stopAll(webhook: Webhook, close: () => Promise<void>): Promise<void> {
  webhook.stop()
  await close()
}
