import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type DocumentNode, type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import type { Context as SocketContext } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { HubError } from '../errors.ts'
import type { Log } from '../log.ts'
import { refusalWords } from '../words/index.ts'
import type { ApiAsker, ApiContext, Services, VisitorAsker, VisitorContext } from './context.ts'
import { apiContextOf, visitorContextOf } from './context-of.ts'
import type { createFeeds, EndFeed } from './feed.ts'
import type { GraphQLServer } from './http.ts'
import { holdBack } from './keeping-up.ts'
import type { Limits } from './limits.ts'
import { createLoaders } from './loaders.ts'
import { type Extra, type ProtocolOptions, serveProtocol } from './protocol.ts'
import { asksForVisits, type createVisitFeeds } from './visits.ts'

/** Close codes beside those of the protocol. */
export const closeCodes = { signedOut: 4401, forbidden: 4403, slow: 4408, goingAway: 4010 } as const

const maxPayload = 64 * 1024
const mostSubscriptions = 8
const pingMs = 25_000
/** A browser that was given a new token has so long to leave by itself. */
const endedMs = 1_000
const mostVisitorSocketsPerAddress = 200

/** What a socket keeps: who asks, without the look-ups of any one operation. */
interface State {
  sessionId?: string
  release?: () => void
  api?: ApiAsker
  visitor?: VisitorAsker
  /** What is under it counts how much of what was written the client has taken. */
  line: Socket
  taken: number
  /** When it last took something, or had nothing to take. */
  tookAt: number
  /** When a ping was sent that was not answered yet; 0: none is. */
  pingedAt: number
  address: string
}
type Ctx = SocketContext<Record<string, unknown> | undefined, Extra>

export interface SocketOptions {
  services: Services
  limits: Limits
  /** A client that reads nothing for so long is sent away. Default: 30 s. */
  stallMs?: number
  /** Who is sent away has so long to hear why. Default: 5 s. */
  partingMs?: number
  feeds: ReturnType<typeof createFeeds>
  visitFeeds: ReturnType<typeof createVisitFeeds>
  api: { schema: GraphQLSchema; server: GraphQLServer }
  visitor: { schema: GraphQLSchema; server: GraphQLServer }
}

