import { isIP } from 'node:net'
import { limits, requestFieldKinds } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { customers, identities } from '../../db/tables/customer.ts'
import type { files } from '../../db/tables/file.ts'
import type { MessageReaction } from '../../db/tables/message.ts'
import type { RequestField as RequestFieldRow } from '../../db/tables/request.ts'
import { countIfBlocked, countStranger } from '../../domain/block.ts'
import { buttonsOf } from '../../domain/button.ts'
import { workspaceOfKey } from '../../domain/channel.ts'
import type { Chat as ChatRow } from '../../domain/chat.ts'
import { idOf } from '../../domain/ids.ts'
import { listThread } from '../../domain/lists.ts'
import { accentOf } from '../../domain/look-face.ts'
import { returnByMail } from '../../domain/mail.ts'
import type { Message as MessageRow } from '../../domain/message.ts'
import { avatarPath } from '../../domain/profile.ts'
import { usualWaitOf, type Waiting } from '../../domain/queue-wait.ts'
import { leaveRequest } from '../../domain/request.ts'
import { getRequestSettings, type RequestSettings } from '../../domain/request-settings.ts'
import { hoursOf } from '../../domain/schedule.ts'
import { sightOf } from '../../domain/sight.ts'
import {
  acknowledge,
  findVisitorChat,
  isBlocked,
  isOnline,
  placeInQueue,
  sendAsVisitor,
  startVisitor,
  welcomeBack,
} from '../../domain/visitor.ts'
import { previewsTyping, usualFields } from '../../domain/visitor-field.ts'
import { maxFileBytes } from '../../domain/visitor-file.ts'
import { holdToken } from '../../domain/visitor-token.ts'
import { findWebsite } from '../../domain/website.ts'
import { welcome } from '../../domain/welcome.ts'
import { HubError, notFound } from '../../errors.ts'
import { systemOf, type VisitorActor } from '../../work.ts'
import { asks, visitorBuilder as builder, visitorOf } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import type { VisitorContext } from '../context.ts'
import { lookOfSite } from './site-look.ts'

export interface SiteRow {
  workspaceId: string
  channelId: string
  name: string
  language: string
  options: Record<string, unknown>
}
export interface VisitorFrameRow {
  cursor: number
  reset: boolean
  messageId?: string
  chat?: boolean
  queue?: Waiting
  typing?: boolean
  online?: boolean
}

export const limitEnum = <T extends string>(name: string, list: readonly T[]) =>
  builder.enumType(name, { values: Object.fromEntries(list.map((value) => [value, { value }])) as Record<T, { value: T }> })
const Author = limitEnum('VisitorMessageAuthor', ['you', 'operator', 'system'])
const Delivery = limitEnum('Delivery', ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown'])
const MediaKind = limitEnum('MediaKind', ['image', 'video', 'audio', 'voice', 'sticker', 'file'])
const ChatState = limitEnum('VisitorChatState', ['queued', 'serving', 'closed'])

const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null)
/** Words an admin wrote in several languages: in the visitor's, else in the company's. */
const wordsIn = (value: unknown, ...order: string[]): string | null => {
  const words = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  return order.map((language) => text(words[language])).find((found) => found !== null) ?? null
}

const RequestFieldKind = limitEnum('RequestFieldKind', requestFieldKinds)
const RequestField = builder.objectRef<RequestFieldRow>('RequestField').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    label: t.exposeString('label'),
    kind: t.field({ type: RequestFieldKind, resolve: (field) => field.kind }),
    options: t.exposeStringList('options', { description: 'Of a choice.' }),
    required: t.exposeBoolean('required'),
  }),
})

/** Read once for all fields of an answer. */
const requestSettings = new WeakMap<SiteRow, Promise<RequestSettings>>()
function requestSettingsOf(site: SiteRow, { services }: VisitorContext): Promise<RequestSettings> {
  const read = requestSettings.get(site) ?? services.works.read(systemOf(site.workspaceId), getRequestSettings)
  requestSettings.set(site, read)
  return read
}

