import * as words from '@parley/schema/vocabulary'
import { GraphQLError, Kind, type ValueNode } from 'graphql'
import { HubError } from '../../errors.ts'
import { refusalWords } from '../../words/index.ts'
import { builder, visitorBuilder } from '../builder.ts'

const momentOf = (value: unknown): Date => {
  const moment = new Date(String(value))
  if (Number.isNaN(moment.getTime())) throw new GraphQLError('A moment is written like 2026-01-31T12:00:00.000Z.')
  return moment
}
const moment = {
  description: 'A moment, ISO 8601 in UTC with milliseconds.',
  serialize: (value: unknown) => momentOf(value instanceof Date ? value.toISOString() : value).toISOString(),
  parseValue: momentOf,
}
builder.scalarType('DateTime', moment)
visitorBuilder.scalarType('DateTime', moment)

const jsonOf = (node: ValueNode): unknown => {
  if (node.kind === Kind.OBJECT) return Object.fromEntries(node.fields.map((field) => [field.name.value, jsonOf(field.value)]))
  if (node.kind === Kind.LIST) return node.values.map(jsonOf)
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value)
  return node.kind === Kind.NULL || node.kind === Kind.VARIABLE ? null : node.kind === Kind.ENUM ? node.value : node.value
}
/** Options are a few levels deep; what is deeper is meant to exhaust whoever walks it. */
const deepest = 12
function jsonValueOf(value: unknown): unknown {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new GraphQLError(`JSON here is at most ${deepest} levels deep.`)
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return value
}
builder.scalarType('JSON', {
  description: 'Any JSON value, at most 12 levels deep.',
  serialize: (value) => value,
  parseValue: jsonValueOf,
  parseLiteral: (node) => jsonValueOf(jsonOf(node)),
})

/** GraphQL names know neither dots nor hyphens. */
const values = <T extends string>(list: readonly T[]) =>
  Object.fromEntries(list.map((value) => [value.replaceAll(/[.-]/g, '_'), { value }])) as Record<string, { value: T }>
const enumOf = <T extends string>(name: string, list: readonly T[], description: string) =>
  builder.enumType(name, { description, values: values(list) })

