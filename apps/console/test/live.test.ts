import { describe, expect, it } from 'vitest'
import { reconnectDelay } from '../src/api/feed.ts'
import { applyFrame } from '../src/live.ts'
import { useChats } from '../src/stores/chats.ts'
import { useConnection } from '../src/stores/connection.ts'
import { useNews } from '../src/stores/news.ts'
import { useOperators } from '../src/stores/operators.ts'
import { usePending } from '../src/stores/pending.ts'
import { useProfile } from '../src/stores/profile.ts'
import { useSession } from '../src/stores/session.ts'
import { useSignals } from '../src/stores/signals.ts'
import { useTimelines } from '../src/stores/timelines.ts'
import { chat, colleague, file, frame, freshDesk, hubAnswers, me, message, pageOf, timelineOf } from './support.ts'

const texts = (chatId = 'a') =>
  useTimelines()
    .byChat.get(chatId)
    ?.items.map((item) => (item.__typename === 'Activity' ? item.type : item.text))

describe('what the feed tells', () => {
  freshDesk()

  it('starts at the cursor of the first frame', () => {
    applyFrame(frame(41))
    expect(useConnection().cursor).toBe(41)
  })

  it('is applied once, however often it comes', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', [message('one', { minute: 1 })]) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    const news = frame(2, { chat: chat('a'), message: message('two', { minute: 2 }) })
    applyFrame(news)
    applyFrame(news)
    expect(texts()).toEqual(['one', 'two'])
  })

  it('does not go back when an older frame comes behind a newer one', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', []) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    const sent = { clientId: 'c', direction: 'out' as const, operator: { id: me, name: 'Ana', avatarUrl: null } }
    applyFrame(frame(3, { type: 'message_delivery', chat: chat('a'), message: message('m', { ...sent, delivery: 'read' }) }))
    applyFrame(frame(2, { type: 'message_sent', chat: chat('a'), message: message('m', { ...sent, delivery: 'queued' }) }))
    expect(useTimelines().byChat.get('a')?.items).toMatchObject([{ id: 'm', delivery: 'read' }])
    expect(useConnection().cursor).toBe(3)
  })

  it('stands in the order of the hub’s clock, not in the order of arrival', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', [message('one', { minute: 1 }), message('four', { minute: 4 })]) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    applyFrame(frame(2, { chat: chat('a'), message: message('three', { minute: 3 }) }))
    applyFrame(frame(3, { chat: chat('a'), message: message('two', { minute: 2 }) }))
    expect(texts()).toEqual(['one', 'two', 'three', 'four'])
  })

  it('replaces an edited message where it stands', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', [message('one', { minute: 1 }), message('two', { minute: 2 })]) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    applyFrame(frame(2, { type: 'message_changed', chat: chat('a'), message: message('one', { minute: 1, text: 'ONE' }) }))
    expect(texts()).toEqual(['ONE', 'two'])
  })

  it('calls a colleague by his new name wherever he stands', async () => {
    const bea = { id: 'bea', name: 'Bea', avatarUrl: null }
    const said = { authorKind: 'operator' as const, authorName: 'Bea', operator: bea }
    hubAnswers({ Timeline: () => timelineOf('a', [message('one', { minute: 1, ...said }), message('two', { minute: 2 })]) })
    applyFrame(frame(1))
    applyFrame(frame(2, { type: 'operator_changed', operator: colleague('bea', 'Bea') }))
    applyFrame(frame(3, { chat: chat('a', { operator: bea, participants: [bea] }) }))
    await useTimelines().load('a')
    applyFrame(frame(4, { type: 'operator_changed', operator: colleague('bea', 'Bea Lima') }))
    expect(useChats().byId.get('a')).toMatchObject({ operator: { name: 'Bea Lima' }, participants: [{ name: 'Bea Lima' }] })
    expect(useTimelines().byChat.get('a')?.items).toMatchObject([
      { authorName: 'Bea Lima', operator: { name: 'Bea Lima' } },
      { authorName: 'Maria' },
    ])
  })

  it('asks anew how one wishes to be called when that was changed in another browser', async () => {
    hubAnswers({ Profile: () => ({ profile: { signature: 'Ana, Acme', signs: true, notices: [] } }) })
    applyFrame(frame(1))
    applyFrame(frame(2, { type: 'profile_changed' }))
    await expect.poll(() => useProfile().own?.signature).toBe('Ana, Acme')
  })

  it('is not undone by an answer that was on its way meanwhile', async () => {
    let answer: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    hubAnswers({ Chats: () => held.then(() => pageOf([chat('a', { unread: 0 }), chat('b')])) })
    applyFrame(frame(1))
    const loading = useChats().loadMore('open')
    applyFrame(frame(2, { chat: chat('a', { unread: 3 }) }))
    answer()
    await loading
    expect(useChats().byId.get('a')?.unread).toBe(3)
    expect(useChats().sections.open.ids).toEqual(['b'])
  })

  it('says of a colleague and of oneself what was told last, though an older answer comes behind it', async () => {
    let answer: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    const self = { ...colleague(me, 'Ana'), email: 'ana@loja.example', presence: 'busy' }
    hubAnswers({ Operators: () => held.then(() => ({ operators: [self, { ...colleague('bea', 'Bea'), email: null }] })) })
    applyFrame(frame(1))
    useSession().$patch({ operator: { presence: 'offline' } })
    const loading = useOperators().load()
    applyFrame(frame(2, { type: 'operator_presence', operator: { ...colleague('bea', 'Bea'), presence: 'busy' } }))
    answer()
    await loading
    expect(useOperators().byId.bea?.presence).toBe('busy')
    expect(useSession().operator?.presence).toBe('busy')
  })

  it('clears the desk on a reset and goes on from there', async () => {
    hubAnswers({ Chats: () => pageOf([chat('a')]), Timeline: () => timelineOf('a', [message('one')]) })
    applyFrame(frame(1))
    await Promise.all([useChats().loadMore('open'), useTimelines().load('a')])
    applyFrame(frame(90, undefined, { reset: true }))
    expect(useConnection().cursor).toBe(90)
    expect(useChats().byId.size).toBe(0)
    expect(useChats().sections.open).toMatchObject({ ids: [], loaded: false })
    expect(useTimelines().byChat.size).toBe(0)
  })

  it('drops a chat that has gone from sight and says which it was', async () => {
    hubAnswers({ Chats: () => pageOf([chat('a'), chat('b')]), Timeline: () => timelineOf('a', [message('one')]) })
    applyFrame(frame(1))
    await Promise.all([useChats().loadMore('open'), useTimelines().load('a')])
    let recounts = 0
    applyFrame(frame(2, { type: 'chat_transferred', goneChatId: 'a' }), () => recounts++)
    expect(useChats().sections.open.ids).toEqual(['b'])
    expect(useTimelines().byChat.has('a')).toBe(false)
    expect(useNews().lastGone?.id).toBe('a')
    expect(recounts).toBe(1)
  })

  it('settles a message that waited in this browser', () => {
    usePending().add({ clientId: 'c', operatorId: me, chatId: 'a', text: 'hi', files: [], replyToId: null, at: '2026-01-01T12:00:00.000Z' })
    applyFrame(frame(1))
    applyFrame(frame(2, { type: 'message_sent', chat: chat('a'), message: message('m', { clientId: 'c' }) }))
    expect(usePending().messages).toEqual([])
    expect(localStorage.getItem('parley.pending.c')).toBe(null)
  })

  it('ends the typing of a customer who has written', () => {
    applyFrame(frame(1))
    applyFrame(frame(1, undefined, { signal: { kind: 'typing', chatId: 'a', on: true, text: null, operator: null } }))
    expect(useSignals().typing('a')).toHaveLength(1)
    applyFrame(frame(2, { chat: chat('a'), message: message('m') }))
    expect(useSignals().typing('a')).toHaveLength(0)
  })

  it('keeps the links of files, which it does not tell', async () => {
    const sent = message('m', { files: [file('f')] })
    hubAnswers({ Timeline: () => timelineOf('a', [sent]) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    const { url: _url, thumbnailUrl: _thumbnailUrl, ...untold } = file('f')
    applyFrame(frame(2, { type: 'message_delivery', chat: chat('a'), message: message('m', { files: [untold] }) }))
    expect(useTimelines().byChat.get('a')?.items).toMatchObject([{ files: [{ url: '/files/f' }] }])
  })

  it('asks for the links of a file that was not known', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', []), Message: () => ({ message: message('m', { files: [file('f')] }) }) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    const { url: _url, thumbnailUrl: _thumbnailUrl, ...untold } = file('f')
    applyFrame(frame(2, { chat: chat('a'), message: message('m', { files: [untold] }) }))
    await expect.poll(() => useTimelines().byChat.get('a')?.items).toMatchObject([{ files: [{ url: '/files/f' }] }])
  })
})

describe('a line that is lost', () => {
  it('is tried again after half a second at the soonest and fifteen seconds at the latest', () => {
    for (const attempt of [0, 1, 3, 5, 40]) {
      expect(reconnectDelay(attempt, 0)).toBe(500)
      expect(reconnectDelay(attempt, 1)).toBeLessThanOrEqual(15_000)
    }
    expect(reconnectDelay(0, 1)).toBe(1_000)
    expect(reconnectDelay(40, 1)).toBe(15_000)
  })
})
