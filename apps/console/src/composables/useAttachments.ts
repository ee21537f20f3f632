import type { Capabilities } from '@parley/schema/connector'
import { limits, type MediaKind } from '@parley/schema/vocabulary'
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
  upload: Upload | null
}

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
      attachments.value.length >= limits.messageFiles ? t('composer.tooManyFiles', { n: limits.messageFiles }) : refusalOf(file)
    attachments.value.push({
      key: crypto.randomUUID(),
      name: file.name,
      size: file.size,
      mime: file.type,
      progress: 0,
      uploaded: null,
      refusal,
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
        refusal:
          attachments.value.length >= limits.messageFiles
            ? t('composer.tooManyFiles', { n: limits.messageFiles })
            : refusalOf({ size: file.size, type: file.mime }),
        upload: null,
      })
  }
  async function carry(file: File, entry: Attachment): Promise<void> {
    entry.upload = uploadFile(file, (share) => {
      entry.progress = share
    })
    const outcome = await entry.upload.done
    if (outcome.ok) entry.uploaded = outcome.file
    else entry.refusal = [outcome.refusal?.message ?? t('composer.uploadFailed'), outcome.refusal?.remedy].filter(Boolean).join(' ')
  }

  function refusalOf(file: Pick<File, 'size' | 'type'>): string | null {
    if (file.size === 0) return t('composer.emptyFile')
    if (file.size > limits.fileBytes) return t('composer.tooLarge', { channel: channelName(), max: size(limits.fileBytes) })
    const can = capabilities()
    if (!can) return null
    const media = can.media[mediaKindOf(file.type)] ?? can.media.file
    if (!media) return t('composer.kindUnsupported', { channel: channelName() })
    return file.size > media.maxBytes ? t('composer.tooLarge', { channel: channelName(), max: size(media.maxBytes) }) : null
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

function mediaKindOf(mime: string): MediaKind {
  const family = mime.split('/')[0]
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'file'
}
