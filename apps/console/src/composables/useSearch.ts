import { refDebounced } from '@vueuse/core'
import { computed, type Ref, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Hit, search } from '../api/search.ts'
import { inWords, type Refused } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

const typingMs = 250
const fewest = 2
/** Customers stand above the messages and do not push them away. */
const pageSizes = { people: 5, said: 25 }
type Kind = keyof typeof pageSizes
const kindsOf = { people: ['customer', 'note'], said: ['message', 'comment'] } as const

/** What is found in one chat, its newest find first. */
export interface ChatFinds {
  chat: NonNullable<Hit['chat']>
  hits: Hit[]
}
interface Found {
  hits: Hit[]
  hasNext: boolean
  endCursor: string | null
}
const nothing: Found = { hits: [], hasNext: false, endCursor: null }

/** Searching in everything one may see, while one types. */
export function useSearch(query: Ref<string>) {
  const { t } = useI18n()
  const settled = refDebounced(query, typingMs)
  const wanted = computed(() => settled.value.trim())
  const found = shallowRef<Record<Kind, Found>>({ people: nothing, said: nothing })
  const status = ref<'idle' | 'searching' | 'ready' | 'refused'>('idle')
  const refusal = ref<Refused | null>(null)
  const more = ref<Kind | null>(null)
  let asked = 0

  const ask = async (kind: Kind, words: string, after: string | null): Promise<Found> => {
    const { edges, pageInfo } = await search({ query: words, kinds: [...kindsOf[kind]], first: pageSizes[kind], after })
    return { hits: edges.map(({ node }) => node), hasNext: pageInfo.hasNextPage, endCursor: pageInfo.endCursor }
  }
  async function run(): Promise<void> {
    const turn = ++asked
    const words = wanted.value
    refusal.value = null
    if (words.length < fewest) {
      status.value = 'idle'
      return
    }
    status.value = 'searching'
    try {
      const [people, said] = await Promise.all([ask('people', words, null), ask('said', words, null)])
      if (turn !== asked) return
      found.value = { people, said }
      status.value = 'ready'
    } catch (error) {
      if (turn !== asked) return
      refusal.value = inWords(error, t)
      status.value = 'refused'
    }
  }
  async function loadMore(kind: Kind): Promise<void> {
    const before = found.value[kind]
    if (more.value || !before.hasNext) return
    const turn = asked
    more.value = kind
    try {
      const page = await ask(kind, wanted.value, before.endCursor)
      if (turn === asked) found.value = { ...found.value, [kind]: { ...page, hits: [...before.hits, ...page.hits] } }
    } catch (error) {
      if (turn === asked) refusal.value = inWords(error, t)
    } finally {
      more.value = null
    }
  }
  watch(wanted, run, { immediate: true })
  useLineBack(() => status.value === 'refused' && run())

  const chats = computed(() => byChat(found.value.said.hits))
  return { wanted, found, chats, status, refusal, more, run, loadMore }
}

function byChat(hits: readonly Hit[]): ChatFinds[] {
  const chats = new Map<string, ChatFinds>()
  for (const hit of hits) {
    if (!hit.chat) continue
    const finds = chats.get(hit.chat.id) ?? { chat: hit.chat, hits: [] }
    finds.hits.push(hit)
    chats.set(hit.chat.id, finds)
  }
  return [...chats.values()]
}
