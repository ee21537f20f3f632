import type { Delivery, MediaKind } from '@parley/schema/vocabulary'

/** The answers of schema/visitor.graphql in the shape the documents ask for. */

export interface Site {
  name: string
  online: boolean
  language: string
  accent: string
  greeting: string | null
  offlineText: string | null
  /** When its working hours begin; null while they hold. */
  opensAt: string | null
  /** While nobody is there visitors leave requests. */
  takesRequests: boolean
  maxFileBytes: number
}

export interface Visitor {
  id: string
  name: string | null
  email: string | null
}

export interface Chat {
  id: string
  state: 'queued' | 'serving' | 'closed'
  operatorName: string | null
  operatorAvatarUrl?: string | null
  /** From 1; null when not queued. */
  place: number | null
  unread: number
}

export interface File {
  id: string
  name: string
  mime: string
  /** Bytes. */
  size: number
  kind: MediaKind
  width: number | null
  height: number | null
  /** Good for five minutes from when it was asked. */
  url: string | null
  thumbnailUrl: string | null
}

/** What a message quotes. */
export type Quoted = Pick<Message, 'id' | 'author' | 'authorName' | 'text' | 'removed'>

export interface Message {
  id: string
  clientId: string | null
  author: 'you' | 'operator' | 'system'
  authorName: string | null
  authorAvatarUrl?: string | null
  text: string | null
  files: File[]
  /** ISO 8601 in UTC. */
  at: string
  removed: boolean
  edited: boolean
  delivery: Delivery | null
  replyTo?: Quoted | null
  /** What operators put to it, with their names. */
  reactions?: { emoji: string; by: string }[]
}

export interface MessagePage {
  edges: { node: Message; cursor: string }[]
  pageInfo: { hasPreviousPage: boolean; startCursor: string | null }
}

/** The end of the visitor's conversation. */
export interface Snapshot {
  site: Site | null
  visitor: (Visitor & { chat: (Chat & { messages: MessagePage }) | null }) | null
}

export interface Frame {
  cursor: number
  reset: boolean
  message: Message | null
  chat: Chat | null
  typing: boolean | null
  online: boolean | null
}

/** The hub's no, in the visitor's language. */
export interface Refusal {
  code: string
  message: string
  field: string | null
  remedy: string | null
}
