import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

/** The languages somebody speaks, in the reader's language. */
export function useSpokenWords() {
  const { locale } = useI18n()
  const names = computed(() => new Intl.DisplayNames([locale.value], { type: 'language' }))
  return (tags: readonly string[]): string => tags.map((tag) => names.value.of(tag) ?? tag).join(', ')
}
