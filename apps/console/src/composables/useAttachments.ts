import type { Capabilities } from '@parley/schema/connector'
import { faultOf, mediaKindOf } from '@parley/schema/plan'
import { limits } from '@parley/schema/vocabulary'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Upload, type UploadedFile, uploadFile } from '../api/files.ts'
import { useSizes } from './useSizes.ts'

export interface Attachment {
  key: string
  name: string
  size: number
  mime: string
  /** Share that has gone out, 0 to 1. */
  progress: number
  uploaded: UploadedFile | null
  /** Why it cannot be sent. */
  refusal: string | null
  /** What else becomes of it. */
  note: string | null
  upload: Upload | null
}

type Sized = Pick<UploadedFile, 'size' | 'mime'>

/** Files about to be sent: what the channel cannot take is refused before a byte goes out. */
export function useAttachments(capabilities: () => Capabilities | undefined, channelName: () => string) {
  const { t } = useI18n()
  const { size } = useSizes()
  const attachments = ref<Attachment[]>([])
  const isUploading = computed(() => attachments.value.some((file) => !file.uploaded && !file.refusal))
  const isRefused = computed(() => attachments.value.some((file) => file.refusal))
  const uploaded = computed(() => attachments.value.flatMap((file) => (file.refusal ? [] : (file.uploaded ?? []))))

  function add(files: Iterable<File>): void {
    for (const file of files) attach(file)
  }
  function attach(file: File): void {
    const refusal =
      attachments.value.length >= limits.messageFiles
        ? t('composer.tooManyFiles', { n: limits.messageFiles })
        : refusalOf({ size: file.size, mime: file.type })
    attachments.value.push({
      key: crypto.randomUUID(),
      name: file.name,
      size: file.size,
      mime: file.type,
      progress: 0,
      uploaded: null,
      refusal,
      note: noteOf({ size: file.size, mime: file.type }),
      upload: null,
    })
    const entry = attachments.value.at(-1) as Attachment
    if (!refusal) void carry(file, entry)
  }
  /** Files the hub has already: they are told about as any other, and need no way there. */
  function addUploaded(files: readonly UploadedFile[]): void {
    for (const file of files)
      attachments.value.push({
        key: crypto.randomUUID(),
        name: file.name,
        size: file.size,
        mime: file.mime,
        progress: 1,
        uploaded: file,
        refusal: attachments.value.length >= limits.messageFiles ? t('composer.tooManyFiles', { n: limits.messageFiles }) : refusalOf(file),
        note: noteOf(file),
        upload: null,
      })
  }
  async function carry(file: File, entry: Attachment): Promise<void> {
    entry.upload = uploadFile(file, (share) => {
      entry.progress = share
    })
    const outcome = await entry.upload.done
    if (outcome.ok) {
      entry.uploaded = outcome.file
      // The hub tells the type by the bytes; a browser by the name.
      entry.refusal = refusalOf(outcome.file)
      entry.note = noteOf(outcome.file)
    } else entry.refusal = [outcome.refusal?.message ?? t('composer.uploadFailed'), outcome.refusal?.remedy].filter(Boolean).join(' ')
  }

  function refusalOf(file: Sized): string | null {
    if (file.size > limits.fileBytes) return tooLarge(limits.fileBytes)
    const can = capabilities()
    const found = can ? faultOf(file, can) : file.size === 0 ? ({ fault: 'empty' } as const) : undefined
    if (!found) return null
    if (found.fault === 'size') return tooLarge(found.maxBytes)
    return found.fault === 'empty' ? t('composer.emptyFile') : t('composer.kindUnsupported', { channel: channelName() })
  }
  const tooLarge = (bytes: number) => t('composer.tooLarge', { channel: channelName(), max: size(bytes) })
  /** What would be seen or heard elsewhere goes as a file to be opened. */
  function noteOf(file: Sized): string | null {
    const can = capabilities()
    return can && /^(image|video|audio)\//.test(file.mime) && mediaKindOf(file, can) === 'file' ? t('composer.asFile') : null
  }

  function remove(key: string): void {
    attachments.value.find((file) => file.key === key)?.upload?.cancel()
    attachments.value = attachments.value.filter((file) => file.key !== key)
  }
  function clear(): void {
    attachments.value = []
  }
  function cancelAll(): void {
    for (const file of attachments.value) if (!file.uploaded) file.upload?.cancel()
    clear()
  }
  return { attachments, isUploading, isRefused, uploaded, add, addUploaded, remove, clear, cancelAll }
}
