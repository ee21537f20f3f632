import { describe, expect, it, vi } from 'vitest'
import { computed, effectScope, nextTick, ref } from 'vue'
import type { Chat, Customer } from '../src/api/fragments.ts'
import { useBulkRun, useBulkStart } from '../src/composables/useBulk.ts'
import { useChatActions } from '../src/composables/useChatActions.ts'
import { useChatSearch } from '../src/composables/useChatSearch.ts'
import { useCustomer } from '../src/composables/useCustomer.ts'
import { useDelivery } from '../src/composables/useDelivery.ts'
import type { ListItem } from '../src/composables/useSectionList.ts'
import { useSelection } from '../src/composables/useSelection.ts'
import { useChatTags } from '../src/composables/useTagging.ts'
import { type Spot, useThread } from '../src/composables/useThread.ts'
import { useChats } from '../src/stores/chats.ts'
import { useConnection } from '../src/stores/connection.ts'
import { useSession } from '../src/stores/session.ts'
import { useTimelines } from '../src/stores/timelines.ts'
import { chat, freshDesk, held, hubAnswers, message, timelineOf } from './support.ts'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

/** What a component would do. */
const used = <T>(use: () => T): T => effectScope().run(use) as T
const refusal = { __typename: 'Refusal', code: 'invalid', message: 'No.', field: null, remedy: null }
const arrived = () => new Promise((resolve) => setTimeout(resolve, 20))
const lineIs = async (status: 'lost' | 'live') => {
  useConnection().status = status
  await nextTick()
}

describe('what was done in a chat that has been left', () => {
  freshDesk()

  it('is refused there, and not over the chat that is open by then', async () => {
    const close = held()
    hubAnswers({ Close: close.answer })
    const open = ref<string | null>('a')
    const actions = used(() => useChatActions(open))
    const done = actions.close.run('a', {})
    open.value = 'b'
    await close.give(0, { closeChat: refusal })
    await done
    expect([actions.refusal.value, actions.close.refusal.value]).toEqual([null, null])
    open.value = null
    await nextTick()
    open.value = 'a'
    await nextTick()
    expect(actions.refusal.value).toMatchObject({ message: 'No.' })
    open.value = 'b'
    await nextTick()
    open.value = 'a'
    await nextTick()
    expect(actions.refusal.value).toBe(null)
  })

  it('is refused there though its dialog was left before the answer came, and not said in the next dialog', async () => {
    const [transfer, handOver] = [held(), held()]
    hubAnswers({ Transfer: transfer.answer, HandOver: handOver.answer })
    const actions = used(() => useChatActions(ref<string | null>('a')))
    const moved = actions.transfer.run({ chatId: 'a', groupId: 'g' })
    actions.forgetAsked()
    await transfer.give(0, { transferChat: refusal })
    await moved
    expect(actions.refusal.value).toMatchObject({ message: 'No.' })
    actions.forgetAsked()
    expect([actions.refusal.value, actions.transfer.refusal.value]).toEqual([null, null])
    const given = actions.handOver.run('a', 'hub')
    await handOver.give(0, { handOverChat: refusal })
    await given
    expect(actions.refusal.value).toMatchObject({ message: 'No.' })
  })

  it('and to a message of it, is not said over another chat', async () => {
    const again = held()
    hubAnswers({ Resend: again.answer })
    const open = ref('a')
    const delivery = used(() => useDelivery(open))
    const first = delivery.resend('m')
    await again.give(0, { resendMessage: refusal })
    await first
    expect(delivery.refusal.value).toMatchObject({ message: 'No.' })
    const second = delivery.resend('m')
    open.value = 'b'
    await again.give(1, { resendMessage: refusal })
    await second
    expect(delivery.refusal.value).toBe(null)
  })

  it('puts a tag that was made on the way on the chat it was made for', async () => {
    const made = held()
    const put: unknown[] = []
    hubAnswers({
      CreateTag: made.answer,
      TagChat: ({ chatId, tagId }) => {
        put.push([chatId, tagId])
        return { tagChat: { __typename: 'Chat', id: chatId } }
      },
      Tags: () => ({ tags: [] }),
    })
    const open = ref(chat('a') as Chat)
    const { make } = used(() => useChatTags(open))
    const done = make('vip')
    open.value = chat('b')
    await made.give(0, { createTag: { __typename: 'Tag', id: 'vip', name: 'vip', colour: 'blue' } })
    await done
    expect(put).toEqual([['a', 'vip']])
  })

  it('puts both tags on that were chosen right after one another', async () => {
    const put: unknown[] = []
    const tagged = held()
    hubAnswers({
      TagChat: ({ tagId }) => {
        put.push(tagId)
        return tagged.answer()
      },
    })
    const tags = used(() => useChatTags(ref(chat('a') as Chat)))
    const done = Promise.all([tags.put('one', true), tags.put('two', true)])
    await tagged.give(0, { tagChat: { __typename: 'Chat', id: 'a' } })
    await tagged.give(1, { tagChat: { __typename: 'Chat', id: 'a' } })
    await done
    expect(put).toEqual(['one', 'two'])
  })
})

