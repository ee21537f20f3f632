import { randomFrom } from '../telegram/random.ts'
import { type Chaos, createDeliveries } from './deliveries.ts'
import { createFaults } from './faults.ts'
import { createFiles } from './files.ts'
import { type AcceptedMessage, createLedger } from './ledger.ts'
import { createMessaging } from './messaging.ts'
import { listen } from './server.ts'
import type { GraphStandIn, GraphStandInOptions } from './stand-in.ts'
import { createWhatsApp } from './whatsapp.ts'
import type { Accounts, World } from './world.ts'

export { type GraphRefusal, graphErrors } from './errors.ts'
export { type Fault, personUnavailable, refusing, tooManyCalls } from './faults.ts'
export type { AcceptedMessage, GraphObject, InjectedDelivery, Ledger } from './ledger.ts'
export type { MessagingCustomers } from './messaging.ts'
export type { GraphStandIn, GraphStandInOptions } from './stand-in.ts'
export type { WhatsAppCustomers } from './whatsapp.ts'
export type { Accounts, Template } from './world.ts'

const usualAccounts: Accounts = {
  appId: '900100200300400',
  pageId: '100200300400500',
  pageName: 'Ромашка',
  instagramId: '17841400000000001',
  instagramName: 'romashka',
  phoneNumberId: '106540352242922',
  phoneNumber: '15550783881',
  businessId: '102290129340398',
}

export async function startGraphStandIn(options: GraphStandInOptions = {}): Promise<GraphStandIn> {
  const random = randomFrom(options.seed ?? 1)
  const ledger = createLedger()
  const chaos: Chaos = { duplicate: 0, shuffle: 0, ...options.chaos }
  const appSecret = options.appSecret ?? 'standin0app0secret0of0no0worth00'
  let token = options.token ?? 'EAAstandinTokenOfNoWorth'
  let origin = ''
  let ids = 0
  const deliveries = createDeliveries({
    ledger,
    secret: () => appSecret,
    chaos,
    random,
    redelivery: options.redelivery ?? { firstMs: 100, longestMs: 2_000 },
  })
  const revokeToken = (next = `EAAnextTokenOfNoWorth${Math.floor(random() * 1e9)}`) => {
    token = next
    return token
  }
  const world: World = {
    accounts: { ...usualAccounts, ...options.accounts },
    ledger,
    deliveries,
    files: createFiles(),
    people: new Map(),
    templates: [],
    humanAgent: options.humanAgent ?? true,
    number: { quality_rating: 'GREEN', status: 'CONNECTED', name_status: 'APPROVED', messaging_limit_tier: 'TIER_1K' },
    told: () => {},
    toldControl: () => {},
    origin: () => origin,
    nextId: (prefix) => `${prefix}${Date.now().toString(36)}${(++ids).toString(36).padStart(5, '0')}`,
  }
  const messenger = createMessaging(world, 'page')
  const instagram = createMessaging(world, 'instagram')
  const whatsapp = createWhatsApp(world)
  world.told = (message: AcceptedMessage) => {
    if (message.object === 'page') messenger.echo(message, message.callback)
    else if (message.object === 'instagram') instagram.echo(message, message.callback)
    else whatsapp.status(message, 'sent')
  }
  world.toldControl = (object, from, change) => (object === 'page' ? messenger : instagram).inject({ ...change }, { from })
  const faults = createFaults(random)
  const server = await listen({ world, faults, token: () => token, appSecret: () => appSecret, oldestVersion: 22 }, options.port ?? 0)
  origin = server.origin
  return {
    apiRoot: origin,
    accounts: world.accounts,
    world,
    token: () => token,
    appSecret: () => appSecret,
    ledger,
    messenger,
    instagram,
    whatsapp,
    pending: deliveries.pending,
    callback: deliveries.callback,
    repeat: deliveries.repeat,
    postRaw: deliveries.post,
    fault: faults.add,
    clearFaults: faults.clear,
    disorder: (wanted) => void Object.assign(chaos, wanted),
    revokeToken,
    loseFiles: world.files.lose,
    async stop() {
      deliveries.stop()
      await server.close()
    },
  }
}