export const ChannelKind = enumOf('ChannelKind', words.channelKinds, 'Which network.')
export const Role = enumOf('Role', words.roles, 'What an operator may do.')
export const Presence = enumOf(
  'Presence',
  words.presences,
  'Chosen by the operator, ended by the system when his last console has been gone for a minute.',
)
export const ChatState = enumOf(
  'ChatState',
  words.chatStates,
  '`queued`: nobody holds it. `serving`: an operator does. `closed`: the episode is over.',
)
export const ChatOrder = enumOf('ChatOrder', words.chatOrders, '`closing`: whose reply window ends first stands first.')
export const ChatSection = enumOf(
  'ChatSection',
  words.chatSections,
  'Sections of the desk; `unread`, `waiting` and `open` divide `mine`. `all` is every open chat, for supervisors and admins.',
)
export const AuthorKind = enumOf(
  'AuthorKind',
  words.authorKinds,
  "Who said it: the customer, an operator, the hub, the company's own phone, another app of the platform.",
)
export const Direction = enumOf('Direction', words.directions, 'From the customer, or to him.')
export const Delivery = enumOf(
  'Delivery',
  words.deliveries,
  'Where an outgoing message got to. `unknown`: it may have been sent, a person decides.',
)
export const AttemptOutcome = enumOf(
  'AttemptOutcome',
  words.attemptOutcomes,
  'What an attempt to deliver came to, or what settled it: `echo` of the platform, `confirmed` or `resent` by a person.',
)
export const MessageChangeKind = enumOf('MessageChangeKind', words.messageChangeKinds, 'What may be done to a message that was sent.')
export const MessageChangeState = enumOf(
  'MessageChangeState',
  words.messageChangeStates,
  'Where a change of a message got to; the message becomes what it says once it is `done`.',
)
export const ThreadKind = enumOf(
  'ThreadKind',
  words.threadKinds,
  'With whom a conversation is: one person, a group of the platform, or the readers of a channel.',
)
export const HandOverTarget = enumOf(
  'HandOverTarget',
  words.handOverTargets,
  'Whom a conversation is passed to: the inbox of the platform itself, or the hub, which takes it back.',
)
export const MediaKind = enumOf('MediaKind', words.mediaKinds, 'How a file is to be shown.')
export const VisitState = enumOf(
  'VisitState',
  words.visitStates,
  'Where somebody on a website stands: looks around, waits in a chat, is served, left a few minutes ago.',
)
export const DeviceKind = enumOf('DeviceKind', words.deviceKinds, 'What somebody looks at a website with.')
export const ApproachKind = enumOf('ApproachKind', words.approachKinds, 'How somebody on a website is turned to.')
export const ApproachState = enumOf('ApproachState', words.approachStates, 'What came of it.')
export const ApproachSkip = enumOf('ApproachSkip', words.approachSkips, 'Why somebody was left alone.')
export const VisitColumn = enumOf('VisitColumn', words.visitColumns, 'What the list of visitors can show of each.')
export const FileState = enumOf('FileState', words.fileStates, '`fetching` from the platform, `stored` here, or `gone` for good.')
export const ConnectionState = enumOf('ConnectionState', words.connectionStates, "How a channel's connection to its platform is.")
export const UserAction = enumOf('UserAction', words.userActions, 'What a person can do about a connection that is not well.')
export const ChannelAlarm = enumOf(
  'ChannelAlarm',
  words.channelAlarms,
  'What calls admins to a channel: its connection is broken, nothing came in for unusually long, or its access ends within a week.',
)
export const ActivityType = enumOf('ActivityType', words.activityTypes, 'What happened to a chat.')
export const ReasonCode = enumOf(
  'ReasonCode',
  words.reasonCodes,
  'Why the hub gave a chat to an operator (`known`, `turn`, `only`) or took it back (`silent`, `offline`, `unopened`, `withdrawn`); why a conversation is ours again (`lapsed`: nobody said anything for so long that the platform took it from the other program).',
)
export const CommentAudience = enumOf(
  'CommentAudience',
  words.commentAudiences,
  'Who reads an internal comment: all who see the chat, or its author and its operator alone.',
)
export const EventType = enumOf('EventType', words.eventTypes, 'What an event of the feed tells of.')
export const AlertKind = enumOf(
  'AlertKind',
  words.alertKinds,
  'What calls you: named in a comment, a comment for you alone, a chat given to you, a chat of yours taken over; of admins, a channel that is not well.',
)
export const NoticeKind = enumOf(
  'NoticeKind',
  words.noticeKinds,
  'What you may be called to. `message`: a customer writes in a chat of yours. `queue`: a new chat waits. The others as `AlertKind`.',
)
export const SignalKind = enumOf('SignalKind', words.signalKinds, '`typing`: writes to the customer. `viewing`: has the chat open.')
export const TagColour = enumOf('TagColour', words.tagColours, 'Drawn so that the word on it can be read.')
export const TemplateScope = enumOf(
  'TemplateScope',
  words.templateScopes,
  "Who has a template: everybody, a group, its owner alone (`own`), or everybody by its owner's leave (`shared`).",
)
export const ReportBasis = enumOf('ReportBasis', words.reportBases, 'Which of its days puts a chat into the period of a report.')
export const FilterScope = enumOf(
  'FilterScope',
  words.filterScopes,
  'Who has a saved filter: its owner alone (`own`), a group, or everybody (`all`).',
)
export const SearchKind = enumOf('SearchKind', words.searchKinds, 'What a search finds.')
export const BulkKind = enumOf('BulkKind', words.bulkKinds, 'What is done to many chats; `undo` puts back what another run has done.')
export const BulkState = enumOf('BulkState', words.bulkStates, 'How a run stands.')
export const FieldType = enumOf('FieldType', words.fieldTypes, 'What a field of the attendance form takes.')
export const WakeReason = enumOf('WakeReason', words.wakeReasons, 'Why a chat that was put off is back.')
export const Language = enumOf('Language', words.languages, 'Languages of the console.')

const refusalFields = {
  code: 'Stable, for programs.',
  message: "What was refused and why, in the reader's language.",
  field: 'The input field at fault.',
  remedy: 'What to do about it.',
}
const refusal = "What was refused, why and what to do, in the reader's language."

builder.objectType(HubError, {
  name: 'Refusal',
  description: refusal,
  fields: (t) => ({
    code: t.string({ description: refusalFields.code, resolve: (error) => error.code }),
    message: t.string({
      description: refusalFields.message,
      resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).message,
    }),
    field: t.string({ nullable: true, description: refusalFields.field, resolve: (error) => error.field ?? null }),
    remedy: t.string({
      nullable: true,
      description: refusalFields.remedy,
      resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).remedy,
    }),
  }),
})
visitorBuilder.objectType(HubError, {
  name: 'Refusal',
  description: refusal,
  fields: (t) => ({
    code: t.string({ description: refusalFields.code, resolve: (error) => error.code }),
    message: t.string({
      description: refusalFields.message,
      resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).message,
    }),
    field: t.string({ nullable: true, description: refusalFields.field, resolve: (error) => error.field ?? null }),
    remedy: t.string({
      nullable: true,
      description: refusalFields.remedy,
      resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).remedy,
    }),
  }),
})
