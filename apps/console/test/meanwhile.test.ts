import { describe, expect, it } from 'vitest'
import type { Activity } from '../src/api/fragments.ts'
import { applyFrame, askOwed } from '../src/live.ts'
import { useAlerts } from '../src/stores/alerts.ts'
import { useChats } from '../src/stores/chats.ts'
import { useCustomers } from '../src/stores/customers.ts'
import { useGroups } from '../src/stores/groups.ts'
import { useNotes } from '../src/stores/notes.ts'
import { useOperators } from '../src/stores/operators.ts'
import { useTags } from '../src/stores/tags.ts'
import { useTimelines } from '../src/stores/timelines.ts'
import { chat, colleague, file, frame, freshDesk, held, hubAnswers, message, timelineOf } from './support.ts'

const texts = (chatId = 'a') =>
  useTimelines()
    .byChat.get(chatId)
    ?.items.map((item) => (item.__typename === 'Activity' ? item.type : item.text))

describe('what the feed tells while an answer is on its way', () => {
  freshDesk()

  it('stands in a chat whose messages were read before it', async () => {
    const timeline = held()
    hubAnswers({ Timeline: timeline.answer })
    applyFrame(frame(1))
    const loading = useTimelines().load('a')
    applyFrame(frame(2, { chat: chat('a'), message: message('three', { minute: 3 }) }))
    applyFrame(frame(3, { chat: chat('a'), message: message('two', { minute: 2 }) }))
    await timeline.give(0, timelineOf('a', [message('one', { minute: 1 })]))
    await loading
    expect(texts()).toEqual(['one', 'two', 'three'])
  })

  it('is not undone in a chat whose messages were read before it', async () => {
    const timeline = held()
    hubAnswers({ Timeline: timeline.answer })
    applyFrame(frame(1))
    const loading = useTimelines().load('a')
    applyFrame(frame(2, { type: 'message_changed', chat: chat('a'), message: message('one', { minute: 1, text: 'ONE' }) }))
    await timeline.give(0, timelineOf('a', [message('one', { minute: 1 }), message('two', { minute: 2 })]))
    await loading
    expect(texts()).toEqual(['ONE', 'two'])
  })

  it('stands there also when the first asking failed', async () => {
    const timeline = held()
    const refuse = () => {
      throw new TypeError('The line is down')
    }
    let asked = 0
    hubAnswers({ Timeline: () => (++asked === 1 ? refuse() : timeline.answer()) })
    applyFrame(frame(1))
    const [failing, loading] = [useTimelines().load('a'), useTimelines().load('a')]
    await expect(failing).rejects.toThrow()
    applyFrame(frame(2, { chat: chat('a'), message: message('two', { minute: 2 }) }))
    await timeline.give(0, timelineOf('a', [message('one', { minute: 1 })]))
    await loading
    expect(texts()).toEqual(['one', 'two'])
  })

  it('is that the chat has gone from sight: nothing of it is shown', async () => {
    const [timeline, asked] = [held(), held()]
    hubAnswers({ Timeline: timeline.answer, Chat: asked.answer })
    applyFrame(frame(1))
    const [loading, ensuring] = [useTimelines().load('a'), useChats().ensure('a')]
    applyFrame(frame(2, { type: 'chat_transferred', goneChatId: 'a' }))
    await asked.give(0, { chat: chat('a') })
    await timeline.give(0, timelineOf('a', [message('one')]))
    await timeline.give(1, { chat: null })
    expect(await loading).toBe(false)
    expect(await ensuring).toBe(false)
    expect(useTimelines().byChat.has('a')).toBe(false)
    expect(useChats().byId.has('a')).toBe(false)
  })

  it('is what became of a file: the last of it is shown, whichever answer comes first', async () => {
    const fetching = message('m', { files: [file('f', { state: 'fetching', url: null })] })
    const stored = message('m', { files: [file('f')] })
    const asked = held()
    hubAnswers({ Timeline: () => timelineOf('a', [fetching]), Message: asked.answer })
    applyFrame(frame(1))
    await useTimelines().load('a')
    applyFrame(frame(2, { type: 'file_changed', chat: chat('a'), file: { id: 'f', state: 'fetching' } as never }))
    applyFrame(frame(3, { type: 'file_changed', chat: chat('a'), file: { id: 'f', state: 'stored' } as never }))
    await asked.give(1, { message: stored })
    await expect.poll(() => useTimelines().byChat.get('a')?.items).toMatchObject([{ files: [{ state: 'stored' }] }])
    await asked.give(0, { message: fetching })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(useTimelines().byChat.get('a')?.items).toMatchObject([{ files: [{ state: 'stored', url: '/files/f' }] }])
  })

  it('is what became of a file in a chat that was read before it', async () => {
    const fetching = message('m', { files: [file('f', { state: 'fetching', url: null })] })
    const timeline = held()
    hubAnswers({ Timeline: timeline.answer, Message: () => ({ message: message('m', { files: [file('f')] }) }) })
    applyFrame(frame(1))
    const loading = useTimelines().load('a')
    applyFrame(frame(2, { type: 'file_changed', chat: chat('a'), file: { id: 'f', state: 'stored' } as never }))
    await timeline.give(0, timelineOf('a', [fetching]))
    await loading
    await expect.poll(() => useTimelines().byChat.get('a')?.items).toMatchObject([{ files: [{ state: 'stored' }] }])
  })

  const note = { id: 'n', customerId: 'maria', text: 'Likes tea', removedAt: null }
  const page = (...all: unknown[]) => ({
    customer: { notes: { edges: all.map((node) => ({ node })), pageInfo: { hasNextPage: false, endCursor: null } } },
  })
  it('is a note on a customer whose notes were read before it', async () => {
    const notes = held()
    hubAnswers({ Notes: notes.answer })
    applyFrame(frame(1))
    const loading = useNotes().load('maria')
    applyFrame(frame(2, { type: 'note_changed', note: note as never }))
    await notes.give(0, page())
    await notes.give(1, page(note))
    await loading
    expect(useNotes().byCustomer.maria?.all).toMatchObject([{ text: 'Likes tea' }])
  })

  it('is that customers were merged: notes that are shown, or were read before it, are asked for anew', async () => {
    const notes = held()
    hubAnswers({ Notes: notes.answer })
    applyFrame(frame(1))
    const loading = useNotes().load('maria')
    const merged = { type: 'customer_merged', customer: { id: 'maria', name: 'Maria', tags: [], identities: [] } as never } as const
    applyFrame(frame(2, merged))
    await notes.give(0, page())
    await notes.give(1, page(note))
    await loading
    expect(useNotes().byCustomer.maria?.all).toMatchObject([{ text: 'Likes tea' }])
    applyFrame(frame(3, merged))
    await notes.give(2, page())
    await expect.poll(() => useNotes().byCustomer.maria?.all).toEqual([])
  })

  it('is a tag: those that were read before it are asked for again', async () => {
    const tags = held()
    const urgent = { id: 't', name: 'Urgent', colour: 'red' }
    hubAnswers({ Tags: tags.answer })
    applyFrame(frame(1))
    const loading = useTags().load()
    applyFrame(frame(2, { type: 'tag_changed', tag: urgent as never }))
    await tags.give(0, { tags: [] })
    await tags.give(1, { tags: [urgent] })
    await loading
    await expect.poll(() => useTags().all).toMatchObject([{ name: 'Urgent' }])
  })
})

