import { type Ref, ref } from 'vue'
import { takeLibraryImage } from '../api/library.ts'
import { applyTemplate } from '../api/templates.ts'
import { useAction } from './useAction.ts'
import type { useComposer } from './useComposer.ts'

/** A word behind a slash at the caret, which is at its end. */
const slashed = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u

/**
 * Putting templates and pictures of the library into what is being written: at the caret, in the place of what is selected,
 * or in the place of the `/word` that was typed.
 */
export function useTemplatePicking(
  composer: Pick<ReturnType<typeof useComposer>, 'text' | 'files'>,
  chatId: Ref<string>,
  field: Ref<HTMLTextAreaElement | null>,
) {
  /** What stands behind the slash at the caret; null when none does. */
  const slash = ref<string | null>(null)
  const applying = useAction(applyTemplate)
  const taking = useAction(takeLibraryImage)

  function look(): void {
    const box = field.value
    if (!box || box.selectionStart !== box.selectionEnd) {
      slash.value = null
      return
    }
    slash.value = slashed.exec(box.value.slice(0, box.selectionStart))?.[1] ?? null
  }
  const leave = () => {
    slash.value = null
  }

  async function pick(templateId: string): Promise<void> {
    const chat = chatId.value
    const applied = await applying.run(chat, templateId)
    if (!applied || chat !== chatId.value) return
    insert(applied.text)
    composer.files.addUploaded(applied.files)
  }
  async function pickImage(imageId: string): Promise<void> {
    const chat = chatId.value
    const file = await taking.run(chat, imageId)
    if (file && chat === chatId.value) composer.files.addUploaded([file])
    field.value?.focus()
  }

  function insert(words: string): void {
    const box = field.value
    if (!box) return
    const end = box.selectionEnd
    const begin = slash.value === null ? box.selectionStart : end - slash.value.length - 1
    leave()
    box.focus()
    box.setRangeText(words, begin, end, 'end')
    composer.text.value = box.value
  }
  return { slash, look, leave, pick, pickImage, actions: [applying, taking] }
}
