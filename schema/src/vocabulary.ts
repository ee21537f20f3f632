/** Each list of states, once. Tables, domain, API, stores and screens take their words from here. */

export const channelKinds = ['web', 'telegram', 'whatsapp', 'whatsapp-cloud', 'messenger', 'instagram', 'email', 'partner'] as const
export type ChannelKind = (typeof channelKinds)[number]

export const roles = ['operator', 'supervisor', 'admin'] as const
export type Role = (typeof roles)[number]

/** What an operator chooses; `offline` is also what the system sets when his last console is gone for a minute. */
export const presences = ['online', 'busy', 'offline'] as const
export type Presence = (typeof presences)[number]

/** `queued`: nobody holds it. `serving`: an operator holds it. `closed`: the episode is over. */
export const chatStates = ['queued', 'serving', 'closed'] as const
export type ChatState = (typeof chatStates)[number]

export const directions = ['in', 'out'] as const
export type Direction = (typeof directions)[number]

export const authorKinds = ['customer', 'operator', 'system', 'device', 'app'] as const
/** Who said a message: the customer, an operator, the hub itself, the company's own phone, another app of the platform. */
export type AuthorKind = (typeof authorKinds)[number]

/** Where an outgoing message got to. Only ever moves forward, see {@link deliveryRank}. */
export const deliveries = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown'] as const
export type Delivery = (typeof deliveries)[number]

/**
 * The order of the delivery states: a change is stored only if its rank is higher.
 * `unknown` stands above `sending` and below `sent`, because a late receipt settles it. `failed` stands there too, beside
 * `unknown`: a receipt that proves delivery overrules it, and "send again" starts a new attempt explicitly.
 */
export const deliveryRank: Record<Delivery, number> = { queued: 0, sending: 1, unknown: 2, failed: 2, sent: 3, delivered: 4, read: 5 }

/**
 * What an attempt to deliver came to, as the ledger of a message has it: what the connector answered (`not-sent`: it looked and
 * found that the platform never had it), or what settled it later: the platform's own echo of the message or a receipt for it, a
 * person who saw it there, who had it sent again, or who gave it up.
 */
export const attemptOutcomes = [
  'sent',
  'accepted',
  'retry',
  'failed',
  'unknown',
  'not-sent',
  'echo',
  'receipt',
  'confirmed',
  'resent',
  'given-up',
] as const
export type AttemptOutcome = (typeof attemptOutcomes)[number]

/** What may be done to a message that was sent. */
export const messageChangeKinds = ['edit', 'removal', 'reaction'] as const
export type MessageChangeKind = (typeof messageChangeKinds)[number]

/**
 * Where such a change got to. `queued` waits in the lane of its thread, behind the message; `dropped`: a later one took its
 * place before it went out. The message itself is what the customer has: it becomes what the change says when that is `done`.
 */
export const messageChangeStates = ['queued', 'sending', 'done', 'failed', 'dropped'] as const
export type MessageChangeState = (typeof messageChangeStates)[number]

/** A conversation with one person, of many, or of one to many. */
export const threadKinds = ['direct', 'group', 'broadcast'] as const
export type ThreadKind = (typeof threadKinds)[number]

/** Whom a conversation is passed to: the inbox of the platform itself, or the hub, which takes it back. */
export const handOverTargets = ['inbox', 'hub'] as const
export type HandOverTarget = (typeof handOverTargets)[number]

export const mediaKinds = ['image', 'video', 'audio', 'voice', 'sticker', 'file'] as const
export type MediaKind = (typeof mediaKinds)[number]

/** Whether the bytes of a file are here: `fetching` from the platform, `stored`, or `gone` (the platform no longer has them). */
export const fileStates = ['fetching', 'stored', 'gone'] as const
export type FileState = (typeof fileStates)[number]