describe('answers', () => {
  freshDesk()

  it('about colleagues leave what was told of one since, whichever comes first', async () => {
    const asked = held()
    const bea = (presence: 'online' | 'busy') => ({ ...colleague('bea', 'Bea'), email: null, presence })
    hubAnswers({ Operators: asked.answer })
    applyFrame(frame(1))
    const loading = [useOperators().load(), useOperators().load()]
    applyFrame(frame(2, { type: 'operator_presence', operator: bea('busy') }))
    await asked.give(0, { operators: [bea('online')] })
    await asked.give(1, { operators: [bea('online')] })
    await Promise.all(loading)
    expect(useOperators().byId.bea?.presence).toBe('busy')
  })

  it('about what one may do with a chat are that to the last question', async () => {
    const asked = held()
    const may = (reply: boolean) => ({ chat: chat('a', { may: { ...chat('a').may, reply } as never }) })
    hubAnswers({ Chat: asked.answer })
    applyFrame(frame(1))
    useChats().put(chat('a'), 1)
    const loading = [useChats().loadRights('a'), useChats().loadRights('a')]
    await asked.give(1, may(true))
    await loading[1]
    await asked.give(0, may(false))
    await loading[0]
    expect(useChats().byId.get('a')?.may?.reply).toBe(true)
  })

  it('about alerts count what came meanwhile, and say how many are unread now', async () => {
    const asked = held()
    const alert = { id: 'n', at: '2026-01-01T12:00:00.000Z', readAt: null, chatId: 'a' }
    const page = (unreadAlerts: number, ...all: unknown[]) => ({
      alerts: { edges: all.map((node) => ({ node })), pageInfo: { hasNextPage: false, endCursor: null } },
      unreadAlerts,
    })
    hubAnswers({ Alerts: asked.answer })
    applyFrame(frame(1))
    const loading = useAlerts().load()
    applyFrame(frame(2, { type: 'alert_added', alert: alert as never }))
    await asked.give(0, page(0))
    await asked.give(1, page(1, alert))
    await loading
    await expect.poll(() => useAlerts().unread).toBe(1)
    expect(useAlerts().all).toMatchObject([{ id: 'n' }])
  })

  it('about customers of a list give way to what is told of one of them', () => {
    const maria = (name: string, version: number) => ({ id: 'maria', name, version, tags: [], identities: [] }) as never
    hubAnswers({})
    applyFrame(frame(1))
    useCustomers().remember([maria('Maria', 1)], 1)
    applyFrame(frame(2, { type: 'customer_changed', customer: maria('Maria Souza', 2) }))
    useCustomers().remember([maria('Maria', 1)], 1)
    expect(useCustomers().byId.maria?.name).toBe('Maria Souza')
  })

  it('that an event asked for and the line did not let through are asked for again once it is back', async () => {
    applyFrame(frame(1))
    applyFrame(frame(2, { type: 'group_changed', group: { id: 'g' } }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    hubAnswers({ Groups: () => ({ groups: [{ id: 'g', name: 'Billing' }] }) })
    askOwed()
    await expect.poll(() => useGroups().all).toMatchObject([{ name: 'Billing' }])
  })

  it('are taken in the order of the questions: an older one that comes later changes nothing', async () => {
    const counts = held()
    hubAnswers({ Sections: counts.answer })
    const [first, second] = [useChats().loadCounts(), useChats().loadCounts()]
    await counts.give(1, { sections: { new: 2 } })
    await second
    await counts.give(0, { sections: { new: 1 } })
    await first
    expect(useChats().counts?.new).toBe(2)
  })

  it('about a file that could not be asked for are asked for again once the line is back', async () => {
    hubAnswers({ Timeline: () => timelineOf('a', [message('m', { files: [file('f', { state: 'fetching', url: null })] })]) })
    applyFrame(frame(1))
    await useTimelines().load('a')
    applyFrame(frame(2, { type: 'file_changed', chat: chat('a'), file: { id: 'f', state: 'stored' } as never }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    hubAnswers({ Message: () => ({ message: message('m', { files: [file('f')] }) }) })
    useTimelines().renewOwed()
    await expect.poll(() => useTimelines().byChat.get('a')?.items).toMatchObject([{ files: [{ state: 'stored' }] }])
  })
})

describe('moves of the same moment', () => {
  freshDesk()

  it('stand in the order of their events', async () => {
    const move = (id: string) => ({ __typename: 'Activity', id, type: `move ${id}`, at: '2026-01-01T12:00:00.000Z' }) as unknown as Activity
    hubAnswers({ Timeline: () => timelineOf('a', [move('8') as never]) })
    applyFrame(frame(8))
    await useTimelines().load('a')
    for (const seq of [10, 9, 11]) useTimelines().put('a', move(String(seq)), seq)
    expect(texts()).toEqual(['move 8', 'move 9', 'move 10', 'move 11'])
  })
})
