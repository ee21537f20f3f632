import { mkdirSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { eq } from 'drizzle-orm'
import { type Context, Hono } from 'hono'
import { type Accounts, openAccounts } from './accounts/index.ts'
import type { Services } from './api/context.ts'
import { apiContextOf, visitorActorOf, visitorContextOf, visitorToken } from './api/context-of.ts'
import { explorerPage } from './api/explorer.ts'
import { createFeeds } from './api/feed.ts'
import { createGraphQLServer } from './api/http.ts'
import { createLimits, type Limits } from './api/limits.ts'
import { buildSchemas } from './api/schema.ts'
import { createSockets } from './api/socket.ts'
import { createVisitFeeds } from './api/visits.ts'
import { createBulk } from './bulk.ts'
import { type Database, migrateDatabase, openDatabase } from './db/client.ts'
import { startDatabase } from './db/start.ts'
import { workspaces } from './db/tables/workspace.ts'
import { plain } from './domain/access.ts'
import { createChannel } from './domain/channel.ts'
import { mostFileBytes, visitorNamed } from './domain/visitor-file.ts'
import { foundWorkspace } from './domain/workspace.ts'
import type { Env } from './env.ts'
import { armFailpoints } from './failpoints.ts'
import { StartFault } from './fault.ts'
import { postgresBus } from './feed/bus.ts'
import { createFeed } from './feed/follow.ts'
import { guardedFetch, mailServers } from './fetch.ts'
import { fewAtATime } from './few.ts'
import { signFileLink } from './files/links.ts'
import { openStorage } from './files/open.ts'
import { partialFiles } from './files/partial.ts'
import { createThumbnails } from './files/thumbnails.ts'
import { openGateway } from './gateway/index.ts'
import { identitySecrets, optionsCheck } from './gateway/options.ts'
import { begin, listModules, plan } from './gateway/registry.ts'
import { keepHouse } from './keeping.ts'
import type { Log } from './log.ts'
import { createMailer, mailServer } from './mailer.ts'
import { hubPath } from './paths.ts'
import { trackPresence } from './presence.ts'
import { signReturn, verifyReturn } from './returning.ts'
import { fileRoutes } from './routes/files.ts'
import { graphqlRoutes } from './routes/graphql.ts'
import { hookRoutes } from './routes/hooks.ts'
import { pageRoutes } from './routes/pages.ts'
import { reportRoutes } from './routes/reports.ts'
import { sessionRoutes } from './routes/session.ts'
import { createRouting } from './routing.ts'
import { deriveKey } from './seal.ts'
import { fillSearch } from './searching.ts'
import { loadSecret } from './secret.ts'
import { wakeSnoozed } from './snoozes.ts'
import { typedText } from './typed-text.ts'
import { type FindPlace, openPlaces } from './visits/place.ts'
import { watchSigned } from './visits/signed.ts'
import { watchVisits } from './visits.ts'
import { watchOver } from './watch.ts'
import { firstWebsite, signInChat, siteOf } from './websites.ts'
import { systemOf, type Works, worksOn } from './work.ts'

/** A running hub. */
export interface Hub {
  /** Where it is reached. */
  url: string
  /** The one-time link that makes the first workspace; null when there is one. */
  setupUrl: string | null
  works: Works
  /** Ends everything in order; what is in flight is finished or handed back. */
  stop(): Promise<void>
}

/** How long the hub waits for whom; tests shorten it. */
export interface Patience {
  /** for a client that does not read, in ms */
  stallMs?: number
  /** for it to hear why it is sent away, in ms */
  partingMs?: number
}

/** The only place that joins the rooms. */
export async function startHub(env: Env, log: Log, patience: Patience = {}): Promise<Hub> {
  const closing: (() => unknown)[] = []
  const stop = async () => {
    for (const close of closing.splice(0).reverse())
      await Promise.resolve(close()).catch?.((error: unknown) => log.warn({ err: error }, 'something did not end well'))
  }
  try {
    return { ...(await start(env, log, closing, patience)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(env: Env, log: Log, closing: (() => unknown)[], patience: Patience): Promise<Omit<Hub, 'stop'>> {
  armFailpoints(env.failpoints)
  mkdirSync(env.dataDir, { recursive: true })
  const database = await openStore(env, log, closing)
  const server = createServer(notYet)
  const url = await listen(server, env, closing)
  const publicUrl = env.publicUrl ?? url
  const master = await loadSecret(env)
  const sealKey = deriveKey(master, 'seal')
  const linkKey = deriveKey(master, 'file-links')

  const bus = await postgresBus(database.sql)
  closing.push(() => bus.close())
  const routing = createRouting(log)
  const bulk = createBulk(log)
  const works = worksOn(database, bus, (workspaceId, events) => {
    routing.heed(workspaceId, events)
    bulk.heed(workspaceId, events)
  })
  const storage = await openStorage(env.s3 ? { kind: 's3', ...env.s3 } : { kind: 'disk', dir: join(env.dataDir, 'files') })
  const thumbnails = createThumbnails()
  const avatars = createThumbnails({ side: 256, square: true })
  closing.push(() => thumbnails.stop())
  const pictures = createThumbnails({ side: 1_200 })
  closing.push(() => avatars.stop())
  closing.push(() => pictures.stop())
  const checkOptions = optionsCheck(sealKey)
  const accounts = openAccounts({
    database,
    works,
    bus,
    log,
    publicUrl,
    secret: deriveKey(master, 'sessions').toString('hex'),
    trustedProxies: env.trustedProxies,
    found: async (work, founding) => {
      const { groupId } = await foundWorkspace(work, founding)
      await createChannel(work, checkOptions, { kind: 'web', name: founding.company, groupId, options: { name: founding.company } })
    },
  })
  closing.push(() => accounts.close())
  const presence = trackPresence(works, bus, log)
  presence.watch((await database.db.select({ id: workspaces.id }).from(workspaces)).map(({ id }) => id))
  closing.push(() => presence.close())
  routing.start(database, works)
  closing.push(() => routing.close())
  bulk.start(database, works, accounts.members, plan)
  closing.push(() => bulk.close())
  const snoozes = wakeSnoozed(database, works, log)
  closing.push(() => snoozes.close())
  if (env.roles.includes('worker')) {
    const searching = fillSearch(database, works, bus, log)
    closing.push(() => searching.close())
  }
  const watch = watchOver(database, works, log)
  closing.push(() => watch.close())
  const partials = partialFiles(join(env.dataDir, 'fetches'))
  const house = keepHouse(database, works, storage, partials, log)
  closing.push(() => house.close())
  const feed = createFeed(works, bus, accounts.members.forgetMember)
  closing.push(() => feed.close())
  const webhookUrl = (channel: { id: string; hookToken: string }) => `${publicUrl}/hooks/${channel.id}/${channel.hookToken}`
  const gateway = openGateway({
    works,
    database,
    bus,
    storage,
    partials,
    thumbnails,
    log,
    key: sealKey,
    dataDir: env.dataDir,
    chromiumPath: env.chromiumPath,
    webhookUrl,
    connects: env.roles.includes('connectors'),
    fetch: guardedFetch({ allowed: env.allowPrivateFetch, maxBytes: 100 * 1024 * 1024, totalMs: 300_000 }),
    resolve: mailServers(env.allowPrivateFetch),
  })
  const post = openPost(env, publicUrl)
  if (post) closing.push(post.close)
  if (env.smtpUrl && post && env.roles.includes('worker')) {
    // A line of its own, so that the test of an admin does not wait behind what is queued.
    const mailer = createMailer(database, works, mailServer({ url: env.smtpUrl, from: post.from }), log)
    closing.push(() => mailer.close())
  }
  const returnKey = deriveKey(master, 'return-links')
  const limits = createLimits()
  const visits = watchVisits(works, bus, log, limits.take, env.geoipFile ? placesOf(env.geoipFile) : null)
  closing.push(() => visits.close())
  const services: Services = {
    works,
    inTurn: fewAtATime(2),
    database,
    accounts,
    feed,
    bus,
    log,
    presence,
    visits,
    plan,
    begin,
    checkOptions,
    modules: listModules,
    publicUrl,
    webhookUrl,
    mailLinks: post ? ({ channelKey, ...link }) => `${publicUrl}/chat/${channelKey}#back=${signReturn(returnKey, link)}` : null,
    post,
    identitySecrets: identitySecrets(sealKey),
    typedText: typedText(deriveKey(master, 'typed-text')),
    readReturn: (token) => verifyReturn(returnKey, token),
    fileLink: (link) => signFileLink(linkKey, link),
  }

  const answerWaits = watchSigned(works, services.identitySecrets)

  const app = new Hono()
  app.get('/health', (c) => c.json({ status: 'live' }))
  app.get('/ready', async (c) =>
    (await database.sql`select 1`.then(
      () => true,
      () => false,
    ))
      ? c.json({ status: 'ready' })
      : c.json({ status: 'database is away' }, 503),
  )
  app.route('/', sessionRoutes({ accounts, log }))
  const sockets = mountApi(app, services, limits, patience)
  closing.push(() => sockets.close())
  app.route('/', hookRoutes({ webhook: gateway.webhook, log }))
  app.route(
    '/',
    fileRoutes({
      works,
      storage,
      thumbnails,
      avatars,
      pictures,
      log,
      linkKey,
      ensureOwnOrigin: (c) => accounts.origins.ensureOwn(c.req.header('origin'), c.req.header('host')),
      operatorOf: (c, workspace) => operatorOf(c, services, workspace),
      visitorOf: async (header) => {
        const token = visitorToken(header)
        return token ? visitorActorOf(services, token, 'en') : null
      },
      visitorBy: (workspaceId, identityId) => works.read(systemOf(workspaceId), (work) => visitorNamed(work, identityId)),
      visitorLimit: (actor) => works.read(actor, mostFileBytes),
      takeUpload: limits.take,
    }),
  )
  app.route('/', reportRoutes({ works, log, inTurn: services.inTurn, operatorOf: (c, workspace) => operatorOf(c, services, workspace) }))
  app.route(
    '/',
    pageRoutes({
      consoleDir: hubPath('..', 'console', 'dist'),
      widgetDir: hubPath('..', '..', 'widget', 'dist'),
      site: (key) => siteOf(works, publicUrl, key),
      shows: ({ allowedOrigins }, origin) =>
        origin === undefined || allowedOrigins.length === 0 || allowedOrigins.includes(origin) || accounts.origins.isOwn(origin),
      beat: async ({ website }, c, body) => {
        const beat = { body: jsonOf(body), ...senderOf(c, accounts) }
        const told = visits.beat(website, beat)
        // Whoever is not listed, such as one visitor too many, is answered all the same.
        return told?.ask || (await answerWaits(website, c.req.query('channel') ?? '', beat.body)) ? { ...told, ask: true } : told
      },
      signInChat: (workspace) => signInChat(works, database, workspace),
      demoSite: () => firstWebsite(works, database),
    }),
  )

  server.off('request', notYet)
  server.on('request', getRequestListener(app.fetch, { hostname: new URL(publicUrl).host }))
  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?')[0]
    const side = path === '/graphql' ? 'api' : path === '/widget/graphql' ? 'visitor' : null
    if (!side) return void socket.destroy()
    sockets.upgrade(request, head, side, accounts.addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for']?.toString()))
  })
  // Last in, first out: no new work is taken in before what is under way ends.
  closing.push(() => gateway.close())
  return { url: publicUrl, setupUrl: (await accounts.openSetup())?.url ?? null, works }
}

function placesOf(file: string): FindPlace {
  try {
    return openPlaces(file)
  } catch (cause) {
    throw new StartFault(`GEOIP_FILE cannot be read as a database of places (MMDB): ${cause instanceof Error ? cause.message : cause}`)
  }
}

/** The mail server of the settings; null: there is none. */
function openPost({ smtpUrl, smtpFrom }: Env, publicUrl: string) {
  if (!smtpUrl) return null
  const from = smtpFrom ?? `no-reply@${new URL(publicUrl).hostname}`
  return { from, host: new URL(smtpUrl).host, ...mailServer({ url: smtpUrl, from }) }
}

async function openStore(env: Env, log: Log, closing: (() => unknown)[]): Promise<Database> {
  const { url, stop } = await startDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir, log })
  closing.push(stop)
  await migrateDatabase(url)
  const database = await openDatabase(url, { max: 16 })
  closing.push(() => database.close())
  return database
}

function mountApi(app: Hono, services: Services, limits: Limits, patience: Patience) {
  const schemas = buildSchemas()
  const api = createGraphQLServer<Awaited<ReturnType<typeof apiContextOf>>>(schemas.api, '/graphql', services)
  const visitor = createGraphQLServer<Awaited<ReturnType<typeof visitorContextOf>>>(schemas.visitor, '/widget/graphql', services)
  const feeds = createFeeds(services, schemas)
  const visitFeeds = createVisitFeeds(services, schemas.api)
  const sockets = createSockets({
    services,
    limits,
    ...patience,
    feeds,
    visitFeeds,
    api: { schema: schemas.api, server: api as never },
    visitor: { schema: schemas.visitor, server: visitor as never },
  })
  app.route(
    '/',
    graphqlRoutes({
      log: services.log,
      addressOf: services.accounts.addressOf,
      hasSession: (headers) => /parley\.session_token=/.test(headers.get('cookie') ?? ''),
      ensureOwnOrigin: (c) => services.accounts.origins.ensureOwn(c.req.header('origin'), c.req.header('host')),
      api: async (request, workspace) => api.handle(request, await apiContextOf(services, request.headers, workspace)),
      visitor: async (request, address) =>
        visitor.handle(
          request,
          await visitorContextOf(services, limits, {
            token: visitorToken(request.headers.get('authorization')),
            language: request.headers.get('accept-language'),
            address,
          }),
        ),
      explorer: async (request) => {
        const { actor } = await apiContextOf(services, request.headers, new URL(request.url).searchParams.get('workspace'))
        return actor && plain['api.explore'](actor) ? explorerPage(new URL(request.url).searchParams.get('workspace') ?? '') : null
      },
    }),
  )
  return {
    upgrade: sockets.upgrade,
    close: async () => {
      feeds.close()
      visitFeeds.close()
      await sockets.close()
    },
  }
}

async function operatorOf(c: Context, services: Services, workspace: { id: string } | { slug: string }) {
  const slug =
    'slug' in workspace
      ? workspace.slug
      : (await services.database.db.select({ slug: workspaces.slug }).from(workspaces).where(eq(workspaces.id, workspace.id)))[0]?.slug
  return slug ? (await apiContextOf(services, c.req.raw.headers, slug)).actor : null
}

/** What a request says of whoever sent it. */
const senderOf = (c: Context, { addressOf }: Pick<Accounts, 'addressOf'>) => ({
  origin: c.req.header('origin'),
  userAgent: c.req.header('user-agent') ?? '',
  language: c.req.header('accept-language'),
  address: addressOf(getConnInfo(c).remote.address, c.req.header('x-forwarded-for')),
})

/** Undefined: it is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The port is taken before the rooms are open; whoever comes in between is asked to come again instead of being left waiting. */
const notYet: RequestListener = (_request, response) => void response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end()

async function listen(server: Server, env: Env, closing: (() => unknown)[]): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartFault(`Port ${env.port} is in use. Stop what uses it, or choose another with PORT=4001.`)
          : error,
      ),
    )
    server.listen(env.port, env.host, resolve)
  })
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), 2_000).unref()
      }),
  )
  const address = server.address()
  return `http://localhost:${typeof address === 'object' && address ? address.port : env.port}`
}