export const Site = builder.objectRef<SiteRow>('Site').implement({
  description: "A website channel's public face.",
  fields: (t) => ({
    name: t.exposeString('name'),
    online: t.boolean({
      description: 'Somebody is there to answer.',
      resolve: (site, _, { services }) => services.works.read(systemOf(site.workspaceId), (work) => isOnline(work, site.channelId)),
    }),
    language: t.exposeString('language'),
    accent: t.string({
      description: 'A colour, #rrggbb.',
      resolve: async (site, _, context) => accentOf((await lookOfSite(site, context)).look, site.options.accent),
    }),
    greeting: t.string({ nullable: true, resolve: (site, _, { language }) => wordsIn(site.options.greeting, language, site.language) }),
    offlineText: t.string({
      nullable: true,
      description: 'What the company says while nobody is there.',
      resolve: (site, _, { language }) => wordsIn(site.options.offlineText, language, site.language),
    }),
    opensAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its working hours begin; null while they hold, and where nobody knows.',
      resolve: (site, _, { services }) =>
        services.works.read(systemOf(site.workspaceId), async (work) => {
          const { open, changesAt } = await hoursOf(work, site.channelId)
          return open ? null : changesAt
        }),
    }),
    requestCategories: t.stringList({
      description: 'What a request may be about.',
      resolve: async (site, _, context) => (await requestSettingsOf(site, context)).categories,
    }),
    takesRequests: t.boolean({
      description: 'While nobody is there visitors leave requests here; else they write all the same, and find the answer later.',
      resolve: async (site, _, context) => (await requestSettingsOf(site, context)).away,
    }),
    requestFields: t.field({
      type: [RequestField],
      complexity: 3,
      description: 'What a request is asked beside subject, category and message.',
      resolve: async (site, _, context) => (await requestSettingsOf(site, context)).fields,
    }),
    previewsTyping: t.boolean({
      description: 'Operators see what is typed before it is sent; tell so.',
      resolve: (site) => site.options.previewsTyping === true,
    }),
    maxFileBytes: t.int({ resolve: (site) => maxFileBytes(site.options) }),
  }),
})

const VisitorFile = builder.objectRef<typeof files.$inferSelect>('VisitorFile').implement({
  fields: (t) => {
    const link = (file: typeof files.$inferSelect, variant: 'original' | 'thumbnail', { actor, services }: VisitorContext) =>
      actor && file.state === 'stored' && (variant === 'original' || file.thumbnailKey)
        ? services.fileLink({ workspace: file.workspaceId, file: file.id, variant, viewer: `visitor:${actor.identityId}` })
        : null
    return {
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      mime: t.exposeString('mime'),
      size: t.exposeInt('size'),
      kind: t.field({ type: MediaKind, resolve: (file) => file.kind }),
      width: t.exposeInt('width', { nullable: true }),
      height: t.exposeInt('height', { nullable: true }),
      url: t.string({
        nullable: true,
        description: 'For you alone, good for five minutes.',
        resolve: (file, _, context) => link(file, 'original', context),
      }),
      thumbnailUrl: t.string({ nullable: true, resolve: (file, _, context) => link(file, 'thumbnail', context) }),
    }
  },
})

const VisitorReaction = builder.objectRef<MessageReaction>('VisitorReaction').implement({
  fields: (t) => ({ emoji: t.exposeString('emoji'), by: t.exposeString('by', { description: "The operator's name." }) }),
})

const VisitorButton = builder.objectRef<{ label: string; chosen: boolean }>('VisitorButton').implement({
  fields: (t) => ({ label: t.exposeString('label'), chosen: t.exposeBoolean('chosen', { description: 'You answered with it.' }) }),
})

