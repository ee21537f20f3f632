import type { Capabilities } from '@parley/schema/connector'
import { faultOf, mediaKindOf } from '@parley/schema/plan'
import { limits } from '@parley/schema/vocabulary'
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { type UploadedFile, uploadFile } from '../api/files.ts'
import { type Attachment, attachmentOf, isForgotten, useAttached } from '../stores/attached.ts'
import { useNow } from './useNow.ts'
import { useSizes } from './useSizes.ts'

/** A file as it is shown where it is to be sent from. */
export interface StagedFile extends Attachment {
  /** Why it cannot be sent. */
  refusal: string | null
  /** What else becomes of it. */
  note: string | null
}

type Sized = Pick<UploadedFile, 'size' | 'mime'>

/**
 * Files about to be sent: what the channel cannot take is refused before a byte goes out. `draft`: what they are kept for while
 * one looks at something else; without one they go with the form they stand in.
 */
export function useAttachments(
  capabilities: () => Capabilities | undefined,
  channelName: () => string,
  draft: () => string | null = () => null,
) {
  const { t } = useI18n()
  const { size } = useSizes()
  const now = useNow()
  const attached = useAttached()
  const ofThisForm = reactive<Attachment[]>([])
  const listOf = (place: string | null) => (place === null ? ofThisForm : attached.of(place))
  const attachments = computed(() =>
    listOf(draft()).map((file): StagedFile => ({ ...file, refusal: refusalOf(file), note: file.uploaded && noteOf(file.uploaded) })),
  )
  const isUploading = computed(() => attachments.value.some((file) => !file.uploaded && !file.refusal))
  const isRefused = computed(() => attachments.value.some((file) => file.refusal))
  const uploaded = computed(() => attachments.value.flatMap((file) => (file.refusal ? [] : (file.uploaded ?? []))))

  function add(files: Iterable<File>): void {
    for (const file of files) attach(file)
  }
  function attach(file: File, place = draft()): void {
    const list = listOf(place)
    const trouble = tooMany(list.length) ?? (place === draft() ? faultIn({ size: file.size, mime: file.type }) : null)
    const { name, size: bytes, type: mime } = file
    list.push({ key: crypto.randomUUID(), name, size: bytes, mime, progress: 0, uploaded: null, trouble, upload: null, at: 0 })
    if (!trouble) void carry(file, list.at(-1) as Attachment, place)
  }
  /** Takes a file for this draft whenever it comes, though another be looked at by then. */
  function taker(): (file: File) => void {
    const place = draft()
    return (file) => attach(file, place)
  }
  /** Files the hub has already: they are told about as any other, and need no way there. */
  function addUploaded(files: readonly UploadedFile[]): void {
    const list = listOf(draft())
    for (const file of files) list.push({ ...attachmentOf(file, Date.now()), trouble: tooMany(list.length) })
    save(draft())
  }
  /** The draft may be left meanwhile. */
  async function carry(file: File, entry: Attachment, place: string | null): Promise<void> {
    entry.upload = uploadFile(file, (share) => {
      entry.progress = share
    })
    const outcome = await entry.upload.done
    if (outcome.ok) Object.assign(entry, { uploaded: outcome.file, at: Date.now() })
    else entry.trouble = [outcome.refusal?.message ?? t('composer.uploadFailed'), outcome.refusal?.remedy].filter(Boolean).join(' ')
    save(place)
  }

  const tooMany = (before: number) => (before >= limits.messageFiles ? t('composer.tooManyFiles', { n: limits.messageFiles }) : null)
  /** The hub tells the type by the bytes; a browser by the name. */
  function refusalOf(file: Attachment): string | null {
    if (file.trouble || !file.uploaded) return file.trouble
    return draft() !== null && isForgotten(file, now.value) ? t('composer.fileForgotten') : faultIn(file.uploaded)
  }
  function faultIn(file: Sized): string | null {
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
    const list = listOf(draft())
    const index = list.findIndex((file) => file.key === key)
    if (index < 0) return
    list[index]?.upload?.cancel()
    list.splice(index, 1)
    save(draft())
  }
  /** Takes off what has gone with a message; of the draft it was written for, which may have been left meanwhile. `gone`: these alone, by their ids. */
  function clear(place = draft(), gone?: readonly string[]): void {
    const list = listOf(place)
    const left = gone ? list.filter(({ uploaded }) => !uploaded || !gone.includes(uploaded.id)) : []
    list.splice(0, list.length, ...left)
    save(place)
  }
  const save = (place: string | null) => place !== null && attached.keep(place)
  return { attachments, isUploading, isRefused, uploaded, add, taker, addUploaded, remove, clear }
}