describe('a profile that was left while it was saved', () => {
  freshDesk()

  it('does not say over another what a colleague changed in it', async () => {
    const saved = held()
    hubAnswers({ UpdateCustomer: saved.answer })
    const customerId = ref<string | null>('maria')
    const editing = used(() => useCustomer(customerId))
    editing.begin()
    const done = editing.save({ name: 'Mary' })
    customerId.value = 'pedro'
    const customer = { id: 'maria', version: 7, name: 'Marie', identities: [], tags: [] } as unknown as Customer
    const changed = [{ name: 'name', values: ['Marie'], at: '2026-01-01T12:00:00.000Z', operator: null }]
    await saved.give(0, { updateCustomer: { __typename: 'CustomerConflict', customer, changed } })
    await done
    expect(editing.conflict.value).toBe(null)
  })
})

describe('choosing all that a list has', () => {
  freshDesk()
  const choosing = () => {
    const counted = held()
    hubAnswers({ CountChats: counted.answer })
    const shown = ['a', 'b'].map((id): ListItem => ({ kind: 'chat', key: id, section: 'closed', chat: chat(id) }))
    const items = computed(() => [...shown, { kind: 'more', key: 'more', section: 'closed', failed: false } as ListItem])
    const selection = used(() => useSelection(items, { tab: ref('all'), filter: ref(null), openId: ref(null) }))
    return { selection, give: () => counted.give(0, { countChats: { count: 90, isCapped: false } }) }
  }

  it('chooses them though the figures of the tabs change while they are counted', async () => {
    const { selection, give } = choosing()
    const done = selection.chooseAll()
    useChats().counts = { missed: 0, new: 4 } as never
    await give()
    await done
    expect(selection.all.value).toMatchObject({ count: 90 })
  })

  it('leaves out what was taken out while they were counted', async () => {
    const { selection, give } = choosing()
    const done = selection.chooseAll()
    selection.toggle('a')
    await give()
    await done
    expect([selection.all.value, selection.ids.value]).toEqual([null, ['b']])
  })

  it('chooses nothing any more where one has thought otherwise', async () => {
    const { selection, give } = choosing()
    const done = selection.chooseAll()
    selection.clear()
    await give()
    await done
    expect([selection.isOn.value, selection.ids.value]).toEqual([false, []])
  })
})

describe('what is done to all chosen chats', () => {
  freshDesk()

  it('ends their selection alone, and not that of others chosen meanwhile', async () => {
    const begun = held()
    hubAnswers({ StartBulk: begun.answer })
    const shown = ['a', 'b', 'c'].map((id): ListItem => ({ kind: 'chat', key: id, section: 'closed', chat: chat(id) }))
    const items = computed(() => shown)
    const selection = used(() => useSelection(items, { tab: ref('all'), filter: ref(null), openId: ref(null) }))
    const { run } = used(() => useBulkStart())
    selection.toggle('a')
    selection.toggle('b')
    const done = run({ kind: 'read' }, { chatIds: selection.ids.value })
    selection.toggle('c')
    await begun.give(0, { startBulk: { __typename: 'BulkRun', id: 'run', state: 'running' } })
    await done
    expect([selection.isOn.value, selection.ids.value]).toEqual([true, ['c']])
    const rest = run({ kind: 'read' }, { chatIds: selection.ids.value })
    await begun.give(1, { startBulk: { __typename: 'BulkRun', id: 'next', state: 'running' } })
    await rest
    expect([selection.isOn.value, selection.ids.value]).toEqual([false, []])
  })

  it('and could not be stopped is not said any more once it was put back', async () => {
    hubAnswers({
      CancelBulk: () => ({ cancelBulk: refusal }),
      UndoBulk: () => ({ undoBulk: { __typename: 'BulkRun', id: 'undo', state: 'running' } }),
    })
    const { stop, putBack, refusal: said } = used(() => useBulkRun())
    await stop({ id: 'run' } as never)
    expect(said.value).toMatchObject({ message: 'No.' })
    await putBack({ id: 'run' } as never)
    expect(said.value).toBe(null)
  })
})

