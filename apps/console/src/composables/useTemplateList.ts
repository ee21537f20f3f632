import { refDebounced } from '@vueuse/core'
import { ref, watch } from 'vue'
import { listTemplates, type TemplateScope } from '../api/templates.ts'
import { useTemplateNews } from '../stores/templates.ts'
import { usePages } from './usePages.ts'

/** Templates by scope and words, page by page, asked anew whenever one has changed. */
export function useTemplateList() {
  const news = useTemplateNews()
  const scope = ref<TemplateScope | 'any'>('any')
  const search = ref('')
  const words = refDebounced(search, 200)
  const { rows, status, hasNext, load, loadMore } = usePages(
    (page) =>
      listTemplates({ scope: scope.value === 'any' ? null : scope.value, search: words.value.trim().slice(0, 200) || null, ...page }),
    ({ id }) => id,
  )
  watch([scope, words, () => news.templates], load, { immediate: true })
  return { scope, search, rows, state: status, hasNext, load, loadMore }
}