export const VisitorMessage = builder.objectRef<MessageRow>('VisitorMessage')
VisitorMessage.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    clientId: t.string({
      nullable: true,
      description: 'Of your own messages.',
      resolve: (message) => (message.direction === 'in' ? message.clientId : null),
    }),
    author: t.field({
      type: Author,
      resolve: (message) =>
        message.direction === 'in' ? ('you' as const) : message.authorKind === 'system' ? ('system' as const) : ('operator' as const),
    }),
    authorName: t.string({
      nullable: true,
      resolve: async (message, _, { loaders }) =>
        message.authorKind === 'operator' && message.authorId ? ((await loaders.operator.load(message.authorId))?.name ?? null) : null,
    }),
    authorAvatarUrl: t.string({
      nullable: true,
      description: "The operator's picture.",
      resolve: async (message, _, { loaders }) => {
        const operator = message.authorKind === 'operator' && message.authorId ? await loaders.operator.load(message.authorId) : null
        return operator && avatarPath(operator)
      },
    }),
    text: t.exposeString('text', { nullable: true }),
    files: t.field({
      type: [VisitorFile],
      complexity: 3,
      resolve: (message, _, { loaders }) => (message.removedAt ? [] : loaders.filesOf.load(message.id)),
    }),
    at: t.expose('at', { type: 'DateTime' }),
    replyTo: t.field({
      type: VisitorMessage,
      nullable: true,
      complexity: 2,
      description: 'What it quotes.',
      resolve: (message, _, { loaders }) => (message.replyToId ? loaders.message.load(message.replyToId) : null),
    }),
    buttons: t.field({
      type: [VisitorButton],
      complexity: { field: 0, multiplier: 0 },
      description: 'Below the text. Send its label with the message as `replyToId` to press one.',
      resolve: (message) => buttonsOf(message),
    }),
    reactions: t.field({ type: [VisitorReaction], complexity: 1, resolve: (message) => message.extra?.reactions ?? [] }),
    removed: t.boolean({ resolve: (message) => message.removedAt !== null }),
    edited: t.boolean({ resolve: (message) => message.editedAt !== null }),
    delivery: t.field({
      type: Delivery,
      nullable: true,
      description: 'Of your own messages: sent, read.',
      resolve: (message) => (message.direction === 'in' ? message.delivery : null),
    }),
  }),
})

const PageInfo = builder.objectRef<Page<unknown>['pageInfo']>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
})
const VisitorMessageEdge = builder.objectRef<{ node: MessageRow; cursor: string }>('VisitorMessageEdge').implement({
  fields: (t) => ({ node: t.field({ type: VisitorMessage, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const VisitorMessageConnection = builder.objectRef<Page<MessageRow>>('VisitorMessageConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [VisitorMessageEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

export const VisitorChat = builder.objectRef<ChatRow>('VisitorChat').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.field({ type: ChatState, resolve: (chat) => chat.state }),
    operatorName: t.string({
      nullable: true,
      description: 'Who serves you.',
      resolve: async (chat, _, { loaders }) =>
        chat.operatorId && chat.state === 'serving' ? ((await loaders.operator.load(chat.operatorId))?.name ?? null) : null,
    }),
    operatorAvatarUrl: t.string({
      nullable: true,
      resolve: async (chat, _, { loaders }) => {
        const operator = chat.operatorId && chat.state === 'serving' ? await loaders.operator.load(chat.operatorId) : null
        return operator && avatarPath(operator)
      },
    }),
    place: t.int({
      nullable: true,
      description: 'Your place in the queue from 1; null when not queued.',
      resolve: (chat, _, context) => context.services.works.read(visitorOf(context), (work) => placeInQueue(work, chat)),
    }),
    usualWait: t.int({
      nullable: true,
      description: 'How long others waited of late for the first answer, in seconds; null where too few did to say, or when not queued.',
      resolve: (chat, _, context) =>
        chat.state === 'queued' ? context.services.works.read(visitorOf(context), (work) => usualWaitOf(work, chat.groupId)) : null,
    }),
    unread: t.int({
      description: 'Messages for you that you have not seen.',
      resolve: (chat, _, context) =>
        context.services.works.read(visitorOf(context), async (work) => {
          const [row] = await work.sql<
            { count: number }[]
          >`select count(*)::int as count from messages where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and direction = 'out' and delivery in ('sent', 'delivered')`
          return row?.count ?? 0
        }),
    }),
    messages: t.field({
      type: VisitorMessageConnection,
      description: 'Oldest first, back over all your chats on this website; ask `last` and `before` for the end.',
      args: { last: t.arg.int(), before: t.arg.string() },
      complexity: ({ last }) => ({ field: 1, multiplier: last ?? 50 }),
      resolve: (chat, { last, before }, context) =>
        context.services.works.read(visitorOf(context), async (work) => {
          const size = sizeOf(last, 'last')
          const [beforeId] = before ? fromCursor(before, ['text'], 'before') : []
          const rows = await listThread(work, chat.threadId, { limit: size + 1, beforeId: beforeId && idOf(beforeId) })
          return pageOf(rows, size, { cursor: (row) => toCursor(row.id), node: (row) => row, backward: true, within: before != null })
        }),
    }),
  }),
})

export const Visitor = builder.objectRef<VisitorActor>('Visitor').implement({
  fields: (t) => ({
    id: t.id({ resolve: (actor) => actor.identityId }),
    name: t.string({ nullable: true, resolve: async (actor, _, context) => (await profileOf(context, actor))?.name ?? null }),
    email: t.string({ nullable: true, resolve: async (actor, _, context) => (await profileOf(context, actor))?.email ?? null }),
    chat: t.field({
      type: VisitorChat,
      nullable: true,
      description: 'The open one, else the newest; null before the first message.',
      resolve: (actor, _, { services }) => services.works.read(actor, findVisitorChat),
    }),
  }),
})

const profileOf = (context: VisitorContext, actor: VisitorActor) =>
  context.services.works.read(actor, async (work) => {
    const [row] = await work.db
      .select({ name: identities.name, email: identities.email, current: customers.name })
      .from(identities)
      .innerJoin(customers, and(eq(customers.workspaceId, identities.workspaceId), eq(customers.id, identities.customerId)))
      .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, actor.identityId)))
    return row && { name: row.name, email: row.email }
  })

