import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import { type MailStandIn, startMailStandIn } from '@parley/conformance/mail'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { BrowserContext } from 'playwright-core'
import { ask, setUp } from './people.ts'
import { openScene, type Scene } from './scene.ts'
import { startVisitor, type Visitor } from './visitor.ts'

/** A company that is written to from six networks, each with a customer of its own. */
export interface EveryKind {
  scene: Scene
  ada: BrowserContext
  telegram: TelegramStandIn
  graph: GraphStandIn
  mail: MailStandIn
  /** Everybody writes these words, the visitor of the website last. */
  everybodySays(words: string): Promise<void>
  end(): Promise<void>
}

/** Who writes from where, and how the channel is called. */
export const customers = [
  { kind: 'telegram', title: 'Telegram', channel: 'The bot', name: 'Tarek Aziz' },
  { kind: 'whatsapp_cloud', title: 'WhatsApp Cloud', channel: 'The number', name: 'Wanda Cruz' },
  { kind: 'messenger', title: 'Messenger', channel: 'The page', name: 'Milo Reis' },
  { kind: 'instagram', title: 'Instagram', channel: 'The account', name: 'Ines Prado' },
  { kind: 'email', title: 'E-mail', channel: 'The mailbox', name: 'Elsa Berg' },
] as const
type Kind = (typeof customers)[number]['kind']
const nameOf = (kind: Kind) => customers.find((one) => one.kind === kind)?.name ?? ''

export async function openEveryKind(): Promise<EveryKind> {
  const telegram = await startTelegramStandIn()
  const graph = await startGraphStandIn({ redelivery: { firstMs: 50, longestMs: 500 } })
  const mail = await startMailStandIn({ address: 'help@acme.example', password: 'an app password' })
  const hosts = [telegram.apiRoot, graph.apiRoot].map((root) => new URL(root).host)
  const scene = await openScene({ PARLEY_ALLOW_PRIVATE_FETCH: [...hosts, ...mail.hosts].join(',') })
  const ada = await setUp(scene)
  const { appId, pageId, instagramId, phoneNumberId, businessId } = graph.accounts
  const meta = { accessToken: graph.token(), appSecret: graph.appSecret(), apiRoot: graph.apiRoot }
  const options: Record<Kind, object> = {
    telegram: { botToken: telegram.token(), apiRoot: telegram.apiRoot },
    whatsapp_cloud: { ...meta, phoneNumberId, businessId },
    messenger: { ...meta, appId, pageId },
    instagram: { ...meta, appId, pageId, instagramId },
    email: {
      address: 'help@acme.example',
      password: 'an app password',
      imapHost: '127.0.0.1',
      smtpHost: '127.0.0.1',
      imapPort: mail.ports.imap,
      smtpPort: mail.ports.smtp,
      encrypted: false,
    },
  }
  for (const { kind, channel } of customers) await ask(ada, scene, connect, { input: { kind, name: channel, options: options[kind] } })
  let visitor: Visitor | undefined
  return {
    scene,
    ada,
    telegram,
    graph,
    mail,
    async everybodySays(words) {
      const [first = '', last = ''] = nameOf('telegram').split(' ')
      telegram.say(words, { from: { id: 81, firstName: first, lastName: last } })
      graph.whatsapp.meet('82', { name: nameOf('whatsapp_cloud') })
      graph.whatsapp.say(words, { from: '82' })
      graph.messenger.meet('83', { name: nameOf('messenger') })
      graph.messenger.say(words, { from: '83' })
      graph.instagram.meet('84', { name: nameOf('instagram') })
      graph.instagram.say(words, { from: '84' })
      await mail.write({ from: { name: nameOf('email'), address: 'elsa@customer.example' }, subject: 'A question', text: words })
      visitor ??= await startVisitor(scene, 'Vera Lund')
      await visitor.say(words)
    },
    async end() {
      await scene.end()
      await Promise.all([telegram, graph, mail].map((one) => one.stop()))
    },
  }
}

const connect =
  'mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message } } }'
