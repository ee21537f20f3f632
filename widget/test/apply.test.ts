import { describe, expect, it } from 'vitest'
import { applyFrame, applyOlder, applySignal, applySnapshot, withMessage } from '../src/app/store/apply.ts'
import { emptyState, type State, unreadOf, waitingOf } from '../src/app/store/state.ts'
import type { Message, Site, Snapshot } from '../src/app/types.ts'
import { aChat, aFrame, aMessage } from './makers.ts'

const site: Site = {
  name: 'Shop',
  online: true,
  language: 'en',
  accent: '#123456',
  asks: [],
  greeting: null,
  offlineText: null,
  opensAt: null,
  takesRequests: false,
  maxFileBytes: 1,
}
const ids = (state: State) => state.messages.map((message) => message.id)

function aSnapshot(messages: Message[], hasPreviousPage = false, unread = 0): Snapshot {
  const edges = messages.map((node) => ({ node, cursor: node.id }))
  return {
    site,
    visitor: {
      id: 'v',
      name: 'Maria',
      email: 'm@example.com',
      chat: { ...aChat({ unread }), messages: { edges, pageInfo: { hasPreviousPage, startCursor: messages[0]?.id ?? null } } },
    },
  }
}

function permutationsOf<T>(items: T[]): T[][] {
  if (items.length < 2) return [items]
  return items.flatMap((item, at) => permutationsOf([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]))
}

describe('the feed', () => {
  it('in any order and with every frame twice gives each message once, in the order of the conversation', () => {
    const frames = [1, 2, 3, 4, 5].map((n) => aFrame(10 + n, { message: aMessage(n) }))
    const orders = permutationsOf(frames)
    const outcomes = new Set(
      orders.map((order) => JSON.stringify([...order, ...order].reduce(applyFrame, { ...emptyState, cursor: 10 }).messages)),
    )
    expect([orders.length, [...outcomes]]).toEqual([120, [JSON.stringify(frames.map((frame) => frame.message))]])
  })

  it('never takes a change back because an older frame comes again', () => {
    const changed = aFrame(12, { message: aMessage(1, { removed: true, text: null }) })
    const state = [changed, aFrame(11, { message: aMessage(1) })].reduce(applyFrame, emptyState)
    expect([state.cursor, state.messages[0]?.removed]).toEqual([12, true])
  })

  it('never moves a delivery back', () => {
    const own = aMessage(1, { author: 'you', delivery: 'read' })
    for (const delivery of ['sending', 'sent', 'delivered'] as const)
      expect(withMessage(withMessage(emptyState, own), { ...own, delivery }).messages[0]?.delivery).toBe('read')
    expect(withMessage(withMessage(emptyState, { ...own, delivery: 'sent' }), own).messages[0]?.delivery).toBe('read')
  })

  it('that tells of the last message read tells of those before it, and of no other', () => {
    const own = [1, 2, 3].map((n) => aMessage(n, { author: 'you', delivery: n === 1 ? 'delivered' : 'sent' }))
    const state = own.reduce((now, message) => withMessage(now, message), emptyState)
    expect(withMessage(state, { ...(own[1] as Message), delivery: 'read' }).messages.map((message) => message.delivery)).toEqual([
      'read',
      'read',
      'sent',
    ])
  })

  it('ends the typing of an operator with his message', () => {
    const typing = applySignal(emptyState, aFrame(0, { typing: true }))
    expect([typing.typing, applyFrame(typing, aFrame(2, { message: aMessage(1) })).typing]).toEqual([true, false])
    expect(applyFrame(typing, aFrame(2, { message: aMessage(1, { author: 'you' }) })).typing).toBe(true)
  })

  it('that stands beside the log calls the operator by his new name, in what he has said too', () => {
    const chat = aChat({ state: 'serving', operatorName: 'Ana', unread: 2 })
    const state = [aMessage(1), aMessage(2, { authorName: 'Bea' }), aMessage(3, { author: 'you', authorName: 'Ana' })].reduce(
      (now, message) => withMessage(now, message),
      { ...emptyState, cursor: 7, chat } as typeof emptyState,
    )
    const now = applyFrame(state, aFrame(0, { chat: aChat({ state: 'closed', operatorName: 'Ana Lima', operatorAvatarUrl: '/a' }) }))
    expect(now).toMatchObject({ cursor: 7, chat: { state: 'serving', operatorName: 'Ana Lima', operatorAvatarUrl: '/a', unread: 2 } })
    expect(now.messages.map(({ authorName }) => authorName)).toEqual(['Ana Lima', 'Bea', 'Ana'])
  })

  it('tells whether someone is there', () => {
    expect(applySignal({ ...emptyState, site }, aFrame(0, { online: false }))).toMatchObject({ typing: false, site: { online: false } })
  })
})

