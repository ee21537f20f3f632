/** Each list of states, once. Tables, domain, API, stores and screens take their words from here. */

export const channelKinds = ['web', 'telegram', 'whatsapp', 'whatsapp-cloud', 'messenger', 'instagram'] as const
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
  'too_old',
  'account_limited',
  'payment',
  'internal',
] as const
export type FailureCode = (typeof failureCodes)[number]

/** Every kind of event of the feed. Those of {@link activityTypes} are also shown in the chat's timeline. */
export const eventTypes = [
  'chat.opened',
  'chat.taken',
  'chat.transferred',
  'chat.closed',
  'chat.reopened',
  'chat.read',
  'message.received',
  'message.sent',
  'message.changed',
  'message.delivery',
  'customer.changed',
  'operator.changed',
  'operator.presence',
  'group.changed',
  'channel.changed',
  'workspace.changed',
  'file.changed',
] as const
export type EventType = (typeof eventTypes)[number]

export const activityTypes = [
  'chat.opened',
  'chat.taken',
  'chat.transferred',
  'chat.closed',
  'chat.reopened',
] as const satisfies readonly EventType[]
export type ActivityType = (typeof activityTypes)[number]

/** Sections of the desk. `waiting`, `unread` and `open` divide `mine`. */
export const chatSections = ['new', 'mine', 'unread', 'waiting', 'open', 'others', 'closed'] as const
export type ChatSection = (typeof chatSections)[number]

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
  messageFiles: 10,
  fileName: 200,
  fileBytes: 100 * 1024 * 1024,
  webFileBytes: 2 * 1024 * 1024,
  pageSize: 100,
  comment: 4_000,
  id: 200,
  url: 2_048,
  groupMembers: 1_000,
  reaction: 32,
} as const