/** The website a public key names, unless it is paused. */
export async function findSite(context: Pick<VisitorContext, 'services'>, key: string): Promise<SiteRow | null> {
  const workspaceId = workspaceOfKey(key)
  if (!workspaceId) return null
  return context.services.works.read(systemOf(workspaceId), async (work) => {
    const row = await findWebsite(work, key)
    return row
      ? {
          workspaceId,
          channelId: row.channel.id,
          name: text(row.channel.options.name) ?? row.channel.name,
          language: row.language,
          options: row.channel.options,
        }
      : null
  })
}

/** Who asks, where he is known on this website. One whose token has ended is no stranger: he asks again as who he is by now. */
export function knownOn({ actor, tokenHash }: VisitorContext, site: SiteRow): VisitorActor | null {
  if (!actor && tokenHash) throw new HubError('signed_out')
  return actor?.channelId === site.channelId ? actor : null
}

/** Null where the caller's address is not known. */
export const addressOf = ({ address }: VisitorContext): string | null => (isIP(address) ? address : null)

builder.queryFields((t) => ({
  site: t.field({
    ...asks('anyone'),
    type: Site,
    nullable: true,
    args: { key: t.arg.string({ required: true }) },
    resolve: (_, { key }, context) => findSite(context, key),
  }),
  visitor: t.field({
    ...asks('anyone'),
    type: Visitor,
    nullable: true,
    description: 'Null when the token is not, or no longer, good.',
    resolve: (_, _args, { actor }) => actor,
  }),
}))

export const VisitorValueInput = builder.inputType('VisitorValueInput', {
  fields: (t) => ({
    field: t.string({ required: true, description: '`name`, `email`, `phone`, the id or the key of one of the company’s own.' }),
    values: t.stringList({ required: true, description: 'None: nothing. A date is 2026-01-31, yes or no is `yes` or `no`.' }),
  }),
})
const StartVisitorInput = builder.inputType('StartVisitorInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    name: t.string(),
    email: t.string(),
    values: t.field({ type: [VisitorValueInput], description: 'What is asked, name and e-mail among it; what is not asked is not kept.' }),
    pageUrl: t.string(),
    pageTitle: t.string(),
    language: t.string(),
  }),
})
const VisitorMessageInput = builder.inputType('VisitorMessageInput', {
  fields: (t) => ({
    clientId: t.string({ required: true }),
    text: t.string(),
    fileIds: t.idList(),
    replyToId: t.id({ description: 'A message of your own chats that this one answers.' }),
    pageUrl: t.string(),
    pageTitle: t.string(),
  }),
})
export const StartVisitorSuccess = builder.objectRef<{ token: string; actor: VisitorActor }>('StartVisitorSuccess').implement({
  fields: (t) => ({
    token: t.exposeString('token', { description: 'Shown this once; keep it in the browser.' }),
    visitor: t.field({ type: Visitor, resolve: (result) => result.actor }),
  }),
})