describe('a snapshot', () => {
  const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((n) => aMessage(n)) as [Message, Message, Message, Message, Message]

  it('joins on to what was loaded further back', () => {
    const state = { ...emptyState, messages: [a, b, c], older: 'more' }
    expect(applySnapshot(state, aSnapshot([c, d], true))).toMatchObject({ messages: [a, b, c, d], older: 'more' })
  })

  it('leaves no hole: what it does not join on to is loaded anew on the way up', () => {
    const state = { ...emptyState, messages: [a, b] }
    expect(applySnapshot(state, aSnapshot([d, e], true))).toMatchObject({ messages: [d, e], older: d.id })
  })

  it('keeps what came while it was on its way, and drops what is no more', () => {
    expect(ids(applySnapshot({ ...emptyState, messages: [a, b, c, d] }, aSnapshot([a, c])))).toEqual([a.id, c.id, d.id])
  })

  it('after a reset forgets everything older', () => {
    const state = { ...emptyState, messages: [a, b, e], older: 'x', readTo: e, cursor: 9 }
    expect(applySnapshot(state, aSnapshot([c, d]), true)).toMatchObject({
      messages: [c, d],
      older: undefined,
      readTo: { id: d.id, at: d.at },
    })
  })

  it('of a visitor without a chat is empty and still a chat to write in', () => {
    const state = applySnapshot(emptyState, { site, visitor: { id: 'v', name: 'Maria', email: null, chat: null } })
    expect([state.phase, state.messages, state.chat]).toEqual(['chat', [], undefined])
  })

  it('and an older page stand in order, each message once', () => {
    const state = applySnapshot(emptyState, aSnapshot([c, d], true))
    const older = applyOlder(state, {
      edges: [a, b, c].map((node) => ({ node, cursor: node.id })),
      pageInfo: { hasPreviousPage: false, startCursor: a.id },
    })
    expect([ids(older), older.older]).toEqual([[a.id, b.id, c.id, d.id], undefined])
  })
})

describe('unread', () => {
  it('is what the hub says at first, then grows with every operator’s message, and never with the visitor’s or the system’s', () => {
    const start = applySnapshot(
      emptyState,
      aSnapshot(
        [1, 2, 3].map((n) => aMessage(n)),
        false,
        1,
      ),
    )
    expect(unreadOf(start)).toBe(1)
    const more = [aMessage(4), aMessage(5, { author: 'you' }), aMessage(6, { author: 'system' })].reduce(
      (state, message, at) => applyFrame(state, aFrame(at, { message })),
      start,
    )
    expect(unreadOf(more)).toBe(2)
    expect(unreadOf(applyFrame(more, aFrame(9, { chat: aChat({ unread: 0 }) })))).toBe(0)
  })

  it('does not come back because the hub’s word was on its way when the visitor looked', () => {
    const seen = { ...applySnapshot(emptyState, aSnapshot([1, 2].map((n) => aMessage(n)))), readTo: aMessage(2) }
    expect(unreadOf(applyFrame(seen, aFrame(1, { chat: aChat({ unread: 2 }) })))).toBe(0)
  })
})

describe('a message on its way', () => {
  it('is shown until the hub has one with its client id', () => {
    const item = { clientId: 'x1', at: '2027-01-01', text: 'hi', files: [] }
    const state = { ...emptyState, pending: [item] }
    expect(waitingOf(state)).toEqual([item])
    expect(waitingOf(applyFrame(state, aFrame(1, { message: aMessage(1, { author: 'you', clientId: 'x1' }) })))).toEqual([])
  })
})
