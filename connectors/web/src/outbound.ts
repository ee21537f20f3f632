import type { Capabilities, OutboundMessage, Plan, SendFailure, StoredFile } from '@parley/schema/connector'
import { limits, type MediaKind } from '@parley/schema/vocabulary'
import type { WebOptions } from './options.ts'

export function capabilities({ maxFileBytes }: WebOptions): Capabilities {
  const kind = (mime: string[]) => ({ maxBytes: maxFileBytes, mime, caption: limits.messageText })
  return {
    text: { max: limits.messageText, unit: 'utf16' },
    media:
      maxFileBytes === 0
        ? {}
        : {
            image: kind(['image/jpeg', 'image/png', 'image/webp', 'image/gif']),
            video: kind(['video/mp4', 'video/webm']),
            audio: kind(['audio/mpeg', 'audio/mp4', 'audio/ogg']),
            file: kind(['*/*']),
          },
    inboundMaxBytes: maxFileBytes,
    edit: { out: 'full', in: false },
    remove: { out: 'full', in: false },
    reactions: { out: 'full', in: false },
    quotes: 'full',
    typing: { out: true, in: true },
    receipts: { delivered: true, read: true, markRead: true },
    buttons: { max: limits.buttons, labelMax: limits.buttonLabel },
    groups: 'ignored',
    startsChats: false,
    replyWindow: null,
    templates: false,
    idempotency: 'native',
    rate: { perSecond: 1_000, concurrency: 64 },
  }
}

/**
 * Always one part: the visitor reads the stored message, whole, through the hub; the part only says that it is out.
 * Its content is the text, or the first file with the text as its caption.
 */
export function plan({ thread, to, text = '', files = [], replyTo, buttons }: OutboundMessage, can: Capabilities): Plan {
  const refusal = refusalOf(text, files, can)
  if (refusal) return { refusal }
  const [file] = files
  const content = file
    ? { type: 'media' as const, kind: kindOf(file, can), file, ...(text && { caption: text }) }
    : { type: 'text' as const, text, ...(buttons?.length && { buttons }) }
  return { parts: [{ thread, to, content, ...(replyTo && { replyTo }) }], warnings: [] }
}

function refusalOf(words: string, files: StoredFile[], can: Capabilities): SendFailure | undefined {
  if (!words.trim() && !files.length) return { code: 'content_rejected', message: 'A message needs text or a file.' }
  if (words.length > can.text.max) return { code: 'too_large', message: `A message holds at most ${can.text.max} characters.` }
  if (files.length > limits.messageFiles) return { code: 'too_large', message: `A message holds at most ${limits.messageFiles} files.` }
  const max = can.media.file?.maxBytes
  if (files.length && max === undefined) return { code: 'unsupported', message: 'This chat takes no files.' }
  const large = files.find((file) => file.size > (max ?? 0))
  return large && { code: 'too_large', message: `${large.name} is larger than ${max} bytes.` }
}

function kindOf({ mime }: StoredFile, can: Capabilities): MediaKind {
  const found = Object.entries(can.media).find(([, media]) => media.mime.includes(mime))
  return (found?.[0] as MediaKind | undefined) ?? 'file'
}