const RequestAnswerInput = builder.inputType('RequestAnswerInput', {
  fields: (t) => ({ fieldId: t.id({ required: true }), value: t.string({ required: true }) }),
})
const RequestFormInput = builder.inputType('RequestFormInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    clientId: t.string({ required: true }),
    name: t.string(),
    email: t.string(),
    title: t.string({ required: true }),
    text: t.string({ required: true }),
    category: t.string({ description: 'One of those of the site.' }),
    answers: t.field({ type: [RequestAnswerInput], description: 'Of the fields of the site.' }),
    pageUrl: t.string(),
  }),
})
const LeaveRequestSuccess = builder
  .objectRef<{ token: string | null; number: number; actor: VisitorActor }>('LeaveRequestSuccess')
  .implement({
    fields: (t) => ({
      token: t.exposeString('token', { nullable: true, description: 'Of whoever had none; shown this once, keep it in the browser.' }),
      number: t.exposeInt('number'),
      visitor: t.field({ type: Visitor, resolve: (result) => result.actor }),
    }),
  })
export const actorOf = (
  site: { workspaceId: string; channelId: string },
  identityId: string,
  { language }: Pick<VisitorContext, 'language'>,
): VisitorActor => ({ kind: 'visitor', workspaceId: site.workspaceId, channelId: site.channelId, identityId, tokenHash: null, language })

