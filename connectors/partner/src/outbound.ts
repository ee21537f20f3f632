import type { Capabilities, Part } from '@parley/schema/connector'
import type { PartnerOptions } from './options.ts'

const MB = 1024 * 1024

/** What the admin says that the other side can. Files travel inside the call, so they are no larger than fits there. */
export function capabilities({ textMax, files, buttons, receipts, groups: _ }: PartnerOptions): Capabilities {
  const media = (mime: string[]) => ({ maxBytes: 16 * MB, mime, caption: Math.min(textMax, 1_024) })
  return {
    text: { max: textMax, unit: 'utf16' },
    media: files
      ? {
          image: media(['image/*']),
          video: media(['video/*']),
          voice: media(['audio/ogg']),
          audio: media(['audio/*']),
          file: media(['*/*']),
        }
      : {},
    edit: { out: 'full', in: true },
    remove: { out: 'full', in: true },
    reactions: { out: 'full', in: true },
    quotes: 'full',
    typing: { out: true, in: true },
    receipts: { delivered: receipts, read: receipts, markRead: true },
    buttons: buttons ? { max: 20, labelMax: 64 } : null,
    groups: 'optional',
    startsChats: false,
    replyWindow: null,
    templates: false,
    idempotency: 'native',
    rate: { perSecond: 20, concurrency: 4 },
  }
}

/** What a part says, as it is posted to the other side. Reads the file; throws when it cannot be read. */
export async function callFor({ key, attempt, thread, to, replyTo, content }: Part): Promise<object> {
  const head = { type: 'message', id: key, attempt, thread, to, ...(replyTo && { replyTo }) }
  if (content.type === 'template') throw new Error('a partner has no templates')
  if (content.type === 'text') return { ...head, text: content.text, ...(content.buttons?.length && { buttons: content.buttons }) }
  const { file, kind, caption } = content
  const bytes = Buffer.from(await new Response(await file.open()).arrayBuffer())
  const { name, mime, size, sha256 } = file
  return { ...head, ...(caption && { text: caption }), file: { kind, name, mime, size, sha256, base64: bytes.toString('base64') } }
}
