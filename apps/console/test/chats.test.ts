import { describe, expect, it, vi } from 'vitest'
import { applyFrame } from '../src/live.ts'
import { useChats } from '../src/stores/chats.ts'
import { rightsOf } from '../src/stores/rights.ts'
import { chatSection } from '../src/stores/sections.ts'
import { chat, frame, freshDesk, hubAnswers, me, pageOf } from './support.ts'

const view = { operatorId: me, waitingAfterMinutes: 5, now: Date.UTC(2026, 0, 1, 13) }
const other = { id: 'operator-other', name: 'Bruno', avatarUrl: null }

describe('a chat stands', () => {
  it.each([
    ['in New while nobody holds it', chat('a', { state: 'queued', operator: null }), 'new'],
    [
      'in Missed while its visitor is gone unanswered',
      chat('a', { state: 'queued', operator: null, missedAt: '2026-01-01T12:55:00.000Z' }),
      'missed',
    ],
    ['in Unread when its holder has not read it', chat('a', { unread: 1 }), 'unread'],
    ['in Waiting when it was read and not answered in time', chat('a', { waitingSince: '2026-01-01T12:55:00.000Z' }), 'waiting'],
    ['in Open while there is still time to answer', chat('a', { waitingSince: '2026-01-01T12:55:01.000Z' }), 'open'],
    ['in Others when a colleague holds it', chat('a', { operator: other, unread: 2 }), 'others'],
    ['in Closed when it is over, whoever held it', chat('a', { state: 'closed', unread: 1 }), 'closed'],
  ] as const)('%s', (_words, it, section) => {
    expect(chatSection(it, view)).toBe(section)
  })
})

