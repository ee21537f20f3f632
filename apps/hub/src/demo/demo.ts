import { mkdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import { type MailStandIn, startMailStandIn } from '@parley/conformance/mail'
import { startTelegramStandIn, type TelegramStandIn } from '@parley/conformance/telegram'
import type { Language } from '@parley/schema/vocabulary'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { connect } from '../db/connect.ts'
import { channels } from '../db/tables/channel.ts'
import { chats, threads } from '../db/tables/chat.ts'
import { identities } from '../db/tables/customer.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { updateChannel } from '../domain/channel.ts'
import type { Env } from '../env.ts'
import { StartFault } from '../fault.ts'
import { openStorage } from '../files/open.ts'
import { optionsCheck } from '../gateway/options.ts'
import { type Hub, startHub } from '../hub.ts'
import type { Log } from '../log.ts'
import { deriveKey } from '../seal.ts'
import { loadSecret } from '../secret.ts'
import { systemOf, type Works } from '../work.ts'
import { domain, foundCompany, type Reached, slug } from './company.ts'
import { type Customers, humanPace, type Pace, playCustomers } from './customers.ts'
import { furnish } from './furnish.ts'
import { inventHistory, type Size, usualSize } from './history.ts'
import { playLetters } from './letters.ts'
import { samples } from './locales/index.ts'
import { graphNetworks, type Network, telegramNetwork } from './networks.ts'
import type { Known } from './persona.ts'
import { type Random, randomOf, seeded } from './random.ts'
import type { Sample } from './sample.ts'
import { keepFiles, storeHistory } from './store.ts'
import { playVisitors } from './visitors.ts'

export interface DemoOptions {
  env: Env
  /** Of a company that is made now; one that is there keeps its own. */
  language: Language
  log: Log
  size?: Size
  pace?: Pace
  random?: Random
  /** Called before the sample company is made. */
  onMaking?: () => void
}
export interface Demo {
  hub: Hub
  sample: Sample
  standIn: TelegramStandIn
  mail: MailStandIn
  graph: GraphStandIn
  /** Those on Telegram. */
  customers: Customers
  /** What was made at this start; null when the company was there. */
  made: Made | null
  stop(): Promise<void>
}
export interface Made {
  chats: number
  messages: number
  seconds: number
}

/** A hub with a sample company, a Telegram, a Graph API of Meta and a mail server of its own, and customers in them. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { env, log, pace = humanPace, random = randomOf(Math.random) } = options
  if (env.databaseUrl) await refuseForeign(env.databaseUrl)
  const standIn = await openStandIn(env.dataDir)
  const closing: (() => Promise<void>)[] = [() => standIn.stop()]
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    // Its letters are numbered from the beginning at every start.
    const mail = await startMailStandIn({ address: `help@${domain}`, uidValidity: Math.floor(Date.now() / 1000) })
    closing.push(() => mail.stop())
    const graph = await startGraphStandIn({ accounts: atMeta })
    closing.push(() => graph.stop())
    const hosts = [standIn.apiRoot, graph.apiRoot].map((root) => new URL(root).host).concat(mail.hosts)
    const hub = await startHub({ ...env, allowPrivateFetch: [...env.allowPrivateFetch, ...hosts] }, log)
    closing.push(() => hub.stop())
    const { workspaceId, sample, made } = await ensureCompany(
      hub.works,
      { telegram: { botToken: standIn.token(), apiRoot: standIn.apiRoot }, email: mail.options, ...reachedAt(graph) },
      options,
    )
    graph.world.templates.push(...approvedTexts(sample))
    const play = async (network: Network, pace: Pace) => {
      const known = await knownCustomers(hub.works, workspaceId, network.kind)
      const playing = playCustomers({ network, sample, random, pace, known })
      closing.push(() => playing.stop())
      return playing
    }
    const customers = await play(telegramNetwork(standIn), pace)
    for (const network of graphNetworks(graph)) await play(network, calmer(pace))
    const publicKey = await websiteKey(hub.works, workspaceId)
    const visitors = playVisitors({ url: hub.url, publicKey, sample, random, factor: pace.factor })
    closing.push(() => visitors.stop())
    const letters = playLetters({ mail, sample, random, pace })
    closing.push(() => letters.stop())
    return { hub, sample, standIn, mail, graph, customers, made, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The sample company as it was left, or a new one: in one work, so that a start that was broken off leaves nothing half. */
async function ensureCompany(
  works: Works,
  reached: Reached,
  { env, language, size = usualSize, onMaking }: DemoOptions,
): Promise<{ workspaceId: string; sample: Sample; made: Made | null }> {
  const check = optionsCheck(deriveKey(await loadSecret(env), 'seal'))
  const [present] = await works.read(systemOf(uuidv7()), (work) => work.db.select().from(workspaces).where(eq(workspaces.slug, slug)))
  if (present) {
    await works.work(systemOf(present.id), async (work) => {
      const local = await work.db
        .select()
        .from(channels)
        .where(
          and(
            eq(channels.workspaceId, present.id),
            isNull(channels.removedAt),
            sql`(${channels.options} ->> 'apiRoot' like 'http://127.0.0.1:%' or ${channels.options} ->> 'imapHost' = '127.0.0.1')`,
          ),
        )
      for (const { id, kind, options } of local) {
        const now = reached[kind as keyof Reached]
        if (now && !(now.apiRoot && now.apiRoot === options.apiRoot))
          await updateChannel(work, check, id, { options: { ...options, ...now } })
      }
    })
    return { workspaceId: present.id, sample: samples[present.language as Language], made: null }
  }
  onMaking?.()
  const begun = Date.now()
  const workspaceId = uuidv7()
  const storage = await openStorage({ kind: 'disk', dir: join(env.dataDir, 'files') })
  const random = seeded(7)
  const made = await works.work(systemOf(workspaceId), async (work) => {
    // Hundreds of files are written meanwhile, on a disk that may be slow.
    await work.sql`set local idle_in_transaction_session_timeout = '5min'`
    const company = await foundCompany(work, samples[language], check, reached)
    const history = inventHistory(company, random, new Date(), size)
    await storeHistory(work, history, await keepFiles(storage, history, random))
    await furnish(work, company, history, random)
    return { chats: history.episodes.length, messages: history.episodes.reduce((sum, { messages }) => sum + messages.length, 0) }
  })
  return { workspaceId, sample: samples[language], made: { ...made, seconds: (Date.now() - begun) / 1000 } }
}

async function websiteKey(works: Works, workspaceId: string): Promise<string> {
  const [web] = await works.read(systemOf(workspaceId), ({ db }) =>
    db
      .select({ publicKey: channels.publicKey })
      .from(channels)
      .where(and(eq(channels.workspaceId, workspaceId), eq(channels.kind, 'web')))
      .limit(1),
  )
  return web?.publicKey ?? ''
}

/** Everybody who has written on a network, by his number there. */
function knownCustomers(works: Works, workspaceId: string, kind: Network['kind']): Promise<Map<number, Known>> {
  return works.read(systemOf(workspaceId), async (work) => {
    const rows = await work.db
      .select({
        externalId: identities.externalId,
        name: identities.name,
        waiting: sql<boolean>`coalesce(bool_or(${chats.waitingSince} is not null and ${chats.state} <> 'closed'), false)`,
      })
      .from(identities)
      .innerJoin(
        channels,
        and(eq(channels.workspaceId, identities.workspaceId), eq(channels.id, identities.channelId), eq(channels.kind, kind)),
      )
      .leftJoin(threads, and(eq(threads.workspaceId, identities.workspaceId), eq(threads.identityId, identities.id)))
      .leftJoin(chats, and(eq(chats.workspaceId, threads.workspaceId), eq(chats.threadId, threads.id)))
      .where(eq(identities.workspaceId, workspaceId))
      .groupBy(identities.externalId, identities.name)
    return new Map(rows.map((row) => [Number(row.externalId.replace(/^\D+/, '')), { name: row.name ?? '', waiting: row.waiting }]))
  })
}

const atMeta = { pageName: 'Bluebird', instagramName: 'bluebird.bicycles', phoneNumber: '442071838750' }

function reachedAt(graph: GraphStandIn): Omit<Reached, 'telegram' | 'email'> {
  const { appId, pageId, instagramId, phoneNumberId, businessId } = graph.accounts
  const own = { accessToken: graph.token(), appSecret: graph.appSecret(), apiRoot: graph.apiRoot }
  const page = { ...own, appId, pageId }
  return { messenger: page, instagram: { ...page, instagramId }, 'whatsapp-cloud': { ...own, phoneNumberId, businessId } }
}

/** What WhatsApp has approved, for those who wrote more than a day ago. */
const approvedTexts = ({ code, approved }: Sample) =>
  approved.map((text, n) => ({
    name: `bluebird_${n + 1}`,
    language: code,
    status: 'APPROVED',
    category: 'UTILITY',
    components: [{ type: 'BODY', text, example: { body_text: [['Ana', '18:00']] } }],
  }))

/** Three networks more must not bury the desk. */
const calmer = (pace: Pace): Pace => ({
  ...pace,
  most: Math.min(pace.most, 4),
  unanswered: Math.min(pace.unanswered, 1),
  arrivals: [pace.arrivals[0] * 3, pace.arrivals[1] * 3],
})

/** At the same address as last time where it is free, so that the channel is connected at once. */
async function openStandIn(dataDir: string): Promise<TelegramStandIn> {
  const noted = join(dataDir, 'telegram.port')
  const port = Number(await readFile(noted, 'utf8').catch(() => '0')) || 0
  // Numbers go on where no earlier run of the demo has been.
  const numbers = { firstMessageId: Math.floor(Date.now() / 1000), username: 'bluebird_bot' }
  const standIn = await startTelegramStandIn({ port, ...numbers }).catch(() => startTelegramStandIn(numbers))
  standIn.renumber(Math.floor(Date.now() / 10))
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(noted, new URL(standIn.apiRoot).port)
  return standIn
}

/** Passwords that everybody knows must not get into a database that somebody works with. Asked before anything is changed there. */
async function refuseForeign(databaseUrl: string): Promise<void> {
  const sql = connect(databaseUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    const [table] = await sql<{ there: boolean }[]>`select to_regclass('workspaces') is not null as there`
    const others = table?.there ? await sql`select from workspaces where slug <> ${slug} limit 1` : []
    if (others.length > 0)
      throw new StartFault(
        'The database of DATABASE_URL holds workspaces of its own, and the demo leaves these alone. Unset DATABASE_URL, or name an empty database.',
      )
  } finally {
    await sql.end()
  }
}
