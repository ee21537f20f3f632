import { randomUUID } from 'node:crypto'
import { type DocumentNode, execute, type GraphQLSchema, print } from 'graphql'
import type { WebSocket } from 'ws'
import { hears } from '../domain/audience.ts'
import { seeVisitors } from '../domain/missed.ts'
import { sees } from '../domain/sight.ts'
import { isOnline, servedThreads, threadOf } from '../domain/visitor.ts'
import type { Follower, Subscription } from '../feed/follow.ts'
import { type Batch, type FeedEvent, threadsOf } from '../feed/read.ts'
import { type OperatorActor, systemOf, type VisitorActor } from '../work.ts'
import type { ApiAsker, Services, VisitorAsker } from './context.ts'
import { keepsUp, whenRead } from './keeping-up.ts'
import { createLoaders, type Loaders } from './loaders.ts'
import { tellQueues } from './queues.ts'
import { isShareable } from './sharing.ts'
import type { SealedSignal, SignalRow } from './signal.ts'
import type { FrameRow } from './types/feed.ts'
import type { VisitorFrameRow } from './types/visitor.ts'

/** A subscription as graphql-ws hands it over: the operation's id, its document, and the socket to write frames to. */
export interface Asked {
  id: string
  document: DocumentNode
  variables: Record<string, unknown>
  socket: WebSocket
}
/** Ends a feed that runs. */
export type EndFeed = () => void

const beatMs = 25_000

interface Listener {
  actor: OperatorActor
  key: string
  asked: Asked
  render(row: FrameRow): Promise<string>
  cursor: number
}
interface VisitorListener {
  actor: VisitorActor
  threadId: string
  /** As he was last told. */
  online?: boolean
  waiting?: string
  send(row: VisitorFrameRow): Promise<void>
}

