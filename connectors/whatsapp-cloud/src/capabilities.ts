import type { Capabilities } from '@parley/schema/connector'

const MB = 1024 * 1024

/** Limits of the Cloud API: text in UTF-16 units, uploads in bytes. */
export const capabilities: Capabilities = {
  text: { max: 4096, unit: 'utf16' },
  media: {
    image: { maxBytes: 5 * MB, mime: ['image/jpeg', 'image/png'], caption: 1024 },
    video: { maxBytes: 16 * MB, mime: ['video/mp4', 'video/3gpp'], caption: 1024 },
    voice: { maxBytes: 16 * MB, mime: ['audio/ogg'], caption: 0 },
    audio: { maxBytes: 16 * MB, mime: ['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/amr'], caption: 0 },
    file: { maxBytes: 100 * MB, mime: ['*/*'], caption: 1024 },
  },
  edit: { out: 'no', in: true },
  remove: { out: 'no', in: true },
  reactions: { out: 'full', in: true },
  quotes: 'full',
  typing: { out: false, in: false },
  receipts: { delivered: true, read: true, markRead: true },
  buttons: { max: 10, labelMax: 20 },
  groups: 'ignored',
  startsChats: false,
  replyWindow: { hours: 24 },
  templates: true,
  idempotency: 'echo',
  rate: { perSecond: 60, perThreadPerSecond: 5, concurrency: 16 },
}
