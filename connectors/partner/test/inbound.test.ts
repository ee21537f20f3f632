import { expect, test } from 'vitest'
import { parse } from '../src/inbound.ts'

const head = { id: 'e1', at: 1_700_000_000_000, thread: { id: 't' }, from: { id: 'p', name: 'Maria' } }
const first = (event: object, groups = false) => parse({ events: [{ ...head, ...event }] }, { groups })[0]

test('a message keeps all it says', () => {
  const event = first({
    type: 'message',
    message: 7,
    text: 'Look\0',
    order: 3,
    files: [{ id: 'f', kind: 'voice', mime: 'audio/ogg', size: 9, durationMs: 1200, odd: true }],
    replyTo: 'm0',
    album: 'a',
    location: { latitude: 1.5, longitude: -2, title: 'Here' },
    contacts: [{ name: 'Otto', phones: ['+1'] }],
    referral: { ref: 'spring' },
  })
  expect(event).toEqual({
    type: 'message',
    key: 'e1',
    at: 1_700_000_000_000,
    order: 3,
    thread: { id: 't', kind: 'direct' },
    id: '7',
    from: { id: 'p', name: 'Maria' },
    by: 'peer',
    text: 'Look\uFFFD',
    media: [{ ref: 'f', kind: 'voice', mime: 'audio/ogg', size: 9, durationMs: 1200 }],
    replyTo: 'm0',
    albumId: 'a',
    location: { latitude: 1.5, longitude: -2, title: 'Here' },
    contacts: [{ name: 'Otto', phones: ['+1'] }],
    referral: { ref: 'spring' },
  })
})

test('a field that is not what it should be costs that field alone', () => {
  expect(
    first({
      type: 'message',
      message: 'm',
      text: 'still here',
      at: 'yesterday',
      order: 'x',
      files: 'no',
      location: { latitude: 900 },
      from: { id: 'p', name: 5 },
    }),
  ).toEqual({
    type: 'message',
    key: 'e1',
    at: 0,
    thread: { id: 't', kind: 'direct' },
    id: 'm',
    from: { id: 'p' },
    by: 'peer',
    text: 'still here',
  })
})

test('a moment is whole milliseconds, and an id with NUL or half a character names nothing', () => {
  expect(first({ type: 'message', message: 'm', text: 'x', at: 1.5 })).toMatchObject({ at: 1 })
  expect(first({ type: 'message', message: 'm', text: 'x', at: 'soon' })).toMatchObject({ at: 0 })
  expect(first({ type: 'message', message: 'm\0', text: 'x' })).toBeUndefined()
  expect(first({ type: 'message', message: 'm', text: 'x', id: '\0' })).toBeUndefined()
  expect(first({ type: 'message', message: 'm', text: 'x', thread: { id: '\ud800' } })).toBeUndefined()
  expect(first({ type: 'message', message: 'm', text: 'x', thread: { id: '👍' } })).toMatchObject({ thread: { id: '👍' } })
})

test('the other kinds of events are what they say', () => {
  expect(first({ type: 'button', message: 'm', payload: 'yes', title: 'Yes' })).toMatchObject({
    type: 'postback',
    id: 'm',
    payload: 'yes',
    title: 'Yes',
  })
  expect(first({ type: 'edit', message: 'm', text: 'better' })).toMatchObject({ type: 'edit', id: 'm', text: 'better', version: head.at })
  expect(first({ type: 'edit', message: 'm', text: 'better', version: 4 })).toMatchObject({ version: 4 })
  expect(first({ type: 'removal', message: 'm' })).toMatchObject({ type: 'removal', id: 'm' })
  expect(first({ type: 'reaction', message: 'm', emoji: null })).toMatchObject({ type: 'reaction', emoji: null, from: { id: 'p' } })
  expect(first({ type: 'receipt', state: 'read', messages: ['a', 'b'] })).toMatchObject({ type: 'receipt', state: 'read', ids: ['a', 'b'] })
  expect(first({ type: 'receipt', state: 'failed', part: 'x.0', failure: { code: 'no_such_peer', message: 'gone' } })).toMatchObject({
    partKey: 'x.0',
    failure: { code: 'no_such_peer', message: 'gone' },
  })
  expect(first({ type: 'typing' })).toMatchObject({ type: 'typing', on: true })
  expect(first({ type: 'peer', change: 'unreachable' })).toMatchObject({ type: 'peer', peer: { id: 'p' }, change: 'unreachable' })
})

test('what says nothing to show is shown as such, and what is no event is none', () => {
  expect(first({ type: 'message', message: 'm' })).toMatchObject({ unsupported: 'message' })
  expect(first({ type: 'message', message: 'm', unsupported: 'dice' })).toMatchObject({ unsupported: 'dice' })
  for (const odd of [
    { type: 'message' },
    { type: 'reaction', message: 'm' },
    { type: 'receipt', state: 'read' },
    { type: 'weather' },
    { id: '', type: 'removal', message: 'm' },
  ])
    expect(first(odd)).toBeUndefined()
  expect(first({ type: 'message', message: 'm', text: 'hi', thread: { id: 'g', kind: 'group', title: 'Us' } })).toBeUndefined()
  expect(first({ type: 'message', message: 'm', text: 'hi', thread: { id: 'g', kind: 'group', title: 'Us' } }, true)).toMatchObject({
    thread: { kind: 'group', title: 'Us' },
  })
})

test('nothing that can be posted makes it throw', () => {
  const odd = [null, undefined, 0, '', 'x', [], {}, { events: null }, { events: [{}] }, { a: { b: [] } }, Number.NaN, true, '\0', -1, 1e300]
  let seed = 7
  const random = (n: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % n
  }
  const make = (depth: number): unknown =>
    depth === 0 || random(3) === 0
      ? odd[random(odd.length)]
      : random(2) === 0
        ? Array.from({ length: random(4) }, () => make(depth - 1))
        : Object.fromEntries(
            ['id', 'type', 'at', 'thread', 'from', 'message', 'text', 'files', 'state', 'emoji']
              .filter(() => random(2))
              .map((name) => [name, make(depth - 1)]),
          )
  for (let n = 0; n < 10_000; n++)
    parse({ events: [make(3), { ...head, type: 'message', message: make(1), text: make(1) }] }, { groups: true })
})
