import { ref, watch } from 'vue'
import { type LibraryImage, listLibraryImages } from '../api/library.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useTemplateNews } from '../stores/templates.ts'
import { useLineBack } from './useLineBack.ts'

/** The pictures of the library, asked anew whenever one has changed. */
export function useLibrary() {
  const news = useTemplateNews()
  const images = ref<LibraryImage[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const pictures = inTurn(listLibraryImages)
  async function load(): Promise<void> {
    try {
      images.value = (await pictures.ask()) ?? images.value
      state.value = 'ready'
    } catch {
      if (state.value !== 'ready') state.value = 'failed'
    }
  }
  watch(() => news.library, load, { immediate: true })
  useLineBack(load)
  return { images, state }
}
