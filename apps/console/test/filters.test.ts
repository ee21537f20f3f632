import type { Condition, Filter } from '@parley/schema/filter'
import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { filterFrom, isWhole, newCondition, sameFilter, turned, withCondition, withGroup, withNew } from '../src/composables/filterTree.ts'
import { useFilterEditing } from '../src/composables/useFilterEditing.ts'
import { useFilterSaving } from '../src/composables/useFilterSaving.ts'
import { applyFrame } from '../src/live.ts'
import { useFiltered } from '../src/stores/filtered.ts'
import { useSavedFilters } from '../src/stores/savedFilters.ts'
import { chat, frame, freshDesk, hubAnswers } from './support.ts'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

const unread: Condition = { field: 'unread', is: 'yes' }
const named = (value: string): Condition => ({ field: 'name', is: 'contains', value })

describe('a filter as a tree', () => {
  it('comes from an address, and what could not be shown does not', () => {
    const filter: Filter = { all: [unread, { any: [named('a'), named('b')] }] }
    expect(filterFrom(JSON.stringify(filter))).toEqual(filter)
    for (const text of [
      undefined,
      '',
      'null',
      '[]',
      '{}',
      '{"all":{}}',
      '{"all":[1]}',
      '{"all":[{"any":[{"all":[]}]}]}',
      '{"field":"x","is":"y"}',
      '{"all":[{"field":1,"is":"y"}]}',
    ])
      expect([text, filterFrom(text)]).toEqual([text, null])
  })

  it('loses a condition, and a group with its last one', () => {
    const filter: Filter = { all: [unread, { any: [named('a'), named('b')] }] }
    const once = withCondition(filter, [1, 0], null)
    expect(once).toEqual({ all: [unread, { any: [named('b')] }] })
    expect(withCondition(once, [1, 0], null)).toEqual({ all: [unread] })
    expect(withCondition(filter, [1, 1], named('c'))).toEqual({ all: [unread, { any: [named('a'), named('c')] }] })
  })

  it('grows by conditions and by groups that are joined the other way', () => {
    const filter = withGroup(withNew({ any: [] }, unread), named('a'))
    expect(filter).toEqual({ any: [unread, { all: [named('a')] }] })
    expect(withNew(filter, named('b'), 1)).toEqual({ any: [unread, { all: [named('a'), named('b')] }] })
    expect(turned(turned(filter, 1))).toEqual({ all: [unread, { any: [named('a')] }] })
  })

  it('is the same in whatever order the hub hands its keys back', () => {
    expect(sameFilter({ all: [{ is: 'yes', field: 'unread' }] }, { all: [unread] })).toBe(true)
    expect(sameFilter({ all: [unread] }, { any: [unread] })).toBe(false)
  })

  it.each<[Condition, boolean]>([
    [named(' '), false],
    [named('a'), true],
    [{ field: 'email', is: 'empty' }, true],
    [{ field: 'chatTags', is: 'any', ids: [] }, false],
    [{ field: 'chatTags', is: 'empty' }, true],
    [{ field: 'state', is: 'none', values: [] }, false],
    [{ field: 'opened', is: 'between', from: '2026-01-02', to: '2026-01-01' }, false],
    [{ field: 'opened', is: 'between', to: '2026-01-01' }, true],
    [{ field: 'opened', is: 'last', count: 0, unit: 'day' }, false],
    [{ field: 'waiting', is: 'over', minutes: 0 }, false],
    [unread, true],
  ])('%j says enough: %s', (condition, whole) => {
    expect(isWhole(condition)).toBe(whole)
  })
})

