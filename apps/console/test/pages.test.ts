import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useBlocking } from '../src/composables/useBlocking.ts'
import { useMentions } from '../src/composables/useMentions.ts'
import { type Page, usePages } from '../src/composables/usePages.ts'
import { useConnection } from '../src/stores/connection.ts'
import { freshDesk, held, hubAnswers } from './support.ts'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

/** What a component would do. */
const used = <T>(use: () => T): T => effectScope().run(use) as T
const page = (endCursor: string | null, ...rows: string[]): Page<string> => ({
  edges: rows.map((node) => ({ node })),
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
})
const listOf = () => {
  const asked = held()
  const list = used(() => usePages(asked.answer as () => Promise<Page<string>>, (row) => row, 2))
  return { ...list, give: asked.give }
}
const lineIs = async (status: 'lost' | 'live') => {
  useConnection().status = status
  await nextTick()
}

describe('a list that comes by pages', () => {
  freshDesk()

  it('has nothing twice, though what is on the next page has moved there meanwhile', async () => {
    const { rows, load, loadMore, give } = listOf()
    void load()
    await give(0, page('b', 'a', 'b'))
    await expect.poll(() => rows.value).toEqual(['a', 'b'])
    void loadMore()
    await give(1, page(null, 'b', 'c'))
    await expect.poll(() => rows.value).toEqual(['a', 'b', 'c'])
  })

  it('shows what was asked for last, however late an older answer comes', async () => {
    const { rows, load, give } = listOf()
    void load()
    void load()
    await give(1, page(null, 'new'))
    await give(0, page(null, 'old'))
    await expect.poll(() => rows.value).toEqual(['new'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(rows.value).toEqual(['new'])
  })

  it('goes on below what is there now, where it was asked anew while its next page was on the way', async () => {
    const { rows, load, loadMore, give } = listOf()
    void load()
    await give(0, page('b', 'a', 'b'))
    await expect.poll(() => rows.value).toEqual(['a', 'b'])
    void loadMore()
    await new Promise((resolve) => setTimeout(resolve, 0))
    void load()
    await give(1, page(null, 'c'))
    await give(2, page('a', 'new', 'a'))
    await give(3, page(null, 'b', 'c'))
    await expect.poll(() => rows.value).toEqual(['new', 'a', 'b', 'c'])
  })

  it('keeps what it shows while the line is down, and is asked anew once it is back', async () => {
    let isDown = false
    let row = 'a'
    const list = used(() =>
      usePages(
        async () => {
          if (isDown) throw new TypeError('The line is down')
          return page(null, row)
        },
        (each) => each,
      ),
    )
    await list.load()
    isDown = true
    row = 'b'
    await lineIs('lost')
    await list.load()
    expect([list.rows.value, list.status.value]).toEqual([['a'], 'ready'])
    isDown = false
    await lineIs('live')
    await expect.poll(() => list.rows.value).toEqual(['b'])
  })
})

describe('whoever is blocked', () => {
  freshDesk()

  it('is the customer of the chat that is shown, not of the one before', async () => {
    const asked = held()
    hubAnswers({ Blockable: asked.answer })
    const customerId = ref('maria')
    const { identities, state } = used(() => useBlocking(customerId))
    customerId.value = 'pedro'
    await nextTick()
    await asked.give(1, { customer: { id: 'pedro', identities: [{ id: 'of pedro' }] } })
    await expect.poll(() => state.value).toBe('ready')
    await asked.give(0, { customer: { id: 'maria', identities: [{ id: 'of maria' }] } })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(identities.value).toMatchObject([{ id: 'of pedro' }])
    customerId.value = 'maria'
    await nextTick()
    expect(identities.value).toEqual([])
  })
})

describe('a colleague who is named', () => {
  freshDesk()

  it('is called though the line was down when the next name was begun', async () => {
    hubAnswers({ Colleagues: () => ({ chat: { colleagues: [{ id: 'lea', name: 'Lea' }] } }) })
    const text = ref('')
    const mentions = used(() => useMentions(ref('a'), text))
    text.value = '@Lea look'
    mentions.caret.value = 2
    await expect.poll(() => mentions.offered.value).toMatchObject([{ id: 'lea' }])
    hubAnswers({})
    text.value = '@Lea look @'
    mentions.caret.value = text.value.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await mentions.namedIn('a', text.value)).toMatchObject([{ id: 'lea' }])
  })
})
