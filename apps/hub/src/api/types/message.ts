import { and, eq, sql } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import type { Reason as ReasonRow } from '../../db/tables/event.ts'
import type { files } from '../../db/tables/file.ts'
import { type MessageReaction, messages } from '../../db/tables/message.ts'
import { buttonsOf } from '../../domain/button.ts'
import { fetchFilesAgain } from '../../domain/fetch-again.ts'
import { idOf } from '../../domain/ids.ts'
import type { Attempt } from '../../domain/ledger.ts'
import type { ActivityRow } from '../../domain/lists.ts'
import { AnsweredMeanwhile, confirmMessage, type Message as MessageRow, resendMessage, sendMessage } from '../../domain/message.ts'
import { mailMissed } from '../../domain/missed.ts'
import { visibleChats } from '../../domain/sight.ts'
import { failureWords, refusalWords } from '../../words/index.ts'
import { asks, builder, command, look } from '../builder.ts'
import type { ApiContext } from '../context.ts'
import { Group, Operator } from './operator.ts'
import { ActivityType, AttemptOutcome, AuthorKind, Delivery, Direction, FileState, MediaKind, ReasonCode, WakeReason } from './scalars.ts'

type FileRow = typeof files.$inferSelect
export const Message = builder.objectRef<MessageRow>('Message')
export const Activity = builder.objectRef<ActivityRow>('Activity')

const linkOf = (file: FileRow, variant: 'original' | 'thumbnail', { actor, services }: ApiContext): string | null =>
  actor && file.state === 'stored' && (variant === 'original' || file.thumbnailKey)
    ? services.fileLink({ workspace: file.workspaceId, file: file.id, variant, viewer: `operator:${actor.operatorId}` })
    : null

export const File = builder.objectRef<FileRow>('File').implement({
  description: 'A file of a message or of an internal comment.',
  fields: (t) => ({
    id: t.exposeID('id'),
    messageId: t.exposeID('messageId', { nullable: true }),
    commentId: t.exposeID('commentId', { nullable: true }),
    name: t.exposeString('name'),
    mime: t.exposeString('mime'),
    size: t.int({ description: 'Bytes.', resolve: (file) => file.size }),
    kind: t.field({ type: MediaKind, resolve: (file) => file.kind }),
    state: t.field({ type: FileState, resolve: (file) => file.state }),
    width: t.exposeInt('width', { nullable: true }),
    height: t.exposeInt('height', { nullable: true }),
    durationMs: t.exposeInt('durationMs', { nullable: true }),
    url: t.string({
      nullable: true,
      description:
        'A link for you alone, good for five minutes; null until the file is stored. In a feed, asking for it costs the shared execution.',
      resolve: (file, _, context) => linkOf(file, 'original', context),
    }),
    thumbnailUrl: t.string({
      nullable: true,
      description: 'Pictures only.',
      resolve: (file, _, context) => linkOf(file, 'thumbnail', context),
    }),
    goneReason: t.exposeString('goneReason', { nullable: true }),
    letter: t.boolean({
      complexity: 0,
      description:
        'No file of its own but the letter as it came, in HTML. `url` with `&as=letter` shows it, for a frame: without scripts and without what lies elsewhere; with `&as=letter-pictures` with pictures from elsewhere.',
      resolve: (file) => file.source?.letter ?? false,
    }),
  }),
})