describe('a place in a chat', () => {
  freshDesk()

  it('is the one gone to last, however late the page of an earlier one comes', async () => {
    const [before, after] = [held(), held()]
    hubAnswers({ Timeline: before.answer, TimelineAfter: after.answer })
    const timelines = useTimelines()
    const none = { chat: { id: 'a', timeline: { edges: [], pageInfo: { hasNextPage: true, endCursor: 'end' } } } }
    const [first, second] = [timelines.loadAround('a', 'first'), timelines.loadAround('a', 'second')]
    await before.give(1, timelineOf('a', [message('second')], true))
    await after.give(1, none)
    await second
    await before.give(0, timelineOf('a', [message('first')], true))
    await after.give(0, none)
    expect(await first).toBe(true)
    expect(timelines.byChat.get('a')?.items.map(({ id }) => id)).toEqual(['second'])
  })
})

describe('a search in the open chat', () => {
  freshDesk()
  const page = (ids: string[], endCursor: string | null) => ({
    search: {
      edges: ids.map((id) => ({ node: { id, place: `before ${id}` } })),
      pageInfo: { hasNextPage: endCursor !== null, endCursor },
    },
  })

  it('has no find twice, however impatiently older ones are asked for', async () => {
    const found = held()
    hubAnswers({ SearchHere: found.answer })
    const search = used(() =>
      useChatSearch(
        ref('a'),
        ref('parcel'),
        () => null,
        () => {},
      ),
    )
    await found.give(0, page(['one'], 'one'))
    await expect.poll(() => search.status.value).toBe('ready')
    const [first, second] = [search.older(), search.older()]
    await found.give(1, page(['two', 'three'], null))
    await Promise.all([first, second])
    expect(search.spots.value.map(({ id }) => id)).toEqual(['one', 'two', 'three'])
    expect(search.index.value).toBe(1)
  })

  it('is done once the line is back', async () => {
    const search = used(() =>
      useChatSearch(
        ref('a'),
        ref('parcel'),
        () => null,
        () => {},
      ),
    )
    await expect.poll(() => search.refusal.value).not.toBe(null)
    hubAnswers({ SearchHere: () => page(['one'], null) })
    await lineIs('lost')
    await lineIs('live')
    await expect.poll(() => search.spots.value.map(({ id }) => id)).toEqual(['one'])
  })
})

describe('a workspace', () => {
  freshDesk()

  it('is the one that was gone to last, however late an earlier one answers', async () => {
    const desk = held()
    hubAnswers({ Desk: desk.answer })
    const session = useSession()
    const answerOf = (slug: string) => ({
      me: { id: 'account', workspaces: [] },
      workspace: { id: slug, slug },
      operator: { id: `of ${slug}` },
    })
    const [slow, quick] = [session.enter('slow'), session.enter('quick')]
    await desk.give(1, answerOf('quick'))
    expect(await quick).toBe('entered')
    await desk.give(0, answerOf('slow'))
    expect(await slow).toBe('left')
    await arrived()
    expect(session.workspace?.slug).toBe('quick')
  })
})

describe('the thread of a chat', () => {
  freshDesk()

  it('does not ask without pause for an older page that cannot be had', async () => {
    let asked = 0
    hubAnswers({
      Chat: () => ({ chat: chat('a') }),
      Timeline: ({ before }) => {
        if (!before) return timelineOf('a', [message('m')], true)
        asked += 1
        throw new TypeError('The line is down')
      },
    })
    useConnection().cursor = 1
    const thread = used(() => useThread(ref('a'), ref(null)))
    await expect.poll(() => thread.status.value).toBe('ready')
    void thread.loadOlder()
    await expect.poll(() => asked).toBe(1)
    for (let times = 0; times < 5; times += 1) {
      await arrived()
      void thread.loadOlder()
    }
    expect(asked).toBe(1)
  })

  it('loads the find that was gone to while another was on its way', async () => {
    const after = held()
    let asked = 0
    hubAnswers({
      Chat: () => ({ chat: chat('a') }),
      Timeline: ({ before }) => timelineOf('a', [message(String(before))]),
      TimelineAfter: () => {
        asked += 1
        return after.answer()
      },
    })
    useConnection().cursor = 1
    const spot = ref<Spot | null>({ id: 'first', place: 'first' })
    const thread = used(() => useThread(ref('a'), spot))
    const none = { chat: { id: 'a', timeline: { edges: [], pageInfo: { hasNextPage: true, endCursor: 'end' } } } }
    await expect.poll(() => asked).toBe(1)
    spot.value = { id: 'second', place: 'second' }
    await after.give(0, none)
    await after.give(1, none)
    await expect.poll(() => thread.status.value).toBe('ready')
    expect(thread.timeline.value?.items.map(({ id }) => id)).toEqual(['second'])
  })
})
