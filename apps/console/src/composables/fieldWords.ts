import { useI18n } from 'vue-i18n'
import type { FormField } from '../api/closing.ts'

/** What fields hold, in the reader's words: yes and no, dates and numbers as he writes them, options as the admin did. */
export function useFieldWords() {
  const { t, locale } = useI18n()
  return (type: FormField['type'], values: readonly string[]): string =>
    values
      .map((value) => {
        if (type === 'yes_no') return value === 'yes' ? t('form.yes') : t('form.no')
        if (type === 'date') return new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(value))
        if (type === 'number')
          return new Intl.NumberFormat(locale.value, { maximumFractionDigits: 9 }).format(value as unknown as Intl.StringNumericLiteral)
        return value
      })
      .join(', ')
}