const Location = builder.objectRef<{ latitude: number; longitude: number; title?: string }>('Location').implement({
  fields: (t) => ({
    latitude: t.exposeFloat('latitude'),
    longitude: t.exposeFloat('longitude'),
    title: t.string({ nullable: true, resolve: (place) => place.title ?? null }),
  }),
})
const SharedContact = builder.objectRef<{ name: string; phones: string[] }>('SharedContact').implement({
  fields: (t) => ({ name: t.exposeString('name'), phones: t.exposeStringList('phones') }),
})
const Referral = builder.objectRef<{ name: string; value: string }>('Referral').implement({
  description: 'Where the customer came from, as the platform has it: the payload of a deep link (`start`), an advertisement.',
  fields: (t) => ({ name: t.exposeString('name'), value: t.exposeString('value') }),
})
const Letter = builder.objectRef<NonNullable<NonNullable<MessageRow['extra']>['letter']>>('Letter').implement({
  description: 'What a letter by e-mail has beside its text.',
  fields: (t) => ({
    subject: t.string({ nullable: true, complexity: 0, resolve: (letter) => letter.subject ?? null }),
    quoted: t.string({
      nullable: true,
      complexity: 0,
      description: 'What its writer quoted below his own words, as plain text.',
      resolve: (letter) => letter.quoted ?? null,
    }),
    automatic: t.boolean({
      complexity: 0,
      description: 'Written by a program, or to many: an absence notice, a mailing list. Nothing answers it by itself.',
      resolve: (letter) => letter.automatic ?? false,
    }),
  }),
})
const Reaction = builder.objectRef<MessageReaction>('Reaction').implement({
  fields: (t) => ({
    by: t.exposeString('by'),
    emoji: t.exposeString('emoji'),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Null: somebody on the platform.',
      resolve: (reaction, _, { loaders }) => (reaction.operatorId ? loaders.operator.load(reaction.operatorId) : null),
    }),
  }),
})
const MessageButton = builder.objectRef<{ label: string; chosen: boolean }>('MessageButton').implement({
  fields: (t) => ({
    label: t.exposeString('label', { complexity: 0 }),
    chosen: t.exposeBoolean('chosen', {
      complexity: 0,
      description: 'The customer pressed it, or answered with its words or its number; the last one he did.',
    }),
  }),
})
export const Failure = builder.objectRef<NonNullable<MessageRow['failure']>>('Failure').implement({
  description: 'Why a message did not get there.',
  fields: (t) => ({
    code: t.exposeString('code'),
    words: t.string({
      description: "In the reader's language.",
      resolve: (failure, _, { language }) => failureWords(failure.code, language),
    }),
    platform: t.string({ nullable: true, description: "The platform's own words.", resolve: (failure) => failure.message || null }),
  }),
})

const DeliveryAttempt = builder.objectRef<Attempt>('DeliveryAttempt').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    part: t.exposeInt('n', { description: 'Which part of the message, from 0.' }),
    outcome: t.field({ type: AttemptOutcome, resolve: (attempt) => attempt.outcome }),
    failure: t.field({ type: Failure, nullable: true, resolve: (attempt) => attempt.failure }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who decided; null: the hub or the platform.',
      resolve: (attempt, _, { loaders }) => (attempt.operatorId ? loaders.operator.load(attempt.operatorId) : null),
    }),
    begunAt: t.expose('begunAt', { type: 'DateTime', nullable: true }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was known what came of it.' }),
  }),
})

const authorOf = async (message: MessageRow, { loaders }: ApiContext): Promise<string | null> => {
  if (message.extra?.author) return message.extra.author.name
  if (!message.authorId) return null
  if (message.authorKind === 'operator') return (await loaders.operator.load(message.authorId))?.name ?? null
  const identity = await loaders.identity.load(message.authorId)
  return identity ? ((await loaders.customer.load(identity.customerId))?.name ?? identity.name) : null
}