/** Both schemas over graphql-transport-ws. `upgrade` is called for /graphql and /widget/graphql. */
export function createSockets({ services, limits, feeds, visitFeeds, api, visitor, stallMs = 30_000, partingMs = 5_000 }: SocketOptions) {
  const states = new Map<WebSocket, State>()
  const perAddress = new Map<string, number>()
  const servers = {
    api: new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, handleProtocols }),
    visitor: new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, handleProtocols }),
  }
  serveProtocol(
    options(
      async (ctx) => {
        const context = await apiContextOf(services, headersOf(ctx), slugOf(ctx.connectionParams))
        if (!context.account) return refuse(ctx, closeCodes.signedOut, 'Signed out')
        if (!context.actor) return refuse(ctx, closeCodes.forbidden, 'Forbidden')
        const state = states.get(ctx.extra.socket)
        // Gone while we asked who it was: there is nobody to count as present.
        if (!state) return false
        Object.assign(state, {
          api: askerOf(context),
          sessionId: context.account.sessionId,
          release: services.accounts.sessions.hold(context.account.sessionId),
        })
        services.presence.arrive(context.actor)
        return true
      },
      api,
      (ctx, asked) =>
        ctx.api ? (asksForVisits(asked.document) ? visitFeeds.watch(ctx.api, asked) : feeds.operatorFeed(ctx.api, asked)) : null,
    ),
    servers.api,
    services.log,
  )
  serveProtocol(
    options(
      async (ctx) => {
        const state = states.get(ctx.extra.socket)
        if (!state) return false
        const { token } = ctx.connectionParams ?? {}
        const headers = headersOf(ctx)
        const context = await visitorContextOf(services, limits, {
          token: typeof token === 'string' ? token : null,
          language: headers.get('accept-language'),
          address: state.address,
        })
        if (!context.actor) return refuse(ctx, closeCodes.signedOut, 'Signed out')
        state.visitor = askerOf(context)
        return true
      },
      visitor,
      (ctx, asked) => (ctx.visitor ? feeds.visitorFeed(ctx.visitor, asked) : null),
    ),
    servers.visitor,
    services.log,
  )

  function options(
    onConnect: (ctx: Ctx) => Promise<boolean>,
    side: SocketOptions['api'],
    feed: (state: State, asked: Parameters<SocketOptions['feeds']['operatorFeed']>[1]) => Promise<EndFeed> | null,
  ): ProtocolOptions {
    return {
      connectionInitWaitTimeout: 3_000,
      onConnect,
      onSubscribe: async (ctx, id, payload) => {
        const { query, variables, operationName } = payload
        const socket = ctx.extra.socket
        const state = states.get(socket)
        if (Object.keys(ctx.subscriptions).length > mostSubscriptions)
          return [new GraphQLError(`At most ${mostSubscriptions} operations at once on one socket.`)]
        const context = state && (await freshContext(state))
        if (!state || !context) return [new GraphQLError('Signed out.', { extensions: { code: 'signed_out' } })]
        const checked = check(side, query, context)
        if (Array.isArray(checked)) return checked
        const args: ExecutionArgs = {
          schema: side.schema,
          document: checked,
          variableValues: variables,
          operationName,
          contextValue: context,
        }
        if (getOperationAST(checked, operationName)?.operation !== 'subscription') return args
        // These arguments and the message live as long as the feed does: they hold nothing it does not need.
        args.contextValue = null
        Object.assign(payload, { query: '' })
        running.set(args, () => feed(state, { id, document: checked, variables: variables ?? {}, socket }))
        return args
      },
      execute: (args) => side.server.yoga.getEnveloped({} as never).execute(args as ExecutionArgs),
      subscribe: (args) => framesOf(running.get(args as ExecutionArgs), services.log) as never,
      onClose: (ctx) => leave(ctx.extra.socket),
    }
  }
  /** Feeds not yet begun, by the arguments graphql-ws hands back. */
  const running = new WeakMap<ExecutionArgs, () => Promise<EndFeed> | null>()

  /** Rights may have changed since the socket was opened: each operation asks anew. */
  async function freshContext(state: State): Promise<ApiContext | VisitorContext | null> {
    if (state.visitor) return { ...state.visitor, loaders: createLoaders(services.works, state.visitor.actor?.workspaceId ?? '') }
    if (!state.api?.account || !state.api.workspaceSlug) return null
    const actor = await services.accounts.members.operatorActor(state.api.account.userId, state.api.workspaceSlug, state.api.language)
    if (!actor) return null
    state.api.actor = actor
    return { ...state.api, loaders: createLoaders(services.works, actor.workspaceId) }
  }

  function leave(socket: WebSocket): void {
    const state = states.get(socket)
    if (!state) return
    states.delete(socket)
    state.release?.()
    if (state.api?.actor) services.presence.depart(state.api.actor)
    const left = (perAddress.get(state.address) ?? 1) - 1
    if (left > 0) perAddress.set(state.address, left)
    else perAddress.delete(state.address)
  }

  const offRevoked = services.accounts.sessions.onRevoked(({ sessionIds }) => {
    const ended = new Set(sessionIds)
    for (const [socket, state] of states)
      if (state.sessionId && ended.has(state.sessionId)) socket.close(closeCodes.signedOut, 'Signed out')
  })
  // Whoever holds a visitor's token that ended hears no more; his own browser has gone on with its new one by then.
  const offEnded = services.bus.onSignal((topic, payload) => {
    if (topic !== 'visitor.out') return
    const ended = new Set((payload as { hashes: string[] }).hashes)
    const end = () => {
      for (const [socket, { visitor: asker }] of states)
        if (asker?.tokenHash && ended.has(asker.tokenHash)) socket.close(closeCodes.signedOut, 'Signed out')
    }
    setTimeout(end, endedMs).unref()
  })
  // A client that takes nothing for half a minute is sent away; it resumes by its cursor. One on a poor line is never done, and
  // takes a little all the time.
  const watch = setInterval(
    () => {
      for (const [socket, state] of states) {
        const { line, taken } = state
        state.taken = line.bytesWritten - line.writableLength
        if (line.writableLength === 0 || state.taken > taken) state.tookAt = Date.now()
        else if (Date.now() - state.tookAt > stallMs && socket.readyState === socket.OPEN) {
          services.log.info('a client that does not read is sent away')
          socket.close(closeCodes.slow, 'Too slow')
          setTimeout(() => socket.terminate(), partingMs).unref()
        }
      }
    },
    Math.min(2_000, stallMs),
  )
  watch.unref()
  // One timer for all, and who did not answer the ping before is gone: a half-open line says nothing by itself.
  const pings = setInterval(() => {
    for (const [socket, state] of states) {
      // Whoever has not come to the ping yet, or is not listened to because he does not read, is the other watch's.
      const late = socket.isPaused || state.line.writableLength > 0
      if (state.pingedAt > 0 && !late) socket.terminate()
      else {
        state.pingedAt = Date.now()
        socket.ping()
      }
    }
  }, pingMs)
  pings.unref()
  function heard(this: WebSocket): void {
    const state = states.get(this)
    if (state) state.pingedAt = 0
  }
  // Each ping of a client is answered at once, also of one that reads no answer.
  function pinged(this: WebSocket): void {
    holdBack(this)
  }
  // Thousands of sockets listen with these same functions: one made in `upgrade` would hold its request for as long.
  function gone(this: WebSocket): void {
    leave(this)
  }
  function keep(socket: WebSocket, line: Socket, address: string): void {
    states.set(socket, { line, taken: 0, tookAt: Date.now(), pingedAt: 0, address })
    socket.on('close', gone)
    socket.on('error', ignore)
    socket.on('pong', heard)
    socket.on('ping', pinged)
  }

  return {
    upgrade(request: IncomingMessage, head: Buffer, side: 'api' | 'visitor', address: string): void {
      const { socket } = request
      const { origin } = request.headers
      // The frame of the widget is served by the hub itself, so its sockets too come from the hub's own origin.
      const fits =
        side === 'api' ? services.accounts.origins.isOwn(origin) : origin === undefined || services.accounts.origins.isOwn(origin)
      const many = side === 'visitor' && (perAddress.get(address) ?? 0) >= mostVisitorSocketsPerAddress
      if (!fits || many) {
        rejectUpgrade(socket, fits ? 429 : 403)
        return
      }
      servers[side].handleUpgrade(request, socket, head, (ws) => {
        perAddress.set(address, (perAddress.get(address) ?? 0) + 1)
        keep(ws, socket, address)
        // The request itself would be held as long as the socket: of it only these are read again.
        const { cookie, 'accept-language': language } = request.headers
        servers[side].emit('connection', ws, { headers: { cookie, 'accept-language': language } })
      })
    },
    count: () => states.size,
    /** Tells clients to come back, spread over some seconds by themselves. */
    async close(): Promise<void> {
      clearInterval(watch)
      clearInterval(pings)
      offRevoked()
      offEnded()
      for (const socket of states.keys()) socket.close(closeCodes.goingAway, 'Going away')
      await new Promise((resolve) => setTimeout(resolve, states.size > 0 ? 150 : 0))
      for (const socket of states.keys()) socket.terminate()
    },
  }
}