builder.mutationFields((t) => ({
  startVisitor: t.field({
    ...asks('anyone'),
    type: StartVisitorSuccess,
    errors: {},
    args: { input: t.arg({ type: StartVisitorInput, required: true }) },
    description: 'The pre-chat form.',
    resolve: async (_, { input }, context) => {
      const site = await findSite(context, input.key)
      if (!site) throw notFound()
      context.limits.take(`start ${context.address}`)
      const address = addressOf(context)
      const started = await context.services.works.work(systemOf(site.workspaceId), async (work) =>
        (await countStranger(work, address)) ? null : startVisitor(work, site.channelId, input, address),
      )
      if (!started) throw new HubError('not_accepted')
      return {
        token: started.token,
        actor: actorOf(site, started.identityId, context),
      }
    },
  }),
  leaveRequest: t.field({
    ...asks('anyone'),
    type: LeaveRequestSuccess,
    errors: {},
    args: { input: t.arg({ type: RequestFormInput, required: true }) },
    description:
      'What is left while nobody is there. Whoever shows no token gives name and e-mail and is given one. The same client id with the same token answers with the same request.',
    resolve: async (_, { input }, context) => {
      const site = await findSite(context, input.key)
      if (!site) throw notFound()
      const known = knownOn(context, site)
      context.limits.take(known ? `request ${known.identityId}` : `start ${context.address}`)
      const address = addressOf(context)
      const left = await context.services.works.work(known ?? systemOf(site.workspaceId), async (work) => {
        if (known) await holdToken(work, known)
        if (known ? await countIfBlocked(work, known.identityId) : await countStranger(work, address)) return null
        const started = known
          ? { identityId: known.identityId, token: null }
          : await startVisitor(
              work,
              site.channelId,
              { name: input.name ?? '', email: input.email ?? '', language: context.language },
              address,
              usualFields,
            )
        return { ...started, number: (await leaveRequest(work, started.identityId, input)).number }
      })
      if (!left) throw new HubError('not_accepted')
      return { ...left, actor: actorOf(site, left.identityId, context) }
    },
  }),
  comeBack: t.field({
    ...asks('anyone'),
    type: StartVisitorSuccess,
    errors: {},
    args: { token: t.arg.string({ required: true }) },
    description:
      'By the link of a mail: a token of your own for the browser it was opened in. A link lets five browsers in, within two weeks.',
    resolve: async (_, { token }, context) => {
      context.limits.take(`start ${context.address}`)
      const link = token.length <= 400 ? context.services.readReturn(token) : undefined
      if (!link) throw new HubError('link_used')
      const back = await context.services.works.work(systemOf(link.workspaceId), async (work) => {
        if (!(await returnByMail(work, link))) throw new HubError('link_used')
        return welcomeBack(work, link.identityId)
      })
      if (!back) throw notFound()
      return { token: back.token, actor: actorOf({ workspaceId: link.workspaceId, channelId: back.channelId }, link.identityId, context) }
    },
  }),
  sendMessage: t.field({
    ...asks('visitor'),
    type: VisitorMessage,
    errors: { union: { name: 'VisitorSendMessageResult' } },
    args: { input: t.arg({ type: VisitorMessageInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const actor = visitorOf(context)
      context.limits.take(`send ${actor.identityId}`)
      const message = {
        ...input,
        fileIds: input.fileIds?.map(idOf),
        replyToId: input.replyToId == null ? null : idOf(input.replyToId),
      }
      const sent = await context.services.works.work(actor, async (work) => {
        const stored = await sendAsVisitor(work, message, addressOf(context))
        if (stored) await welcome(work, context.services.plan, stored)
        return stored
      })
      if (!sent) throw new HubError('not_accepted')
      return sent
    },
  }),
  acknowledge: t.boolean({
    ...asks('visitor'),
    args: { messageId: t.arg.id({ required: true }), read: t.arg.boolean({ required: true }) },
    description: 'What arrived here, or was seen: everything up to this message.',
    resolve: async (_, { messageId, read }, context) => {
      await context.services.works.work(visitorOf(context), (work) => acknowledge(work, idOf(messageId), read))
      return true
    },
  }),
  joinVisit: t.boolean({
    ...asks('visitor'),
    args: { browser: t.arg.string({ required: true }) },
    description: 'The browser that names itself so to `/widget/status` is yours: operators see who you are. False: it was not seen there.',
    resolve: (_, { browser }, context) => {
      const actor = visitorOf(context)
      context.limits.take(`typing ${actor.identityId}`)
      return context.services.visits.join(actor, browser.slice(0, 64))
    },
  }),
  setTyping: t.boolean({
    ...asks('visitor'),
    args: {
      on: t.arg.boolean({ required: true }),
      text: t.arg.string({
        description: 'What is typed so far, where the site previews it; its last 600 characters are shown and kept nowhere.',
      }),
    },
    resolve: async (_, { on, text: typed }, context) => {
      const actor = visitorOf(context)
      const { works, bus, typedText } = context.services
      context.limits.take(`typing ${actor.identityId}`)
      const { chat, previews } = await works.read(actor, async (work) => ({
        chat: (await isBlocked(work)) ? null : await findVisitorChat(work),
        previews: typed && on ? await previewsTyping(work, actor.channelId) : false,
      }))
      if (!chat || chat.state === 'closed') return false
      const signal = { workspaceId: actor.workspaceId, chatId: chat.id, operatorId: null, on, sight: sightOf(chat) }
      bus.signal('typing', { ...signal, ...(typed && previews && { typed: typedText.seal(signal, typed.slice(-limits.typedText)) }) })
      return true
    },
  }),
}))

const VisitorQueue = builder.objectRef<Waiting>('VisitorQueue').implement({
  description: 'How you stand while you wait.',
  fields: (t) => ({
    place: t.exposeInt('place'),
    usualWait: t.exposeInt('usualWait', { nullable: true, description: 'As of the chat.' }),
  }),
})
const VisitorFrame = builder.objectRef<VisitorFrameRow>('VisitorFrame').implement({
  fields: (t) => ({
    cursor: t.exposeInt('cursor', { description: '0 beside the numbered events: somebody types, is there, or is called otherwise now.' }),
    reset: t.exposeBoolean('reset'),
    message: t.field({
      type: VisitorMessage,
      nullable: true,
      resolve: (frame, _, { loaders }) => (frame.messageId ? loaders.message.load(frame.messageId) : null),
    }),
    chat: t.field({
      type: VisitorChat,
      nullable: true,
      // Made again with every event that tells of it: what is said in the chat is to be asked by a query.
      complexity: { field: 1, multiplier: 30 },
      description: 'When its state changed.',
      resolve: (frame, _, context) => (frame.chat ? context.services.works.read(visitorOf(context), findVisitorChat) : null),
    }),
    queue: t.field({
      type: VisitorQueue,
      nullable: true,
      description: 'The queue in which you wait has moved.',
      resolve: (frame) => frame.queue ?? null,
    }),
    typing: t.boolean({ nullable: true, description: 'An operator types, or stopped.', resolve: (frame) => frame.typing ?? null }),
    online: t.boolean({ nullable: true, description: 'Operators came or went.', resolve: (frame) => frame.online ?? null }),
  }),
})

builder.subscriptionType({
  fields: (t) => ({
    visitorFeed: t.field({
      ...asks('visitor'),
      type: VisitorFrame,
      args: { after: t.arg.int() },
      description: "Everything new in your own chat; `cursor`, `after` and `reset` as in the operators' feed.",
      subscribe: () => {
        throw new Error('the feed is served on WebSocket only')
      },
      resolve: (frame: unknown) => frame as VisitorFrameRow,
    }),
  }),
})
