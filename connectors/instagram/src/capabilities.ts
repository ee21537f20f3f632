import type { Capabilities } from '@parley/schema/connector'
import type { InstagramOptions } from './options.ts'

const MB = 1024 * 1024

/** Limits of Instagram messaging: text in bytes of UTF-8, no plain files, one reaction. */
export function capabilities({ humanAgent }: InstagramOptions): Capabilities {
  return {
    text: { max: 1000, unit: 'bytes' },
    media: {
      image: { maxBytes: 8 * MB, mime: ['image/jpeg', 'image/png', 'image/gif'], caption: 0 },
      video: { maxBytes: 25 * MB, mime: ['video/mp4', 'video/quicktime', 'video/webm', 'video/ogg'], caption: 0 },
      audio: { maxBytes: 25 * MB, mime: ['audio/mp4', 'audio/aac', 'audio/wav', 'audio/mpeg'], caption: 0 },
    },
    edit: { out: 'no', in: false },
    remove: { out: 'no', in: true },
    reactions: { out: 'partial', in: true, emojis: ['❤'] },
    quotes: 'full',
    typing: { out: true, in: false },
    receipts: { delivered: false, read: true, markRead: true },
    buttons: { max: 13, labelMax: 20 },
    groups: 'ignored',
    startsChats: false,
    replyWindow: { hours: humanAgent ? 7 * 24 : 24 },
    templates: false,
    handOver: true,
    controlHours: 24,
    idempotency: 'echo',
    rate: { perSecond: 20, perThreadPerSecond: 2, concurrency: 8 },
  }
}