/** Serves the subscriptions of both schemas: the log decides what is told, the frames are written here. */
export function createFeeds(services: Services, schemas: { api: GraphQLSchema; visitor: GraphQLSchema }) {
  const operators = new Map<string, Set<Listener>>()
  const visitors = new Map<string, Set<VisitorListener>>()
  const shapes = new WeakMap<DocumentNode, { text: string; shareable: boolean }>()
  let visitorFeeds = 0

  /** Who holds a chat may be called otherwise, or look otherwise, from now on. */
  const offForgotten = services.accounts.members.onForgotten((workspaceId) => void tellHolders(workspaceId).catch(() => {}))
  async function tellHolders(workspaceId: string): Promise<void> {
    const listeners = [...(visitors.get(workspaceId) ?? [])]
    if (listeners.length === 0) return
    const served = new Set(
      await services.works.read(systemOf(workspaceId), (work) =>
        servedThreads(
          work,
          listeners.map(({ threadId }) => threadId),
        ),
      ),
    )
    for (const listener of listeners) if (served.has(listener.threadId)) await listener.send({ cursor: 0, reset: false, chat: true })
  }

  const beat = setInterval(
    () => void lookAfterVisitors().catch((error) => services.log.warn({ err: error }, 'visitors were not seen')),
    beatMs,
  )
  beat.unref()
  /** Who is connected is there; and hours begin and end without anybody's doing. */
  async function lookAfterVisitors(): Promise<void> {
    for (const [workspaceId, listeners] of visitors) {
      const here = [...new Set([...listeners].map(({ actor }) => actor.identityId))]
      await services.works.work(systemOf(workspaceId), (work) => seeVisitors(work, here))
      await tellOnline(workspaceId, true)
    }
  }

  const offSignals = services.bus.onSignal((topic, payload) => {
    if (topic === 'typing') tellTyping(payload as SealedSignal).catch((error) => services.log.warn({ err: error }, 'typing was not told'))
    if (topic === 'viewing') void tellDesk({ ...(payload as Omit<SignalRow, 'kind'>), kind: 'viewing' })
    if (topic === 'presence') void tellOnline((payload as { workspaceId: string }).workspaceId)
  })

  async function tellDesk(signal: SignalRow): Promise<void> {
    for (const listener of operators.get(signal.workspaceId) ?? []) {
      if (listener.actor.operatorId === signal.operatorId || !sees(listener.actor, signal.sight)) continue
      // What is never stored may be lost, and is not kept for who does not read.
      if (!keepsUp(listener.asked.socket)) continue
      await listener.render({ cursor: listener.cursor, reset: false, signal }).then(
        (frame) => write(listener.asked, frame),
        () => {},
      )
    }
  }
  async function tellTyping(given: SealedSignal): Promise<void> {
    const signal = services.typedText.open({ ...given, kind: 'typing' })
    await tellDesk(signal)
    if (signal.operatorId === null) return
    for (const visitor of visitors.get(signal.workspaceId) ?? []) {
      if (visitor.threadId === signal.sight.threadId) await visitor.send({ cursor: 0, reset: false, typing: signal.on })
    }
  }
  async function tellOnline(workspaceId: string, onlyNews = false): Promise<void> {
    const known = new Map<string, boolean | undefined>()
    for (const visitor of visitors.get(workspaceId) ?? []) {
      const { channelId } = visitor.actor
      if (!known.has(channelId))
        known.set(channelId, await services.works.read(visitor.actor, (work) => isOnline(work, channelId)).catch(() => undefined))
      const online = known.get(channelId)
      const isNews = visitor.online !== online
      if (online === undefined || (onlyNews && !isNews)) continue
      visitor.online = online
      await visitor.send({ cursor: 0, reset: false, online })
    }
  }

  function shapeOf(document: DocumentNode) {
    const present = shapes.get(document)
    if (present) return present
    const shape = { text: print(document), shareable: isShareable(schemas.api, document) }
    shapes.set(document, shape)
    return shape
  }

  async function operatorFeed(context: ApiAsker, asked: Asked): Promise<EndFeed> {
    let actor = context.actor
    if (!actor || !context.account || !context.workspaceSlug) throw new Error('a feed needs an operator')
    const { userId } = context.account
    const slug = context.workspaceSlug
    const shape = shapeOf(asked.document)
    const shared = shape.shareable
    const { workspaceId } = actor
    // Where each begins is his own; all else that was asked with variables decides what a frame holds.
    const given = JSON.stringify({ ...asked.variables, after: undefined })
    const renderFor = (row: FrameRow, loaders = createLoaders(services.works, workspaceId), anyhow = false) =>
      renderFrame(services, schemas.api, asked, row, { ...context, actor, loaders }, anyhow)
    const keyOf = (now: OperatorActor) =>
      intern(
        shared
          ? `${now.role} ${now.supervisedIds ? 'limited' : ''} ${context.language} ${given} ${shape.text}`
          : `${now.operatorId} ${randomUUID()}`,
      )
    let key = keyOf(actor)
    let begun = 0
    let ended = 0
    const listener: Listener = { actor, key: '', asked, cursor: 0, render: (row) => renderFor(row) }
    const follower: Follower = {
      workspaceId,
      get key() {
        return key
      },
      verdict: (event) => (actor ? verdictOf(actor, event) : 'none'),
      render: (event, verdict, batch, anyhow) =>
        renderFor(
          { cursor: event.seq, reset: false, event: { ...event, gone: verdict === 'gone' } },
          loadersFor(services, workspaceId, batch),
          anyhow,
        ),
      refresh: async () => {
        const turn = ++begun
        const next = await services.accounts.members.operatorActor(userId, slug, context.language)
        // Two looks may end in another order than they began; the later one knows better.
        if (turn < ended) return
        ended = turn
        const changed = actor !== null && next !== null && !seesTheSame(actor, next)
        actor = next
        if (!next) return asked.socket.close(4403, 'Forbidden')
        listener.actor = next
        if (!changed) return
        key = keyOf(next)
        write(asked, await renderFor({ cursor: listener.cursor, reset: true }))
      },
      send: (frame, cursor) => {
        listener.cursor = cursor
        write(asked, frame)
        return flows(asked.socket, () => subscription?.resume())
      },
    }
    let subscription: Subscription | undefined
    subscription = await services.feed.follow(follower, numberOf(asked.variables, asked.document), async (cursor, reset) => {
      listener.cursor = cursor
      write(asked, await renderFor({ cursor, reset }))
    })
    add(operators, workspaceId, listener)
    const offForgotten = services.accounts.members.onForgotten((id) => {
      if (id === workspaceId) follower.refresh().catch(() => {})
    })
    const end = () => {
      offForgotten()
      remove(operators, workspaceId, listener)
      subscription?.close()
    }
    // Nobody listened yet when rights changed while the feed began.
    await follower.refresh().catch((error) => {
      end()
      throw error
    })
    return end
  }

  async function visitorFeed(context: VisitorAsker, asked: Asked): Promise<EndFeed> {
    const actor = context.actor
    if (!actor) throw new Error('a feed needs a visitor')
    const threadId = (await services.works.read(actor, threadOf))?.id
    if (threadId === undefined) throw new Error('a visitor has a thread')
    visitorFeeds += 1
    const key = `visitor ${visitorFeeds}`
    const render = (row: VisitorFrameRow, loaders = createLoaders(services.works, actor.workspaceId), anyhow = false) =>
      renderFrame(services, schemas.visitor, asked, row, { ...context, loaders }, anyhow)
    let subscription: Subscription | undefined
    // What is never stored may be lost.
    const tell = (row: VisitorFrameRow): Promise<void> =>
      render(row).then(
        (frame) => write(asked, frame),
        () => {},
      )
    const listener: VisitorListener = { actor, threadId, send: newestOnly(asked.socket, tell) }
    subscription = await services.feed.follow(
      {
        workspaceId: actor.workspaceId,
        key,
        threadId,
        verdict: (event) => {
          if (event.sight?.threadId === threadId) return concernsVisitor(event) ? 'shown' : 'none'
          return threadsOf(event).includes(threadId) ? 'gone' : 'none'
        },
        render: async (event, verdict, batch, anyhow) => {
          // What he sees was said by somebody else: he loads anew.
          if (verdict === 'gone') return render({ cursor: event.seq, reset: true })
          const loaders = loadersFor(services, actor.workspaceId, batch)
          return render({ cursor: event.seq, reset: false, ...(await visitorRow(event, loaders)) }, loaders, anyhow)
        },
        refresh: async () => {},
        send: (frame) => {
          write(asked, frame)
          return flows(asked.socket, () => subscription?.resume())
        },
      },
      numberOf(asked.variables, asked.document),
      async (cursor, reset) => write(asked, await render({ cursor, reset })),
    )
    add(visitors, actor.workspaceId, listener)
    await services.works.work(actor, (work) => seeVisitors(work, [actor.identityId])).catch(() => {})
    return () => {
      remove(visitors, actor.workspaceId, listener)
      subscription?.close()
    }
  }

  const offQueues = tellQueues(services, (workspaceId) => visitors.get(workspaceId) ?? [])

  const close = () => {
    clearInterval(beat)
    offQueues()
    offSignals()
    offForgotten()
  }
  return { operatorFeed, visitorFeed, close }
}

