import { type Ref, ref } from 'vue'

/** A word behind a colon at the caret, such as `:smile`. */
const called = /(?:^|\s):([\p{L}\p{N}_+-]{2,30})$/u

/** Emoji put into what is being written: at the caret, or in the place of the `:word` that was typed. */
export function useEmojiTyping(text: Ref<string>, field: Ref<HTMLTextAreaElement | null>) {
  /** What stands behind the colon at the caret; null when none does. */
  const word = ref<string | null>(null)

  function look(): void {
    const box = field.value
    word.value = box && box.selectionStart === box.selectionEnd ? (called.exec(box.value.slice(0, box.selectionStart))?.[1] ?? null) : null
  }
  const leave = () => {
    word.value = null
  }
  function insert(emoji: string): void {
    const box = field.value
    if (!box) return
    const end = box.selectionEnd
    const begin = word.value === null ? box.selectionStart : end - word.value.length - 1
    leave()
    box.focus()
    box.setRangeText(emoji, begin, end, 'end')
    text.value = box.value
  }
  return { word, look, leave, insert }
}