export const connectionStates = [
  'stopped',
  'starting',
  'pairing',
  'syncing',
  'connected',
  'degraded',
  'disconnected',
  'logged_out',
  'conflict',
  'failed',
] as const
export type ConnectionState = (typeof connectionStates)[number]

/** What a person can do about a connection that is not well. */
export const userActions = ['none', 'wait', 'relogin', 'reconfigure', 'restart'] as const
export type UserAction = (typeof userActions)[number]

/**
 * What calls admins to a channel: its connection is broken, nothing has come in for unusually long, or the platform's access
 * ends within a week. The first that is true.
 */
export const channelAlarms = ['down', 'quiet', 'expiring'] as const
export type ChannelAlarm = (typeof channelAlarms)[number]

/** Why a platform did not take a message. */
export const failureCodes = [
  'rate_limited',
  'platform_down',
  'network',
  'auth',
  'forbidden_by_peer',
  'no_such_peer',
  'window_closed',
  'content_rejected',
  'too_large',
  'unsupported',
  'not_found',
  'not_allowed',
  'too_old',
  'account_limited',
  'payment',
  'internal',
] as const
export type FailureCode = (typeof failureCodes)[number]

/** Every kind of event of the feed. Those of {@link activityTypes} are also shown in the chat's timeline. */
export const eventTypes = [
  'chat.opened',
  'chat.assigned',
  'chat.taken',
  'chat.transferred',
  'chat.returned',
  'chat.joined',
  'chat.left',
  'chat.closed',
  'chat.reopened',
  'chat.read',
  'chat.tagged',
  'chat.snoozed',
  'chat.woken',
  'chat.calmed',
  'chat.missed',
  'chat.visited',
  'chat.elsewhere',
  'chat.back',
  'chat.asked',
  'chat.identified',
  'chat.parted',
  'chat.rated',
  'chat.form',
  'control.changed',
  'message.received',
  'message.sent',
  'message.changed',
  'message.delivery',
  'comment.added',
  'comment.changed',
  'alert.added',
  'alert.changed',
  'customer.changed',
  'customer.merged',
  'block.changed',
  'note.changed',
  'field.changed',
  'schedule.changed',
  'request.changed',
  'tag.changed',
  'template.changed',
  'library.changed',
  'filter.changed',
  'bulk.changed',
  'form.changed',
  'operator.changed',
  'operator.presence',
  'profile.changed',
  'group.changed',
  'channel.changed',
  'workspace.changed',
  'file.changed',
] as const
export type EventType = (typeof eventTypes)[number]

/** Who reads an internal comment: all who see the chat, or its author and its operator alone. */
export const commentAudiences = ['team', 'operator'] as const
export type CommentAudience = (typeof commentAudiences)[number]

/**
 * What calls an operator: named in a comment, a comment for him alone, a chat given to him, a chat taken from him; of admins,
 * a channel that is not well.
 */
export const alertKinds = ['mention', 'comment', 'transfer', 'takeover', 'channel'] as const
export type AlertKind = (typeof alertKinds)[number]

/** What an operator may be called to, and how: each kind by its own choice. `queue`: a new chat waits for anybody. */
export const noticeKinds = ['message', 'queue', ...alertKinds] as const
export type NoticeKind = (typeof noticeKinds)[number]
/** `visual`: inside the console. `desktop`: by the computer, where the browser was allowed to. */
export const noticeWays = ['sound', 'visual', 'desktop'] as const
export type NoticeWay = (typeof noticeWays)[number]

/** What is told while it lasts and never stored: somebody writes a reply, or has the chat open. */
export const signalKinds = ['typing', 'viewing'] as const
export type SignalKind = (typeof signalKinds)[number]

