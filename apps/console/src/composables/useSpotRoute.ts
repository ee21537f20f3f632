import { computed, type Ref, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Spot } from './useThread.ts'

/** Where in the open chat one looks, as the address says, and the words one looks for. */
export function useSpotRoute(chatId: Ref<string | null>) {
  const route = useRoute()
  const router = useRouter()
  const given = (key: string) => (typeof route.query[key] === 'string' ? route.query[key] : null)
  const spot = computed<Spot | null>((before) => {
    const [id, place] = [given('m'), given('at')]
    if (!id || !place) return null
    return before?.id === id && before.place === place ? before : { id, place }
  })
  const words = ref<string | null>(null)
  // Each chat is looked through for what its address says, and not for what was looked for in the one before.
  watch(
    [chatId, () => given('q')],
    ([, q]) => {
      words.value = q
    },
    { immediate: true },
  )

  function go(next: Spot | null): void {
    const { m: _, at: __, ...rest } = route.query
    void router.replace({ query: next ? { ...rest, m: next.id, at: next.place } : rest })
  }
  function say(now: string | null): void {
    words.value = now
    if (now === null && given('q') !== null) {
      const { q: _, ...rest } = route.query
      void router.replace({ query: rest })
    }
  }
  return { spot, words, go, say, begin: () => say(words.value ?? '') }
}