/** Shown where the chat may be seen now; gone where it could be seen before and no longer can. */
export function verdictOf(actor: OperatorActor, event: FeedEvent): 'shown' | 'gone' | 'none' {
  if (event.data?.forOperatorId) return event.data.forOperatorId === actor.operatorId ? 'shown' : 'none'
  if (event.chatId === null) return 'shown'
  if (event.sight && sees(actor, event.sight)) return !event.data?.audience || hears(actor, event.data.audience) ? 'shown' : 'none'
  return event.data?.before && sees(actor, event.data.before) ? 'gone' : 'none'
}

/** Whoever gained or lost groups or a role sees other chats than before: he is told to load anew. */
const seesTheSame = (before: OperatorActor, now: OperatorActor): boolean =>
  before.role === now.role && sameIds(before.groupIds, now.groupIds) && sameIds(before.supervisedIds, now.supervisedIds)
const sameIds = (one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): boolean =>
  one === other || (one !== null && other !== null && one.size === other.size && [...one].every((id) => other.has(id)))

/** What colleagues do among themselves is not told to a customer. Internal comments are not among them, whatever is added to the words. */
const ofTheDesk: ReadonlySet<FeedEvent['type']> = new Set([
  'message.delivery',
  'chat.tagged',
  'chat.joined',
  'chat.snoozed',
  'chat.woken',
  'chat.calmed',
  'chat.missed',
  'chat.visited',
  'chat.form',
])
const concernsVisitor = (event: FeedEvent): boolean => /^(chat|message|file)\./.test(event.type) && !ofTheDesk.has(event.type)

