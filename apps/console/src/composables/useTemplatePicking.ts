import { type Ref, ref, watch } from 'vue'
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
  composer: Pick<ReturnType<typeof useComposer>, 'text' | 'files' | 'buttons'>,
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
    const [chat, begun] = [chatId.value, begunWord()]
    const applied = await applying.run(chat, templateId)
    if (!applied || chat !== chatId.value) return
    insert(applied.text, begun)
    composer.files.addUploaded(applied.files)
    if (applied.template.buttons.length > 0) composer.buttons.value = applied.template.buttons
  }
  async function pickImage(imageId: string): Promise<void> {
    const chat = chatId.value
    const file = await taking.run(chat, imageId)
    if (file && chat === chatId.value) composer.files.addUploaded([file])
    field.value?.focus()
  }

  /** The `/word` at the caret and where it begins. */
  function begunWord(): { word: string; at: number } | null {
    if (slash.value === null || !field.value) return null
    return { word: `/${slash.value}`, at: field.value.selectionEnd - slash.value.length - 1 }
  }
  /** Writing may have gone on behind the word while the template was on its way. */
  function insert(words: string, begun: ReturnType<typeof begunWord>): void {
    const box = field.value
    if (!box) return
    leave()
    box.focus()
    if (begun && box.value.startsWith(begun.word, begun.at)) {
      const end = begun.at + begun.word.length
      box.setRangeText(words, begun.at, end, box.selectionEnd > end ? 'preserve' : 'end')
    } else box.setRangeText(words, box.selectionStart, box.selectionEnd, 'end')
    composer.text.value = box.value
  }
  watch(chatId, () => {
    leave()
    applying.forget()
    taking.forget()
  })
  return { slash, look, leave, pick, pickImage, actions: [applying, taking] }
}