Message.implement({
  description: 'Said by or to the customer.',
  fields: (t) => ({
    id: t.exposeID('id'),
    chatId: t.exposeID('chatId'),
    direction: t.field({ type: Direction, resolve: (message) => message.direction }),
    authorKind: t.field({ type: AuthorKind, resolve: (message) => message.authorKind }),
    operator: t.field({
      type: Operator,
      nullable: true,
      resolve: (message, _, { loaders }) =>
        message.authorKind === 'operator' && message.authorId ? loaders.operator.load(message.authorId) : null,
    }),
    authorName: t.string({
      nullable: true,
      description: 'As it is to be shown; in a group of the platform, of the one who wrote.',
      resolve: (message, _, context) => authorOf(message, context),
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: 'Plain text, as the customer has it; null when there is none or it was removed.',
    }),
    files: t.field({
      type: [File],
      complexity: 3,
      resolve: (message, _, { loaders }) => (message.removedAt ? [] : loaders.filesOf.load(message.id)),
    }),
    at: t.expose('at', {
      type: 'DateTime',
      description: "By the hub's clock; messages are shown in this order, those of one moment by `position`.",
    }),
    position: t.exposeFloat('position', { description: 'A late message has the `at` of the one it stands before, and a lower position.' }),
    platformAt: t.expose('platformAt', { type: 'DateTime', nullable: true, description: "The platform's own time." }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true }),
    removedAt: t.expose('removedAt', { type: 'DateTime', nullable: true }),
    late: t.exposeBoolean('late', { description: 'It came in behind later ones and stands where it belongs.' }),
    replyTo: t.field({
      type: Message,
      nullable: true,
      complexity: 2,
      resolve: (message, _, { loaders }) => (message.replyToId ? loaders.message.load(message.replyToId) : null),
    }),
    albumId: t.exposeString('albumId', { nullable: true }),
    unsupported: t.exposeString('unsupported', { nullable: true, description: "The platform's word for content that cannot be shown." }),
    location: t.field({ type: Location, nullable: true, resolve: (message) => message.extra?.location ?? null }),
    contacts: t.field({ type: [SharedContact], resolve: (message) => message.extra?.contacts ?? [] }),
    referral: t.field({
      type: [Referral],
      // Few messages have any, and they stand in the row itself.
      complexity: { field: 0, multiplier: 0 },
      resolve: (message) => Object.entries(message.extra?.referral ?? {}).map(([name, value]) => ({ name, value: String(value) })),
    }),
    letter: t.field({
      type: Letter,
      nullable: true,
      description: 'What a letter has beside its text; null of anything else.',
      // It stands in the row itself.
      complexity: 0,
      resolve: (message) => message.extra?.letter ?? null,
    }),
    buttons: t.field({
      type: [MessageButton],
      // They stand in the row itself.
      complexity: { field: 0, multiplier: 0 },
      description: 'Below the text. A channel that has none such shows them as numbered lines (`capabilities.buttons`).',
      resolve: (message) => buttonsOf(message),
    }),
    reactions: t.field({ type: [Reaction], complexity: { field: 1, multiplier: 3 }, resolve: (message) => message.extra?.reactions ?? [] }),
    delivery: t.field({
      type: Delivery,
      nullable: true,
      description: 'Of outgoing messages.',
      resolve: (message) => (message.direction === 'out' ? message.delivery : null),
    }),
    failure: t.field({ type: Failure, nullable: true, resolve: (message) => message.failure }),
    givenUpAt: t.expose('givenUpAt', { type: 'DateTime', nullable: true, description: 'Somebody decided that it is not sent again.' }),
    signature: t.exposeString('signature', {
      nullable: true,
      description: 'Went out below the text, on a channel that does not show who writes.',
    }),
    attempts: t.field({
      type: [DeliveryAttempt],
      description: 'Of an outgoing message: every attempt to deliver it and what settled it, oldest first. Our own website needs none.',
      complexity: { field: 1, multiplier: 3 },
      resolve: (message, _, { loaders }) => loaders.attemptsOf.load(message.id),
    }),
    clientId: t.exposeString('clientId', { nullable: true, description: "The id the author's client gave it." }),
  }),
})

const Reason = builder.objectRef<ReasonRow>('Reason').implement({
  description: 'Why the hub gave a chat to someone or took it back; a code and the figures of its sentence.',
  fields: (t) => ({
    code: t.field({ type: ReasonCode, resolve: (reason) => reason.code }),
    free: t.int({ nullable: true, description: 'Operators who could have been given it.', resolve: (reason) => reason.free ?? null }),
    load: t.int({ nullable: true, description: 'Chats he then held, this one included …', resolve: (reason) => reason.load ?? null }),
    capacity: t.int({ nullable: true, description: '… of so many at most.', resolve: (reason) => reason.capacity ?? null }),
    minutes: t.int({ nullable: true, description: 'The limit that was passed.', resolve: (reason) => reason.minutes ?? null }),
  }),
})

