import { useI18n } from 'vue-i18n'
import type { MessageFile } from '../api/fragments.ts'

interface Previewed {
  text: string | null
  removedAt?: string | null
  unsupported?: string | null
  letter?: { subject: string | null } | null
  files: readonly Pick<MessageFile, 'kind'>[]
}

/** A message in one line, for rows, quotes and announcements. */
export function usePreview() {
  const { t } = useI18n()
  function preview(message: Previewed | null | undefined): string {
    if (!message) return ''
    if (message.removedAt) return t('message.removed')
    const subject = message.letter?.subject
    // A letter that says all in its subject has it as its text.
    if (subject && subject !== message.text) return message.text ? `${subject} · ${message.text}` : subject
    if (message.text) return message.text
    const file = message.files[0]
    if (file) return t(`fileKind.${file.kind}`)
    return message.unsupported ? t('message.unsupportedShort') : t('message.other')
  }
  return { preview }
}