describe('editing a filter', () => {
  it('takes a new condition in once it says something, and changes that very one from then on', () => {
    const filter = ref<Filter>({ all: [unread] })
    const { add, apply, remove, session } = useFilterEditing(filter, (next) => {
      filter.value = next
    })
    add(newCondition('name'))
    expect(filter.value).toEqual({ all: [unread] })
    apply(named('m'))
    apply(named('ma'))
    expect(filter.value).toEqual({ all: [unread, named('ma')] })
    add(newCondition('name'), { grouped: true })
    apply(named('j'))
    apply(named('jo'))
    expect(filter.value).toEqual({ all: [unread, named('ma'), { any: [named('jo')] }] })
    add(newCondition('unread'), { within: 2 })
    expect(filter.value).toEqual({ all: [unread, named('ma'), { any: [named('jo'), unread] }] })
    remove(session.value?.path ?? null)
    expect(filter.value).toEqual({ all: [unread, named('ma'), { any: [named('jo')] }] })
  })
})

describe('the list of a filter', () => {
  freshDesk()
  const pageOf = (chats: ReturnType<typeof chat>[], hasNextPage = false) => ({
    filteredChats: { edges: chats.map((node) => ({ node })), pageInfo: { hasNextPage, endCursor: chats.at(-1)?.id ?? null } },
  })
  const countOf = (count: number) => () => ({ countChats: { count, isCapped: false } })
  const settled = () => vi.waitFor(() => expect(useFiltered().loaded).toBe(true))

  it('takes a chat in, moves it and lets it go as the hub says it fits', async () => {
    const fitting = new Map([
      ['a', chat('a', { minute: 1 })],
      ['b', chat('b', { minute: 2 })],
    ])
    const asked: string[][] = []
    hubAnswers({
      FilteredChats: () => pageOf([...fitting.values()].reverse()),
      CountChats: countOf(2),
      FittingChats: ({ chatIds }) => {
        asked.push(chatIds as string[])
        return { fittingChats: (chatIds as string[]).flatMap((id) => fitting.get(id) ?? []) }
      },
    })
    applyFrame(frame(1))
    useFiltered().show({ all: [unread] })
    await settled()
    expect(useFiltered().ids).toEqual(['b', 'a'])
    // Two events at once are one question.
    fitting.set('c', chat('c', { minute: 5 }))
    fitting.set('a', chat('a', { minute: 6 }))
    applyFrame(frame(2, { chat: chat('c', { minute: 5 }) }))
    applyFrame(frame(3, { chat: chat('a', { minute: 6 }) }))
    await vi.waitFor(() => expect(useFiltered().ids).toEqual(['a', 'c', 'b']))
    expect(asked).toEqual([['c', 'a']])
    fitting.delete('b')
    applyFrame(frame(4, { chat: chat('b', { minute: 7 }) }))
    await vi.waitFor(() => expect(useFiltered().ids).toEqual(['a', 'c']))
    applyFrame(frame(5, { goneChatId: 'a' }))
    expect(useFiltered().ids).toEqual(['c'])
  })

  it('asks about a chat until the hub answers', async () => {
    let isDown = true
    hubAnswers({
      FilteredChats: () => pageOf([]),
      CountChats: countOf(0),
      FittingChats: () => {
        if (isDown) throw new TypeError('The line is down')
        return { fittingChats: [chat('a')] }
      },
    })
    applyFrame(frame(1))
    useFiltered().show({ all: [unread] })
    await settled()
    applyFrame(frame(2, { chat: chat('a') }))
    await new Promise((resolve) => setTimeout(resolve, 400))
    isDown = false
    await vi.waitFor(() => expect(useFiltered().ids).toEqual(['a']), { timeout: 5_000 })
  })

  it('keeps what sorts below the last page out until that page is loaded', async () => {
    const low = chat('low', { minute: 1 })
    hubAnswers({
      FilteredChats: ({ after }) => (after ? pageOf([low]) : pageOf([chat('b', { minute: 9 }), chat('a', { minute: 8 })], true)),
      CountChats: countOf(3),
      FittingChats: () => ({ fittingChats: [low] }),
    })
    applyFrame(frame(1))
    useFiltered().show({ all: [] })
    await settled()
    useFiltered().touch('low')
    await vi.waitFor(() => expect(useFiltered().ids).toEqual(['b', 'a']))
    await useFiltered().loadMore()
    expect(useFiltered().ids).toEqual(['b', 'a', 'low'])
  })

  it('shows nothing of the filter before, however late its answer comes', async () => {
    let answer: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    hubAnswers({
      FilteredChats: ({ filter }) =>
        JSON.stringify(filter).includes('unread') ? held.then(() => pageOf([chat('old')])) : pageOf([chat('new')]),
      CountChats: countOf(1),
    })
    applyFrame(frame(1))
    useFiltered().show({ all: [unread] })
    useFiltered().show({ all: [named('x')] })
    await settled()
    answer()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(useFiltered().ids).toEqual(['new'])
  })
})

