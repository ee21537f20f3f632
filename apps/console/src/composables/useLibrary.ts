import { ref, watch } from 'vue'
import { type LibraryImage, listLibraryImages } from '../api/library.ts'
import { useTemplateNews } from '../stores/templates.ts'

/** The pictures of the library, asked anew whenever one has changed. */
export function useLibrary() {
  const news = useTemplateNews()
  const images = ref<LibraryImage[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  watch(
    () => news.library,
    async () => {
      try {
        images.value = await listLibraryImages()
        state.value = 'ready'
      } catch {
        state.value = 'failed'
      }
    },
    { immediate: true },
  )
  return { images, state }
}