/** Keys are compared for every follower and event: long texts are given a short name once. */
const names = new Map<string, string>()
function intern(text: string): string {
  const present = names.get(text)
  if (present) return present
  if (names.size >= 10_000) names.clear()
  const name = randomUUID()
  names.set(text, name)
  return name
}

/** What an event tells a visitor of. */
async function visitorRow(event: FeedEvent, loaders: Loaders): Promise<Partial<VisitorFrameRow>> {
  // Another browser of his brought along what was said there: he loads anew.
  if (event.type === 'chat.identified') return { chat: true, reset: true }
  if (event.type.startsWith('chat.') && event.type !== 'chat.read') return { chat: true }
  if (event.type === 'file.changed') return { messageId: (await loaders.file.load(event.subjectId ?? ''))?.messageId ?? undefined }
  return { messageId: event.subjectId ?? undefined }
}

/** Events of one batch share their look-ups, and see each thing as it is after the last of them. */
const loadersOf = new WeakMap<Batch, Loaders>()
function loadersFor(services: Services, workspaceId: string, batch: Batch): Loaders {
  const loaders = loadersOf.get(batch) ?? createLoaders(services.works, workspaceId, batch)
  loadersOf.set(batch, loaders)
  return loaders
}

/** Rejects when something in the frame could not be read; `anyhow` makes a frame that says so. */
export async function renderFrame(
  services: Services,
  schema: GraphQLSchema,
  asked: Asked,
  rootValue: unknown,
  contextValue: unknown,
  anyhow: boolean,
): Promise<string> {
  const result = await execute({ schema, document: asked.document, variableValues: asked.variables, rootValue, contextValue })
  if (!result.errors) return JSON.stringify(result)
  const error = result.errors[0]?.originalError ?? result.errors[0]
  if (!anyhow) throw error
  services.log.error({ err: error }, 'a frame of the feed could not be made')
  return JSON.stringify({ data: result.data ?? null, errors: [{ message: 'A part of this event could not be read. Load it anew.' }] })
}

export function write({ id, socket }: Asked, payload: string): void {
  if (socket.readyState === socket.OPEN) socket.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${payload}}`)
}

/** True while the client keeps up; else calls `resume` once it has read what waits. */
function flows(socket: WebSocket, resume: () => void): boolean {
  if (keepsUp(socket)) return true
  whenRead(socket, resume)
  return false
}

/** Of what is beside the log, whoever does not read is told the newest of each kind once he has read: the place he has by then, not each before it. */
function newestOnly(socket: WebSocket, tell: (row: VisitorFrameRow) => Promise<void>): (row: VisitorFrameRow) => Promise<void> {
  let waiting: Map<string, VisitorFrameRow> | undefined
  return async (row) => {
    if (keepsUp(socket) && !waiting) return tell(row)
    if (!waiting) {
      waiting = new Map()
      whenRead(socket, () => {
        const rows = waiting?.values() ?? []
        waiting = undefined
        for (const each of rows) void tell(each)
      })
    }
    const { cursor: _, reset: __, ...what } = row
    waiting.set(Object.keys(what).join(), row)
  }
}

/** The argument `after`, given as a variable or in the document. */
function numberOf(variables: Record<string, unknown>, document: DocumentNode): number | undefined {
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition')
  const field = operation?.selectionSet.selections.find((selection) => selection.kind === 'Field')
  const value = field?.arguments?.find((argument) => argument.name.value === 'after')?.value
  const given = value?.kind === 'Variable' ? variables[value.name.value] : value?.kind === 'IntValue' ? Number(value.value) : undefined
  return typeof given === 'number' && Number.isInteger(given) && given >= 0 ? given : undefined
}

function add<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  map.set(key, (map.get(key) ?? new Set<T>()).add(value))
}
function remove<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const set = map.get(key)
  set?.delete(value)
  if (set?.size === 0) map.delete(key)
}
