import type { ApproachKind, Delivery, MediaKind, WidgetNotice } from '@parley/schema/vocabulary'

/** The answers of schema/visitor.graphql in the shape the documents ask for. */

export interface Site {
  name: string
  online: boolean
  language: string
  accent: string
  /** Declarations for the root, as the company wishes the chat to look. */
  style?: string
  logoUrl?: string | null
  greeting: string | null
  offlineText: string | null
  /** When its working hours begin; null while they hold. */
  opensAt: string | null
  /** While nobody is there visitors leave requests. */
  takesRequests: boolean
  maxFileBytes: number
  /** Operators see what is typed before it is sent. */
  previewsTyping?: boolean
  /** Of whoever is not known, before his first message; empty: nothing. */
  asks: Ask[]
}

/** What is asked in a form. */
export interface Ask {
  /** `name`, `email`, `phone`, or the id of one of the company's own fields. */
  name: string
  kind: 'name' | 'email' | 'phone' | 'text' | 'number' | 'date' | 'yes_no' | 'choice' | 'choices'
  /** Of the company's own. */
  label: string | null
  /** Of a choice. */
  options: string[]
  required: boolean
}
/** What was filled in; empty: nothing. */
export interface Given {
  field: string
  values: string[]
}

export interface Visitor {
  id: string
  name: string | null
  email: string | null
  /** What he is still asked, though his website has said who he is. */
  asks?: Ask[]
}

export interface Chat {
  id: string
  state: 'queued' | 'serving' | 'closed'
  operatorName: string | null
  operatorAvatarUrl?: string | null
  /** From 1; null when not queued. */
  place: number | null
  /** How long others waited of late, in seconds; null where nobody can say. */
  usualWait?: number | null
  unread: number
  /** It is over and may be rated now, or the visitor may think again. */
  mayRate: boolean
  /** It is over and can be sent to the visitor's e-mail. */
  mayMail: boolean
  rating: Rating | null
}

/** What an operator asks of a visitor, or offers. */
export interface Approach {
  id: string
  kind: ApproachKind
  text: string | null
  /** Where it leads. */
  url: string | null
  pictureUrl: string | null
  operatorName: string | null
  operatorAvatarUrl: string | null
}

export interface Rating {
  /** From 1 to 5. */
  score: number
  comment: string | null
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
  /** What the website says by itself. */
  notice?: WidgetNotice | null
  replyTo?: Quoted | null
  /** What operators put to it, with their names. */
  reactions?: { emoji: string; by: string }[]
  /** What may be answered with; pressed once. */
  buttons?: { label: string; chosen: boolean }[]
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
  /** How he stands in the queue now. */
  queue?: Pick<Chat, 'place' | 'usualWait'> | null
}

/** The hub's no, in the visitor's language. */
export interface Refusal {
  code: string
  message: string
  field: string | null
  remedy: string | null
}