export const activityTypes = [
  'chat.opened',
  'chat.assigned',
  'chat.taken',
  'chat.transferred',
  'chat.returned',
  'chat.joined',
  'chat.left',
  'chat.closed',
  'chat.reopened',
  'chat.snoozed',
  'chat.woken',
  'chat.calmed',
  'chat.missed',
  'chat.visited',
  'chat.elsewhere',
  'chat.back',
  'chat.asked',
  'chat.identified',
  'chat.parted',
  'chat.rated',
] as const satisfies readonly EventType[]
export type ActivityType = (typeof activityTypes)[number]

/** Why the hub gave a chat to an operator: he served the customer last, his turn came, or only he had room. */
export const assignmentCodes = ['known', 'turn', 'only'] as const
/** Why the hub took a chat back: its operator was silent, offline, never opened it, or is no longer an operator here. */
export const returnCodes = ['silent', 'offline', 'unopened', 'withdrawn'] as const
/** `lapsed`: another program had the conversation and nobody said anything for so long that the platform took it away. */
export const reasonCodes = /* @__PURE__ */ (() => [...assignmentCodes, ...returnCodes, 'lapsed'] as const)()
export type ReasonCode = (typeof reasonCodes)[number]

/** Colours of tags. Each screen draws them so that the word on them can be read, in light and dark. */
export const tagColours = ['slate', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink'] as const
export type TagColour = (typeof tagColours)[number]

/** Who has a template: everybody, a group, its owner alone, or everybody by its owner's leave. */
export const templateScopes = ['all', 'group', 'own', 'shared'] as const
export type TemplateScope = (typeof templateScopes)[number]

/** Who has a saved filter: its owner alone, a group, or everybody. */
export const filterScopes = ['own', 'group', 'all'] as const
export type FilterScope = (typeof filterScopes)[number]

/** By which of its days a chat belongs to the period of a report. */
export const reportBases = ['opened', 'closed'] as const
export type ReportBasis = (typeof reportBases)[number]

/** What a search finds. */
export const searchKinds = ['message', 'comment', 'customer', 'note'] as const
export type SearchKind = (typeof searchKinds)[number]

/** What is done to many chats at once. `undo` puts back what another run has done. */
export const bulkKinds = ['close', 'transfer', 'tag', 'read', 'snooze', 'reopen', 'undo'] as const
export type BulkKind = (typeof bulkKinds)[number]
export const bulkStates = ['running', 'done', 'cancelled'] as const
export type BulkState = (typeof bulkStates)[number]
/** What became of one chat of a run. `unchanged`: it was so already. */
export const bulkItemStates = ['waiting', 'done', 'unchanged', 'failed', 'cancelled'] as const
export type BulkItemState = (typeof bulkItemStates)[number]

/** What a template may name, written `{{name}}` or `{{name|what stands there when it is empty}}`. */
export const templateVariables = [
  'customer.name',
  'customer.first_name',
  'customer.email',
  'customer.phone',
  'operator.name',
  'operator.first_name',
  'chat.number',
  'channel.name',
  'group.name',
  'company.name',
] as const
export type TemplateVariable = (typeof templateVariables)[number]

/** Why a chat came back by itself: its time had come, or the customer wrote; or somebody brought it back. */
export const wakeReasons = ['time', 'message', 'operator'] as const
export type WakeReason = (typeof wakeReasons)[number]

/** What a field of the attendance form, or one of a company's own about its customers, takes. */
export const fieldTypes = ['text', 'number', 'date', 'yes-no', 'choice', 'choices'] as const
export type FieldType = (typeof fieldTypes)[number]

/** What everybody is asked on a website, beside a company's own fields. */
export const visitorFields = ['name', 'email', 'phone'] as const
/** Whether a field is asked before the first message of a website's visitor. */
export const askings = ['no', 'optional', 'required'] as const
export type Asking = (typeof askings)[number]

/** Sections of the desk. `waiting`, `unread` and `open` divide `mine`; `all` is every open chat, for supervisors and admins; `snoozed` holds what one has put off; `missed`: visitors who left before anybody answered. */
export const chatSections = ['new', 'missed', 'mine', 'unread', 'waiting', 'open', 'snoozed', 'others', 'all', 'closed'] as const
export type ChatSection = (typeof chatSections)[number]

/** How far a request has got: nobody looked at it, somebody works on it, it was answered, it is done. */
export const requestStates = ['new', 'open', 'answered', 'closed'] as const
export type RequestState = (typeof requestStates)[number]
export const requestPriorities = ['low', 'normal', 'high', 'urgent'] as const
export type RequestPriority = (typeof requestPriorities)[number]
/** Left by a visitor while nobody was there, or what a chat was turned into. */
export const requestSources = ['form', 'chat'] as const
export type RequestSource = (typeof requestSources)[number]

/** How a visitor answers a field of the request form: in a line, in several, or with one of the words offered. */
export const requestFieldKinds = ['line', 'text', 'choice'] as const
export type RequestFieldKind = (typeof requestFieldKinds)[number]

/** What became of a mail: `unknown`: the line broke after the server had it in hand, so it is not sent again by itself. */
export const mailStates = ['queued', 'sending', 'sent', 'failed', 'unknown'] as const
export type MailState = (typeof mailStates)[number]

/** How a list of chats is ordered: as its section has it, or what can be answered for the shortest time first. */
export const chatOrders = ['activity', 'closing'] as const
export type ChatOrder = (typeof chatOrders)[number]

/** Where somebody on a website stands: looking around, waiting, being served, gone a moment ago. */
export const visitStates = ['browsing', 'queued', 'serving', 'left'] as const
export type VisitState = (typeof visitStates)[number]
export const deviceKinds = ['desktop', 'phone', 'tablet'] as const
export type DeviceKind = (typeof deviceKinds)[number]
/** What the list of visitors can show of each, in its usual order. */
export const visitColumns = [
  'name',
  'state',
  'page',
  'pages',
  'started',
  'referrer',
  'campaign',
  'search',
  'device',
  'language',
  'visits',
  'first',
  'channel',
  'country',
  'city',
  'approach',
] as const
export type VisitColumn = (typeof visitColumns)[number]

/** How somebody on a website is turned to: asked to talk, shown an offer, led to a page, or spoken to first. */
export const approachKinds = ['invitation', 'promotion', 'redirect', 'chat'] as const
export type ApproachKind = (typeof approachKinds)[number]
/** What came of it. `waiting`: not before his eyes yet. `unanswered`: he let it be, or was gone. */
export const approachStates = ['waiting', 'shown', 'accepted', 'refused', 'unanswered'] as const
export type ApproachState = (typeof approachStates)[number]
/** Why somebody was left alone: he has gone, talks already, or has been asked and did not answer yet. */
export const approachSkips = ['left', 'serving', 'asked'] as const
export type ApproachSkip = (typeof approachSkips)[number]
/** Where the button of a website's chat stands, by the direction of the page's writing. */
export const widgetSides = ['start', 'end'] as const
export type WidgetSide = (typeof widgetSides)[number]
export const widgetSizes = ['small', 'medium', 'large'] as const
export type WidgetSize = (typeof widgetSizes)[number]
/** What a website's chat says by itself: somebody is there, nobody is, the chat is over. */
export const widgetNotices = ['welcome', 'away', 'closing'] as const
export type WidgetNotice = (typeof widgetNotices)[number]
/** What pictures of a website's chat are for. */
export const widgetPictures = ['logo', 'online', 'offline', 'back'] as const
export type WidgetPicture = (typeof widgetPictures)[number]

export const languages = ['en', 'pt-BR', 'ru', 'es'] as const
export type Language = (typeof languages)[number]

/** Upper limits of what a person or a platform may hand in. Units: characters (UTF-16) unless said otherwise. */
export const limits = {
  name: 120,
  email: 254,
  phone: 40,
  slug: 40,
  password: 1024,
  passwordMin: 12,
  messageText: 65_536,
  subject: 300,
  messageFiles: 10,
  /** What a visitor says at once. */
  voiceSeconds: 300,
  buttons: 10,
  /** Of a button, in UTF-16 units. */
  buttonLabel: 64,
  fileName: 200,
  fileBytes: 100 * 1024 * 1024,
  webFileBytes: 2 * 1024 * 1024,
  pageSize: 100,
  comment: 4_000,
  /** Colleagues named in one comment. */
  mentions: 20,
  signature: 300,
  /** Languages an operator says he speaks. */
  spoken: 12,
  languageTag: 12,
  id: 200,
  /** A network address, or a range of them. */
  address: 43,
  url: 2_048,
  groupMembers: 1_000,
  tagName: 40,
  tags: 1_000,
  /** On one customer or chat. */
  tagsEach: 50,
  /** Chats an operator can be given by the hub at the same time. */
  capacity: 500,
  /** Of one chat, beside the operator who holds it. */
  participants: 20,
  /** A week: the longest of the limits after which the hub acts. */
  minutes: 10_080,
  templates: 5_000,
  templateText: 8_000,
  shortcut: 40,
  search: 200,
  libraryImages: 500,
  /** That one operator owns. */
  savedFilters: 100,
  /** Days of one report. */
  reportDays: 366,
  /** Chats of one run. */
  bulkChats: 5_000,
  /** Runs of one operator at the same time. */
  bulkRuns: 5,
  /** What a run has done can be put back for so long. */
  undoMinutes: 60,
  reaction: 32,
  schedules: 100,
  /** Channels, or groups, that share one schedule. */
  scheduleUses: 500,
  timeZone: 60,
  /** Of a week, or of a holiday. */
  intervals: 70,
  holidays: 400,
  /** Pages of a visit that are remembered. */
  visitTrail: 20,
  /** What is said to somebody on a website before he writes. */
  /** Of what a visitor types and has not sent: the last of it. */
  typedText: 600,
  approachText: 500,
  approachTexts: 500,
  approachRules: 100,
  /** The pattern of an address. */
  approachPage: 300,
  approachDomains: 100,
  /** Visitors who are turned to at once. */
  approached: 100,
  requestTitle: 200,
  /** A category, or a type, of requests. */
  requestWord: 60,
  requestWords: 50,
  /** Of the form, beside subject, category and message. */
  requestFields: 10,
  requestLine: 300,
  requestAnswer: 4_000,
  /** Mails to one address within an hour: more would be a flood. */
  mailsPerHour: 20,
  /** Of one chat. */
  transcriptsPerHour: 3,
  /** Browsers that one link of a mail lets in. */
  mailReturns: 5,
  /** What a website signs of a visitor is good for so long. */
  identityMinutes: 10,
  /** What was last said as a stranger so long before signing in comes along. */
  signInMinutes: 120,
  ratingMost: 5,
  ratingComment: 1_000,
  /** For so long after closing a visitor may rate the chat. */
  ratingDays: 14,
  /** For so long after rating he may think again. */
  ratingEditMinutes: 60,
  /** What is sent by itself: closing texts and the like. */
  notice: 2_000,
  /** On the button of a website's chat. */
  launcherText: 40,
  /** Of the pages where the chat shows, or does not. */
  pagePatterns: 50,
  formFields: 100,
  formLabel: 120,
  fieldKey: 40,
  taxId: 20,
  formOptions: 50,
  formOption: 120,
  formText: 2_000,
  /** A chat is put off for at most a year. */
  snoozeDays: 366,
  /** A new message reopens a chat for at most thirty days after it was closed. */
  reopenMinutes: 43_200,
  formEditableHours: 8_760,
  /** After at most thirty days without a sign of life a channel raises an alarm. */
  quietMinutes: 43_200,
  /** What stands for a variable of a text that a platform has approved. */
  approvedValue: 1_024,
} as const