describe('saved filters', () => {
  freshDesk()

  it('are asked anew when one was changed, and are forgotten when another desk begins', async () => {
    const saved = {
      id: 'f',
      name: 'Unread',
      filter: { all: [unread] },
      scope: 'own',
      isTab: true,
      mayManage: true,
      group: null,
      owner: { id: 'o', name: 'Ana' },
    }
    hubAnswers({
      SavedFilters: () => ({ savedFilters: [saved] }),
      SavedFilterCounts: () => ({ savedFilters: [{ id: 'f', isTab: true, count: { count: 4, isCapped: false } }] }),
    })
    applyFrame(frame(1))
    applyFrame(frame(2, { type: 'filter_changed' }))
    await vi.waitFor(() => expect(useSavedFilters().counts).toEqual({ f: { count: 4, isCapped: false } }))
    expect(useSavedFilters().tabs.map(({ name }) => name)).toEqual(['Unread'])
    applyFrame(frame(3, undefined, { reset: true }))
    expect(useSavedFilters().all).toEqual([])
  })
})

describe('keeping a filter', () => {
  freshDesk()
  const kept = (over: object = {}) => ({
    __typename: 'SavedFilter',
    id: 'mine',
    name: 'Unread',
    filter: { all: [unread] },
    scope: 'all',
    isTab: true,
    mayManage: true,
    group: null,
    ...over,
  })
  const begin = (shown: Filter) => {
    const saved = useSavedFilters()
    saved.all = [kept() as never]
    return effectScope().run(() => useFilterSaving(shown, saved.all[0] ?? null)) as ReturnType<typeof useFilterSaving>
  }

  it('takes nothing back that a colleague changes of it meanwhile', async () => {
    const asked: unknown[] = []
    hubAnswers({
      UpdateSavedFilter: ({ input }) => {
        asked.push(input)
        return { updateSavedFilter: kept({ ...(input as object) }) }
      },
    })
    const saving = begin({ all: [named('Ana')] })
    useSavedFilters().all = [kept({ name: 'Not read yet', scope: 'own' }) as never]
    await nextTick()
    expect(await saving.save()).toMatchObject({ id: 'mine' })
    expect(asked).toEqual([{ name: 'Not read yet', scope: 'own', groupId: null, filter: { all: [named('Ana')] } }])
    expect(useSavedFilters().all).toMatchObject([{ name: 'Not read yet', filter: { all: [named('Ana')] } }])
  })

  it('makes no other of one that a colleague has deleted meanwhile, and says so', async () => {
    const asked: string[] = []
    hubAnswers({
      CreateSavedFilter: () => {
        asked.push('create')
        return { createSavedFilter: kept({ id: 'other' }) }
      },
      UpdateSavedFilter: ({ filterId }) => {
        asked.push(`update ${filterId}`)
        return { updateSavedFilter: { __typename: 'Refusal', code: 'not_found', message: 'It is not there.', field: null, remedy: null } }
      },
    })
    const saving = begin({ all: [unread] })
    useSavedFilters().all = []
    await nextTick()
    expect(await saving.save()).toBe(null)
    expect(asked).toEqual(['update mine'])
    expect(saving.refusal.value).toMatchObject({ message: 'It is not there.' })
  })
})
