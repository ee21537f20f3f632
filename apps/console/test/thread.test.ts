import { describe, expect, it } from 'vitest'
import type { Message } from '../src/api/fragments.ts'
import { threadRows } from '../src/composables/threadRows.ts'
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

  it('keeps the key of a message while it passes from waiting to accepted', () => {
    const before = threadRows([], [pending], null).at(-1)?.key
    const after = threadRows([said('m', { clientId: 'c' })], [], null).at(-1)?.key
    expect(after).toBe(before)
  })
})
