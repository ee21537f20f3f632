import type { RequestPriority as PriorityWord, RequestSource as SourceWord, RequestState as StateWord } from '@parley/schema/vocabulary'
import { mailStates, requestFieldKinds, requestPriorities, requestSources, requestStates } from '@parley/schema/vocabulary'
import type { RequestAnswer as RequestAnswerRow, RequestField as RequestFieldRow } from '../../db/tables/request.ts'
import { idOf } from '../../domain/ids.ts'
import type { Mail as MailRow } from '../../domain/mail.ts'
import {
  answerRequest,
  countNewRequests,
  findRequest,
  listRequestMessages,
  listRequests,
  type Request as RequestRow,
  turnIntoRequest,
  updateRequest,
} from '../../domain/request.ts'
import { getRequestSettings, type RequestSettings as SettingsRow, updateRequestSettings } from '../../domain/request-settings.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Channel } from './channel.ts'
import { Chat } from './chat.ts'
import { ClosingInput, closingOf } from './closing.ts'
import { Customer } from './customer.ts'
import { Message, must } from './message.ts'
import { Group, Operator } from './operator.ts'
import { PageInfo } from './page.ts'

const wordsOf = <T extends string>(name: string, list: readonly T[]) =>
  builder.enumType(name, { values: Object.fromEntries(list.map((value) => [value, { value }])) as Record<T, { value: T }> })
export const RequestState = wordsOf<StateWord>('RequestState', requestStates)
const RequestPriority = wordsOf<PriorityWord>('RequestPriority', requestPriorities)
const RequestSource = wordsOf<SourceWord>('RequestSource', requestSources)
const MailState = wordsOf('MailState', mailStates)

const few = { field: 1, multiplier: 3 }
const RequestFieldKind = wordsOf('RequestFieldKind', requestFieldKinds)

const RequestAnswer = builder.objectRef<RequestAnswerRow>('RequestAnswer').implement({
  description: 'What a visitor answered in the form, with the label of the field as it was then.',
  fields: (t) => ({ label: t.exposeString('label'), value: t.exposeString('value') }),
})
const RequestField = builder.objectRef<RequestFieldRow>('RequestField').implement({
  description: 'A field of the request form, beside subject, category and message.',
  fields: (t) => ({
    id: t.exposeID('id'),
    label: t.exposeString('label'),
    kind: t.field({ type: RequestFieldKind, resolve: (field) => field.kind }),
    options: t.exposeStringList('options'),
    required: t.exposeBoolean('required'),
  }),
})