Activity.implement({
  description: 'Something that happened to the chat, shown in its timeline.',
  fields: (t) => ({
    id: t.exposeID('id'),
    type: t.field({ type: ActivityType, resolve: (activity) => activity.type }),
    at: t.expose('at', { type: 'DateTime' }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Null when the hub or the customer did it.',
      resolve: (activity, _, { loaders }) => (activity.operatorId ? loaders.operator.load(activity.operatorId) : null),
    }),
    comment: t.string({
      nullable: true,
      description: 'What a supervisor said when taking over, or the customer when rating.',
      resolve: (activity) => activity.data?.comment ?? null,
    }),
    score: t.int({
      nullable: true,
      complexity: 0,
      description: "The customer's mark for the chat, from 1 to 5.",
      resolve: (activity) => activity.data?.score ?? null,
    }),
    fromOperator: t.field({
      type: Operator,
      nullable: true,
      description: 'From whom a supervisor took it over.',
      resolve: (activity, _, { loaders }) => (activity.data?.fromOperatorId ? loaders.operator.load(activity.data.fromOperatorId) : null),
    }),
    toOperator: t.field({
      type: Operator,
      nullable: true,
      resolve: (activity, _, { loaders }) => (activity.data?.toOperatorId ? loaders.operator.load(activity.data.toOperatorId) : null),
    }),
    toGroup: t.field({
      type: Group,
      nullable: true,
      resolve: (activity, _, { loaders }) => (activity.data?.toGroupId ? loaders.group.load(activity.data.toGroupId) : null),
    }),
    leaver: t.field({
      type: Operator,
      nullable: true,
      description: 'Who takes part or holds the chat no longer.',
      resolve: (activity, _, { loaders }) => (activity.data?.leaverId ? loaders.operator.load(activity.data.leaverId) : null),
    }),
    reason: t.field({
      type: Reason,
      nullable: true,
      description: 'Why the hub did it; null where a person did.',
      resolve: (activity) => activity.data?.reason ?? null,
    }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Of a chat put off: when it comes back by itself.',
      resolve: (activity) => (activity.data?.until ? new Date(activity.data.until) : null),
    }),
    wakeReason: t.field({ type: WakeReason, nullable: true, resolve: (activity) => activity.data?.wakeReason ?? null }),
    full: t.boolean({
      description: 'Of a closing: nobody but the customer can open it again.',
      resolve: (activity) => activity.data?.full ?? false,
    }),
    continuesIn: t.int({
      nullable: true,
      complexity: 0,
      description: 'Of a visitor who signed in on the website: the number of the chat in which he goes on, where it is another.',
      resolve: (activity) => activity.data?.continuesIn ?? null,
    }),
    byCustomer: t.boolean({
      description: 'Of a reopening: his message did it. Of a closing: he ended it himself.',
      resolve: (activity) => activity.data?.byCustomer ?? false,
    }),
  }),
})

/** A row a foreign key vouches for. */
export function must<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a row that must exist is missing')
  return row
}

builder.queryFields((t) => ({
  message: t.field({
    ...asks('chat.read'),
    type: Message,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when its chat is not yours to see.',
    resolve: (_, { id }, context) =>
      look(context, async (work) => {
        const [row] = await work.db
          .select({ message: messages })
          .from(messages)
          .innerJoin(chats, and(eq(chats.workspaceId, messages.workspaceId), eq(chats.id, messages.chatId)))
          .where(and(eq(messages.workspaceId, work.workspaceId), eq(messages.id, idOf(id)), sql`${visibleChats(work.actor)}`))
        return row?.message ?? null
      }),
  }),
}))