const ignore = () => {}

const handleProtocols = (offered: Set<string>): string | false => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false)

function refuse(ctx: Ctx, code: number, reason: string): true {
  ctx.extra.socket.close(code, reason)
  // The answer counts no more; `false` would close it with a code that does not say why.
  return true
}

const askerOf = <C extends { loaders: unknown }>({ loaders: _, ...asker }: C) => asker

const headersOf = (ctx: Ctx): Headers => {
  const { cookie, 'accept-language': language } = ctx.extra.request.headers
  return new Headers({ ...(cookie && { cookie }), ...(language && { 'accept-language': language }) })
}
const slugOf = (params: Record<string, unknown> | undefined): string | null =>
  typeof params?.workspace === 'string' ? params.workspace : null

function check(side: SocketOptions['api'], query: string, context: unknown): DocumentNode | GraphQLError[] {
  const { parse, validate, schema } = side.server.yoga.getEnveloped(context as never)
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    return errors.length > 0 ? [...errors] : document
  } catch (error) {
    return [error instanceof GraphQLError ? error : new GraphQLError('The query could not be read.')]
  }
}

/**
 * graphql-ws waits on this; the frames themselves are written to the socket by the feed. Not a generator: `return` must end
 * the feed at once, not after the wait that only the feed can end. One promise for as long as the feed runs, and not one more:
 * thousands run at once.
 */
function framesOf(begin: (() => Promise<EndFeed> | null) | undefined, log: Log): AsyncIterableIterator<never> {
  const over = { done: true, value: undefined } as const
  let finish: (how: typeof over | Promise<never>) => void = ignore
  const ended = new Promise<typeof over>((resolve) => {
    finish = resolve
  })
  // Whoever has left hears of no failure.
  ended.catch(ignore)
  let left = false
  let end: EndFeed | null | undefined
  void Promise.resolve(begin?.()).then(
    (begun) => {
      if (!begun) finish(over)
      else if (left) begun()
      else end = begun
    },
    (error: unknown) => {
      const refused = error instanceof HubError ? refusalWords(error.code, error.details, 'en').message : null
      if (!refused) log.error({ err: error }, 'a feed could not begin')
      // These words go to the client.
      finish(Promise.reject(new Error(refused ?? 'The feed could not begin. Try again.')))
    },
  )
  return {
    next: () => ended,
    async return() {
      left = true
      end?.()
      finish(over)
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function rejectUpgrade(socket: Socket, status: 403 | 429): void {
  socket.end(`HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Too Many Requests'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