describe('the lists of the desk', () => {
  freshDesk()
  const ids = (name: 'new' | 'missed' | 'unread' | 'open' | 'others' | 'closed') => useChats().sections[name].ids

  it('show what was said last on top', async () => {
    hubAnswers({ Chats: () => pageOf([chat('c', { minute: 3 }), chat('a', { minute: 1 })]) })
    applyFrame(frame(1))
    await useChats().loadMore('open')
    applyFrame(frame(2, { chat: chat('b', { minute: 2 }) }))
    expect(ids('open')).toEqual(['c', 'b', 'a'])
    applyFrame(frame(3, { chat: chat('a', { minute: 4 }) }))
    expect(ids('open')).toEqual(['a', 'c', 'b'])
  })

  it('show in New who came first on top', async () => {
    hubAnswers({ Chats: () => pageOf([chat('a', { state: 'queued', operator: null, minute: 1 })]) })
    applyFrame(frame(1))
    await useChats().loadMore('new')
    applyFrame(frame(2, { type: 'chat_opened', chat: chat('b', { state: 'queued', operator: null, minute: 2 }) }))
    expect(ids('new')).toEqual(['a', 'b'])
  })

  it('move a chat to Missed when its visitor leaves, and back to New when he returns', async () => {
    const queued = chat('a', { state: 'queued', operator: null })
    hubAnswers({ Chats: ({ section }) => pageOf(section === 'new' ? [queued] : []) })
    applyFrame(frame(1))
    await Promise.all([useChats().loadMore('new'), useChats().loadMore('missed')])
    applyFrame(frame(2, { type: 'chat_missed', chat: { ...queued, missedAt: '2026-01-01T12:55:00.000Z' } }))
    expect([ids('new'), ids('missed')]).toEqual([[], ['a']])
    applyFrame(frame(3, { type: 'chat_visited', chat: queued }))
    expect([ids('new'), ids('missed')]).toEqual([['a'], []])
  })

  it('move a chat when it is taken', async () => {
    hubAnswers({ Chats: ({ section }) => pageOf(section === 'new' ? [chat('a', { state: 'queued', operator: null })] : []) })
    applyFrame(frame(1))
    await Promise.all([useChats().loadMore('new'), useChats().loadMore('open')])
    applyFrame(frame(2, { type: 'chat_taken', chat: chat('a') }))
    expect([ids('new'), ids('open')]).toEqual([[], ['a']])
  })

  it('do not show a chat above what has not been loaded yet', async () => {
    hubAnswers({
      Chats: ({ after }) =>
        after
          ? pageOf([chat('old', { minute: 2 }), chat('oldest', { minute: 1 })])
          : pageOf([chat('newest', { minute: 5 }), chat('new', { minute: 4 })], true),
    })
    applyFrame(frame(1))
    await useChats().loadMore('others')
    const bruno = { operator: other }
    applyFrame(frame(2, { chat: chat('newest', { minute: 5, ...bruno }) }))
    applyFrame(frame(3, { chat: chat('old', { minute: 2, ...bruno }) }))
    expect(ids('others')).not.toContain('old')
  })

  it('go on page by page without doubling a chat that moved meanwhile', async () => {
    const bruno = { operator: other }
    const at = (id: string, minute: number) => chat(id, { minute, ...bruno })
    hubAnswers({ Chats: ({ after }) => (after ? pageOf([at('b', 8), at('d', 6)]) : pageOf([at('a', 9), at('b', 8)], true)) })
    applyFrame(frame(1))
    await useChats().loadMore('others')
    applyFrame(frame(2, { chat: at('c', 10) }))
    await useChats().loadMore('others')
    expect(ids('others')).toEqual(['c', 'a', 'b', 'd'])
  })

  it('put a chat in its new place when a page brings it as it is now', async () => {
    const at = (id: string, minute: number) => chat(id, { minute })
    hubAnswers({ Chats: ({ after }) => (after ? pageOf([at('a', 5)]) : pageOf([at('a', 9), at('b', 8)], true)) })
    applyFrame(frame(1))
    await useChats().loadMore('open')
    await useChats().loadMore('open')
    expect(ids('open')).toEqual(['b', 'a'])
  })

  it('keep what one may do with a chat until it is asked anew', async () => {
    hubAnswers({
      Chats: () =>
        pageOf([
          chat('a', {
            state: 'queued',
            operator: null,
            may: {
              reply: true,
              comment: true,
              commentToOperator: false,
              take: true,
              takeOver: false,
              transfer: true,
              share: true,
              leave: false,
              close: true,
              reopen: false,
              snooze: true,
              calm: true,
              handOver: false,
              block: true,
              transcript: false,
            },
          }),
        ]),
    })
    applyFrame(frame(1))
    await useChats().loadMore('new')
    const { may: _may, ...taken } = chat('a')
    applyFrame(frame(2, { type: 'chat_taken', chat: taken }))
    expect(rightsOf(useChats().byId.get('a'))).toMatchObject({
      reply: true,
      take: false,
      close: true,
      reopen: false,
      snooze: true,
      calm: true,
      handOver: false,
      block: true,
      transcript: false,
    })
  })

  it('say that they could not be loaded, and load when asked again', async () => {
    applyFrame(frame(1))
    await expect(useChats().loadMore('open')).rejects.toThrow()
    expect(useChats().sections.open).toMatchObject({ loaded: false, failed: true, loading: false })
    hubAnswers({ Chats: () => pageOf([chat('a')]) })
    await useChats().loadMore('open')
    expect(useChats().sections.open).toMatchObject({ ids: ['a'], loaded: true, failed: false })
  })

  it('move a chat to Waiting when its time has come', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 4) })
    try {
      hubAnswers({ Chats: ({ section }) => pageOf(section === 'open' ? [chat('a', { waitingSince: '2026-01-01T12:00:00.000Z' })] : []) })
      applyFrame(frame(1))
      await Promise.all([useChats().loadMore('open'), useChats().loadMore('waiting')])
      expect(useChats().refileByAge()).toBe(false)
      vi.setSystemTime(Date.UTC(2026, 0, 1, 12, 6))
      expect(useChats().refileByAge()).toBe(true)
      expect([ids('open'), useChats().sections.waiting.ids]).toEqual([[], ['a']])
    } finally {
      vi.useRealTimers()
    }
  })
})