export const Mail = builder.objectRef<MailRow>('Mail').implement({
  description: 'A message, or the transcript of a chat, on its way to an e-mail address.',
  fields: (t) => ({
    id: t.exposeID('id'),
    messageId: t.exposeID('messageId', { nullable: true, description: 'The message it carries; null: a transcript of the whole chat.' }),
    to: t.exposeString('to'),
    state: t.field({
      type: MailState,
      description: 'unknown: the line broke while the mail server had it in hand, so it is not sent again.',
      resolve: (mail) => mail.state,
    }),
    failure: t.exposeString('failure', { nullable: true, description: 'What the mail server said.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true }),
  }),
})

const Request = builder.objectRef<RequestRow>('Request')
Request.implement({
  description: 'What a customer left while nobody was there, or what a chat was turned into.',
  fields: (t) => ({
    id: t.exposeID('id'),
    number: t.exposeInt('number'),
    source: t.field({
      type: RequestSource,
      description: 'form: left by a visitor; chat: a chat was turned into it.',
      resolve: (request) => request.source,
    }),
    title: t.exposeString('title'),
    state: t.field({ type: RequestState, resolve: (request) => request.state }),
    priority: t.field({ type: RequestPriority, resolve: (request) => request.priority }),
    category: t.exposeString('category', { nullable: true }),
    type: t.exposeString('type', { nullable: true }),
    group: t.field({
      type: Group,
      nullable: true,
      resolve: (request, _, { loaders }) => (request.groupId ? loaders.group.load(request.groupId) : null),
    }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who works on it.',
      resolve: (request, _, { loaders }) => (request.operatorId ? loaders.operator.load(request.operatorId) : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.field({
      type: Operator,
      nullable: true,
      resolve: (request, _, { loaders }) => (request.createdBy ? loaders.operator.load(request.createdBy) : null),
    }),
    changedAt: t.expose('changedAt', { type: 'DateTime' }),
    answeredAt: t.expose('answeredAt', { type: 'DateTime', nullable: true }),
    answers: t.field({ type: [RequestAnswer], complexity: few, resolve: (request) => request.answers }),
    chatId: t.exposeID('chatId', { description: 'The chat that holds its history; it may be out of your sight.' }),
    customer: t.field({
      type: Customer,
      resolve: async (request, _, { loaders }) =>
        must(await loaders.customer.load(must(await loaders.chat.load(request.chatId)).customerId)),
    }),
    channel: t.field({
      type: Channel,
      resolve: async (request, _, { loaders }) => must(await loaders.channel.load(must(await loaders.chat.load(request.chatId)).channelId)),
    }),
    messages: t.field({
      type: [Message],
      complexity: { field: 5, multiplier: 20 },
      description: 'All that was said, oldest first; the newest five hundred of it.',
      resolve: (request, _, context) => look(context, (work) => listRequestMessages(work, request.chatId)),
    }),
    mails: t.field({
      type: [Mail],
      complexity: few,
      description: 'Answers that went by e-mail as well, oldest first.',
      resolve: async (request, _, { loaders }) => loaders.mailsOfChat.load(request.chatId),
    }),
  }),
})

const RequestEdge = builder.objectRef<{ node: RequestRow; cursor: string }>('RequestEdge').implement({
  fields: (t) => ({ node: t.field({ type: Request, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const RequestConnection = builder.objectRef<Page<RequestRow>>('RequestConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [RequestEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})
const RequestSettings = builder.objectRef<SettingsRow>('RequestSettings').implement({
  description: 'What an admin set for requests. Categories are offered to visitors as well.',
  fields: (t) => ({
    categories: t.exposeStringList('categories'),
    types: t.exposeStringList('types'),
    title: t.exposeString('title', {
      nullable: true,
      description: "Of a chat that is turned into a request; null: the customer's first words.",
    }),
    group: t.field({
      type: Group,
      nullable: true,
      description: "Whose requests are; null: the chat's or the channel's group.",
      resolve: (settings, _, { loaders }) => (settings.groupId ? loaders.group.load(settings.groupId) : null),
    }),
    category: t.exposeString('category', { nullable: true }),
    type: t.exposeString('type', { nullable: true }),
    priority: t.field({ type: RequestPriority, resolve: (settings) => settings.priority }),
    fields: t.field({ type: [RequestField], complexity: few, resolve: (settings) => settings.fields }),
    away: t.exposeBoolean('away', {
      description:
        'While nobody is there visitors leave requests, as they do unless it is set; else they write all the same, and their chats wait.',
    }),
    mails: t.boolean({
      description: 'This hub can send answers by e-mail.',
      resolve: (_, _args, { services }) => services.mailLinks !== null,
    }),
  }),
})

builder.objectField(Chat, 'mails', (t) =>
  t.field({
    type: [Mail],
    complexity: few,
    description: 'Messages that went by e-mail as well, and transcripts, oldest first.',
    resolve: (chat, _, { loaders }) => loaders.mailsOfChat.load(chat.id),
  }),
)

builder.queryFields((t) => ({
  requests: t.field({
    ...asks('request.list'),
    type: RequestConnection,
    description: 'Requests in your sight, what was last changed first. `search`: in titles, numbers and names of customers.',
    args: {
      state: t.arg({ type: RequestState }),
      source: t.arg({ type: RequestSource }),
      mine: t.arg.boolean(),
      groupId: t.arg.id(),
      category: t.arg.string(),
      search: t.arg.string(),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { first, after, groupId, ...filter }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [key = '', id = ''] = after ? fromCursor(after, ['moment', 'text'], 'after') : []
        const rows = await listRequests(work, {
          ...filter,
          groupId: groupId == null ? null : idOf(groupId),
          limit: size + 1,
          ...(after && { after: { key, id: idOf(id) } }),
        })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.key, row.id), node: (row) => row, within: after != null })
      }),
  }),
  request: t.field({
    ...asks('request.work'),
    type: Request,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when it is not in your sight.',
    resolve: (_, { id }, context) => look(context, async (work) => (await findRequest(work, idOf(id))) ?? null),
  }),
  newRequests: t.int({
    ...asks('request.list'),
    description: 'How many in your sight nobody has looked at yet; a thousand at most.',
    resolve: (_, _args, context) => look(context, countNewRequests),
  }),
  requestSettings: t.field({
    ...asks('request.settings'),
    type: RequestSettings,
    resolve: (_, _args, context) => look(context, getRequestSettings),
  }),
}))

const RequestFieldInput = builder.inputType('RequestFieldInput', {
  fields: (t) => ({
    fieldId: t.id({ description: 'Of a field that is there already.' }),
    label: t.string({ required: true }),
    kind: t.field({ type: RequestFieldKind, required: true }),
    options: t.stringList({ description: 'Of a choice, and required there.' }),
    required: t.boolean({ required: true }),
  }),
})
const RequestSettingsInput = builder.inputType('RequestSettingsInput', {
  fields: (t) => ({
    categories: t.stringList({ required: true }),
    types: t.stringList({ required: true }),
    title: t.string(),
    groupId: t.id(),
    category: t.string(),
    type: t.string(),
    priority: t.field({ type: RequestPriority, required: true }),
    fields: t.field({ type: [RequestFieldInput], description: 'All of them, in order; left out, they stay.' }),
    away: t.boolean({ description: 'Left out, it stays.' }),
  }),
})
const RequestInput = builder.inputType('RequestInput', {
  description: 'What is left out is as the admin set it; null takes a value away.',
  fields: (t) => ({
    title: t.string(),
    category: t.string(),
    type: t.string(),
    priority: t.field({ type: RequestPriority }),
    groupId: t.id(),
  }),
})
const RequestChangeInput = builder.inputType('RequestChangeInput', {
  description: 'What is left out stays; null takes a value away.',
  fields: (t) => ({
    title: t.string(),
    state: t.field({ type: RequestState }),
    category: t.string(),
    type: t.string(),
    priority: t.field({ type: RequestPriority }),
    groupId: t.id(),
    operatorId: t.id(),
  }),
})
const AnswerInput = builder.inputType('RequestAnswerInput', {
  fields: (t) => ({
    clientId: t.string({ required: true }),
    text: t.string({ required: true }),
    mail: t.boolean({ required: true, description: "Also to the customer's e-mail." }),
  }),
})
const maybeId = (id: string | null | undefined): string | null | undefined => (id == null ? id : idOf(id))

builder.mutationFields((t) => ({
  turnIntoRequest: t.field({
    ...asks('chat.close'),
    type: Request,
    errors: {},
    description: 'Closes a chat; what is still to be done becomes a request with all of its history.',
    args: {
      chatId: t.arg.id({ required: true }),
      input: t.arg({ type: RequestInput }),
      closing: t.arg({ type: ClosingInput }),
    },
    resolve: (_, { chatId, input, closing }, context) =>
      command(context, (work) =>
        turnIntoRequest(work, context.services.plan, idOf(chatId), { ...input, groupId: maybeId(input?.groupId) }, closingOf(closing)),
      ),
  }),
  updateRequest: t.field({
    ...asks('request.work'),
    type: Request,
    errors: {},
    args: { requestId: t.arg.id({ required: true }), input: t.arg({ type: RequestChangeInput, required: true }) },
    resolve: (_, { requestId, input }, context) =>
      command(context, (work) =>
        updateRequest(work, idOf(requestId), { ...input, groupId: maybeId(input.groupId), operatorId: maybeId(input.operatorId) }),
      ),
  }),
  answerRequest: t.field({
    ...asks('request.work'),
    type: Request,
    errors: {},
    description:
      'Answers in the chat, where the customer finds it on his return, and by e-mail if asked. The same client id answers with the same.',
    args: { requestId: t.arg.id({ required: true }), input: t.arg({ type: AnswerInput, required: true }) },
    resolve: (_, { requestId, input }, context) =>
      command(context, (work) => answerRequest(work, context.services.plan, context.services.mailLinks, idOf(requestId), input)),
  }),
  updateRequestSettings: t.field({
    ...asks('request.manage'),
    type: RequestSettings,
    errors: {},
    args: { input: t.arg({ type: RequestSettingsInput, required: true }) },
    resolve: (_, { input }, context) =>
      command(context, (work) =>
        updateRequestSettings(work, {
          ...input,
          groupId: maybeId(input.groupId),
          fields: input.fields?.map((field) => ({ ...field, fieldId: maybeId(field.fieldId) })),
        }),
      ),
  }),
}))
