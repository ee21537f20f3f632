import { control } from './control.ts'
import { createCustomers, type World } from './customers.ts'
import { createFaults } from './faults.ts'
import { createFiles } from './files.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createPace } from './pace.ts'
import { createPolling } from './polling.ts'
import { type Chaos, createQueue } from './queue.ts'
import { randomFrom } from './random.ts'
import { listen } from './server.ts'
import type { TelegramStandIn, TelegramStandInOptions } from './stand-in.ts'
import { createWebhook, type Webhook } from './webhook.ts'

export type { Customer, MediaField, Said } from './customers.ts'
export { blockedByUser, type Fault, tooManyRequests } from './faults.ts'
export type { AcceptedFile, AcceptedMessage, InjectedUpdate, Ledger } from './ledger.ts'
export type { TelegramStandIn, TelegramStandInOptions } from './stand-in.ts'

export async function startTelegramStandIn(options: TelegramStandInOptions = {}): Promise<TelegramStandIn> {
  const random = randomFrom(options.seed ?? 1)
  const ledger = createLedger()
  const chaos: Chaos = { duplicate: 0, shuffle: 0, ...options.chaos }
  const queue = createQueue(ledger, chaos, random)
  const polling = createPolling(queue)
  const webhook = createWebhook(queue, ledger, options.redelivery ?? { firstMs: 100, longestMs: 2_000 })
  queue.onArrival(() => {
    polling.arrived()
    webhook.arrived()
  })
  const faults = createFaults(random)
  const world = createWorld(ledger, queue, options.firstMessageId ?? 1)
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
    findFile: world.files.find,
    swapFile: world.files.swap,
    fileIds: world.files.ids,
    stop: async () => {},
  }
  const bot = { world, polling, webhook, username: options.username ?? 'hub_bot', allow: queue.allow }
  const door = { bot, faults, token: () => token, admit: createPace(options.pace), control: control.bind(undefined, standIn) }
  const { origin, close } = await listen(door, options.port ?? 0)
  return Object.assign(standIn, { apiRoot: origin, stop: () => stopAll(webhook, close) })
}

function createWorld(ledger: Ledger, queue: World['queue'], firstMessageId: number): World {
  let messageId = firstMessageId
  return { ledger, queue, files: createFiles(), chats: new Map(), blocked: new Set(), nextMessageId: () => messageId++ }
}

async function stopAll(webhook: Webhook, close: () => Promise<void>): Promise<void> {
  webhook.stop()
  await close()
}
