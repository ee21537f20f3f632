import type { Capabilities } from '@parley/schema/connector'
import type { MessengerOptions } from './options.ts'

const MB = 1024 * 1024

/** Limits of the Messenger Platform: text in UTF-16 units, uploads in bytes. */
export function capabilities({ humanAgent }: MessengerOptions): Capabilities {
  return {
    text: { max: 2000, unit: 'utf16' },
    media: {
      image: { maxBytes: 8 * MB, mime: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'], caption: 0 },
      video: { maxBytes: 25 * MB, mime: ['video/mp4', 'video/quicktime', 'video/webm'], caption: 0 },
      audio: { maxBytes: 25 * MB, mime: ['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav', 'audio/aac'], caption: 0 },
      file: { maxBytes: 25 * MB, mime: ['*/*'], caption: 0 },
    },
    edit: { out: 'no', in: true },
    remove: { out: 'no', in: false },
    reactions: { out: 'full', in: true },
    quotes: 'full',
    typing: { out: true, in: false },
    receipts: { delivered: true, read: true, markRead: true },
    buttons: { max: 13, labelMax: 20 },
    groups: 'ignored',
    startsChats: false,
    replyWindow: { hours: humanAgent ? 7 * 24 : 24 },
    templates: false,
    handOver: true,
    controlHours: 24,
    idempotency: 'echo',
    rate: { perSecond: 40, perThreadPerSecond: 2, concurrency: 8 },
  }
}