builder.objectType(AnsweredMeanwhile, {
  name: 'AnsweredMeanwhile',
  description: 'Nothing was sent: colleagues wrote to the customer after `seenMessageId`. Send it again with `anyway`, or leave it.',
  fields: (t) => ({
    code: t.string({ description: 'Stable, for programs: `answered_meanwhile`.', resolve: (error) => error.code }),
    message: t.string({
      description: "What happened, in the reader's language.",
      resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).message,
    }),
    remedy: t.string({ nullable: true, resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).remedy }),
    answers: t.field({ type: [Message], description: 'What they wrote, oldest first, at most ten.', resolve: (error) => error.answers }),
  }),
})

const ApprovedValue = builder.inputType('ApprovedValue', {
  fields: (t) => ({ key: t.string({ required: true }), value: t.string({ required: true }) }),
})
const SendMessageInput = builder.inputType('SendMessageInput', {
  fields: (t) => ({
    chatId: t.id({ required: true }),
    clientId: t.string({ required: true, description: 'Made by the client; the same id never makes a second message (kept 7 days).' }),
    text: t.string(),
    fileIds: t.idList(),
    buttons: t.stringList({
      description: 'What is written on buttons below the text, at most 10. Where the channel has none such they go as numbered lines.',
    }),
    replyToId: t.id(),
    seenMessageId: t.id({
      description: 'The last message of the chat its writer has seen. Given, a later one of a colleague answers with `AnsweredMeanwhile`.',
    }),
    anyway: t.boolean({ description: 'Send it though a colleague answered meanwhile.' }),
  }),
})

builder.mutationFields((t) => {
  const messageId = () => ({ messageId: t.arg.id({ required: true }) })
  return {
    sendMessage: t.field({
      ...asks('message.send'),
      type: Message,
      errors: { types: [AnsweredMeanwhile] },
      args: { input: t.arg({ type: SendMessageInput, required: true }) },
      description: 'The first reply to a queued chat takes it.',
      resolve: (_, { input }, context) =>
        command(context, async (work) => {
          const sent = await sendMessage(work, context.services.plan, {
            chatId: idOf(input.chatId),
            clientId: input.clientId,
            text: input.text,
            fileIds: input.fileIds?.map(idOf),
            buttons: input.buttons,
            replyToId: input.replyToId == null ? null : idOf(input.replyToId),
            seenMessageId: input.seenMessageId == null ? null : idOf(input.seenMessageId),
            anyway: input.anyway,
          })
          if (context.services.mailLinks) await mailMissed(work, context.services.mailLinks, sent)
          return sent
        }),
    }),
    sendApprovedText: t.field({
      ...asks('message.send'),
      type: Message,
      errors: {},
      args: {
        chatId: t.arg.id({ required: true }),
        clientId: t.arg.string({ required: true, description: 'As of `sendMessage`.' }),
        name: t.arg.string({ required: true }),
        language: t.arg.string({ required: true }),
        variables: t.arg({ type: [ApprovedValue], required: true, description: 'All of them.' }),
      },
      description: 'Sends one of `approvedTexts`, also when the time for free replies is over.',
      resolve: (_, { chatId, clientId, ...template }, context) =>
        command(context, (work) => sendMessage(work, context.services.plan, { chatId: idOf(chatId), clientId, template })),
    }),
    resendMessage: t.field({
      ...asks('message.settle'),
      type: Message,
      errors: {},
      args: messageId(),
      description: 'Sends a failed or unknown message again, as a new attempt of the same message.',
      resolve: (_, args, context) => command(context, (work) => resendMessage(work, idOf(args.messageId))),
    }),
    confirmMessage: t.field({
      ...asks('message.settle'),
      type: Message,
      errors: {},
      args: messageId(),
      description: 'Tells the hub that an unknown message did arrive.',
      resolve: (_, args, context) => command(context, (work) => confirmMessage(work, idOf(args.messageId))),
    }),
    fetchFilesAgain: t.field({
      ...asks('message.fetchFiles'),
      type: Message,
      errors: {},
      args: messageId(),
      description: 'Tries once more to fetch those of its files from the platform that were given up (`gone`).',
      resolve: (_, args, context) => command(context, (work) => fetchFilesAgain(work, idOf(args.messageId))),
    }),
  }
})
