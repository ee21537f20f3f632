import { computed, ref, watch } from 'vue'
import { deleteLibraryImage, type LibraryImage, listLibraryImages, moveLibraryImage, renameLibraryImage } from '../api/library.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useTemplateNews } from '../stores/templates.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** Changing what is in the library: what is begun while another change is on its way comes next. */
export function useLibraryEditing() {
  const news = useTemplateNews()
  const rename = useAction(renameLibraryImage)
  const move = useAction(moveLibraryImage)
  const remove = useAction(deleteLibraryImage)
  const next = oneByOne()

  const changed = (act: () => Promise<unknown>): Promise<boolean> =>
    next(async () => {
      for (const action of [rename, move, remove]) action.forget()
      const answer = await act()
      if (answer) news.library += 1
      return answer !== null
    })
  return {
    rename: (id: string, title: string) => changed(() => rename.run(id, title)),
    move: (id: string, to: number) => changed(() => move.run(id, to)),
    remove: (id: string) => changed(() => remove.run(id)),
    moving: move.busy,
    removing: remove.busy,
    refusal: computed(() => rename.refusal.value ?? move.refusal.value),
    removeRefusal: remove.refusal,
    forgetRemoval: remove.forget,
  }
}

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
