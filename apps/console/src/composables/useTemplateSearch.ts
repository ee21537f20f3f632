import { useDebounceFn } from '@vueuse/core'
import { type Ref, ref, watch } from 'vue'
import { findTemplates, type TemplateMatch } from '../api/templates.ts'
import { useTemplateNews } from '../stores/templates.ts'
import { useLineBack } from './useLineBack.ts'

/** Templates for a chat as one types, the most fitting first, and which of them is chosen by key; while `loading` they are those of what stood there before. */
export function useTemplateSearch(chatId: Ref<string>, search: Ref<string>) {
  const news = useTemplateNews()
  const matches = ref<TemplateMatch[]>([])
  const active = ref(0)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  let turn = 0

  async function load(): Promise<void> {
    turn += 1
    const mine = turn
    try {
      const found = await findTemplates(chatId.value, search.value.slice(0, 200))
      if (mine !== turn) return
      matches.value = found
      active.value = 0
      state.value = 'ready'
    } catch {
      if (mine === turn) state.value = 'failed'
    }
  }
  const loadSoon = useDebounceFn(load, 120)
  watch(search, () => {
    state.value = 'loading'
    void loadSoon()
  })
  watch([chatId, () => news.templates], load, { immediate: true })
  useLineBack(load)

  function step(by: number): void {
    if (matches.value.length > 0) active.value = (active.value + by + matches.value.length) % matches.value.length
  }
  return { matches, active, state, step, load }
}
