import { describe, expect, it } from 'vitest'
import type { Message } from '../src/api/fragments.ts'
import { carrierOf, threadRows } from '../src/composables/threadRows.ts'
import { me, message } from './support.ts'

const said = (id: string, over: Parameters<typeof message>[1] = {}) => message(id, over) as Message
const pending = { clientId: 'c', operatorId: me, chatId: 'a', text: 'hi', files: [], replyToId: null, at: '2026-01-01T12:10:00.000Z' }
const kinds = (rows: ReturnType<typeof threadRows>) => rows.map((row) => row.kind)

describe('a thread', () => {
  it('has a line above each day', () => {
    const rows = threadRows([said('a'), said('b', { at: '2026-01-03T12:00:00.000Z' })], [], null)
    expect(kinds(rows)).toEqual(['day', 'message', 'day', 'message'])
  })

  it('has a line above the first unread message', () => {
    expect(kinds(threadRows([said('a'), said('b')], [], 'b'))).toEqual(['day', 'message', 'unread', 'message'])
  })

  it('groups what one author says within five minutes', () => {
    const rows = threadRows([said('a', { minute: 0 }), said('b', { minute: 4 }), said('c', { minute: 10 })], [], null)
    expect(rows.filter((row) => row.kind === 'message').map((row) => [row.first, row.last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ])
  })

  it('shows a waiting message last, and not beside its accepted twin', () => {
    expect(kinds(threadRows([said('a')], [pending], null))).toEqual(['day', 'message', 'pending'])
    const accepted = said('m', { clientId: 'c', direction: 'out' })
    expect(kinds(threadRows([said('a'), accepted], [pending], null))).toEqual(['day', 'message', 'message'])
  })

  it('shows the pictures of one album as one message, each with its own carrier', () => {
    const file = (id: string) => ({ id, name: id }) as Message['files'][number]
    const part = (id: string, over = {}) => said(id, { albumId: 'x', files: [file(`f${id}`)], ...over } as never)
    const rows = threadRows([part('a', { text: null }), part('b', { text: 'Look' }), part('c', { text: null }), said('d')], [], null)
    const [album, next] = rows.filter((row) => row.kind === 'message')
    expect(album?.message).toMatchObject({ id: 'a', text: 'Look' })
    expect(album?.message.files.map(({ id }) => id)).toEqual(['fa', 'fb', 'fc'])
    expect(['fa', 'fb', 'fc'].map((id) => album && carrierOf(album, id))).toEqual(['a', 'b', 'c'])
    expect(next?.message.id).toBe('d')
    expect([album?.first, album?.last, next?.first, next?.last]).toEqual([true, false, false, true])
  })

  it('keeps what was removed from an album apart, and other albums too', () => {
    const part = (id: string, over: object) => said(id, { albumId: 'x', ...over } as never)
    expect(
      kinds(threadRows([part('a', {}), part('b', { removedAt: '2026-01-01T12:00:00.000Z' }), part('c', { albumId: 'y' })], [], null)),
    ).toEqual(['day', 'message', 'message', 'message'])
    expect(kinds(threadRows([part('a', { albumId: null }), part('b', { albumId: null })], [], null))).toEqual(['day', 'message', 'message'])
  })

  it('keeps the key of a message while it passes from waiting to accepted', () => {
    const before = threadRows([], [pending], null).at(-1)?.key
    const after = threadRows([said('m', { clientId: 'c' })], [], null).at(-1)?.key
    expect(after).toBe(before)
  })
})
