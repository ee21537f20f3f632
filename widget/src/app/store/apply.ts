import { deliveryRank } from '@parley/schema/vocabulary'
import type { Frame, Message, MessagePage, Snapshot } from '../types.ts'
import { compare, type Place, type State } from './state.ts'

/**
 * The state after one frame of the feed. A repeat changes nothing; a frame older than the state adds only what is not known,
 * because an event carries the thing as it was when it was sent.
 */
export function applyFrame(state: State, frame: Frame): State {
  const late = state.cursor !== undefined && frame.cursor < state.cursor
  let next: State = late ? state : { ...state, cursor: frame.cursor }
  if (frame.message) next = withMessage(next, frame.message, late)
  if (frame.chat && frame.cursor === 0) return withHelper(state, frame.chat)
  if (frame.chat && !late) next = withRead({ ...next, chat: frame.chat }, frame.chat.unread)
  return frame.message?.author === 'operator' ? { ...next, typing: false } : next
}

/** Who helps is called so from now on, in what he has said too; nothing else is said by a frame beside the log. */
function withHelper(state: State, { id, operatorName, operatorAvatarUrl }: NonNullable<Frame['chat']>): State {
  const before = state.chat
  if (before?.id !== id) return state
  const messages = state.messages.map((message) =>
    message.author === 'operator' && message.authorName === before.operatorName
      ? { ...message, authorName: operatorName, authorAvatarUrl: operatorAvatarUrl }
      : message,
  )
  return { ...state, chat: { ...before, operatorName, operatorAvatarUrl }, messages }
}

/** The state after a signal that is never stored; null says nothing. */
export function applySignal(state: State, { typing, online, queue }: Pick<Frame, 'typing' | 'online' | 'queue'>): State {
  return {
    ...state,
    ...(typing !== null && { typing }),
    ...(online !== null && state.site && { site: { ...state.site, online } }),
    ...(queue && state.chat && { chat: { ...state.chat, ...queue } }),
  }
}

/**
 * The state after the end of the conversation was loaded anew. What was loaded from further back stays if it joins on;
 * messages newer than the snapshot stay too, they came while it was on its way. `reset` forgets all of it.
 */
export function applySnapshot(state: State, snapshot: Snapshot, reset = false): State {
  const { site, visitor } = snapshot
  const base: State = { ...state, ...(site && { site }), ...(reset && { messages: [], older: undefined, readTo: undefined }) }
  if (!visitor) return base
  const { chat, ...person } = visitor
  const { messages, older } = joined(base, chat?.messages)
  const { messages: _, ...plain } = chat ?? {}
  const next: State = { ...base, phase: 'chat', visitor: person, chat: chat ? (plain as State['chat']) : undefined, messages, older }
  return chat ? withRead(next, chat.unread) : next
}

/** The state after the page before `state.older` has come. */
export function applyOlder(state: State, page: MessagePage): State {
  const known = new Set(state.messages.map((message) => message.id))
  const earlier = page.edges.map((edge) => edge.node).filter((message) => !known.has(message.id))
  return { ...state, messages: [...earlier, ...state.messages].sort(compare), older: cursorOf(page) }
}

/** Puts in a message or brings it up to date; its delivery never goes back. */
export function withMessage(state: State, message: Message, onlyNew = false): State {
  const at = state.messages.findIndex((known) => known.id === message.id)
  if (at >= 0 && onlyNew) return state
  const messages = state.messages.slice()
  if (at >= 0) messages[at] = merged(messages[at] as Message, message)
  else messages.push(message)
  // Nearly always it belongs at the end already.
  return { ...state, messages: withSeen(messages.sort(compare), message) }
}

/** Who has read a message has read what stands before it; the hub tells only of the last. */
function withSeen(messages: Message[], { author, delivery, ...place }: Message): Message[] {
  if (author !== 'you' || (delivery !== 'delivered' && delivery !== 'read')) return messages
  const behind = (message: Message) =>
    message.author === 'you' && message.delivery && compare(message, place) < 0 && deliveryRank[message.delivery] < deliveryRank[delivery]
  return messages.map((message) => (behind(message) ? { ...message, delivery } : message))
}

/** Moves the mark of what was seen forward, never back. */
export function readUpTo(state: State, place: Place): State {
  if (state.readTo && compare(place, state.readTo) <= 0) return state
  return { ...state, readTo: { at: place.at, id: place.id } }
}

/** The hub counts `unread` of what was said to the visitor: what comes before was seen. */
function withRead(state: State, unread: number): State {
  const said = state.messages.filter((message) => message.author !== 'you')
  const seen = said[said.length - unread - 1]
  return seen ? readUpTo(state, seen) : state
}

function joined(state: State, page: MessagePage | undefined): Pick<State, 'messages' | 'older'> {
  if (!page) return { messages: [], older: undefined }
  const known = new Map(state.messages.map((message) => [message.id, message]))
  const fresh = page.edges.map(({ node }) => merged(known.get(node.id), node))
  const [first, last] = [fresh[0], fresh[fresh.length - 1]]
  if (!first || !last) return { messages: state.messages, older: undefined }
  const joins = fresh.some((message) => known.has(message.id))
  const before = joins && page.pageInfo.hasPreviousPage ? state.messages.filter((message) => compare(message, first) < 0) : []
  const after = state.messages.filter((message) => compare(message, last) > 0)
  return { messages: [...before, ...fresh, ...after], older: before.length ? state.older : cursorOf(page) }
}

function merged(known: Message | undefined, message: Message): Message {
  if (!known?.delivery || !message.delivery) return message
  return deliveryRank[known.delivery] > deliveryRank[message.delivery] ? { ...message, delivery: known.delivery } : message
}

function cursorOf(page: MessagePage): string | undefined {
  return page.pageInfo.hasPreviousPage ? (page.pageInfo.startCursor ?? undefined) : undefined
}
