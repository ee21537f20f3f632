import type { Capabilities, OutboundMessage, Plan } from '@parley/schema/connector'
import { planParts } from '@parley/schema/plan'

const MB = 1024 * 1024
const anything = ['*/*']

/** Limits of WhatsApp Web; texts in UTF-16 units. One message a second: an unofficial client must look like a person. */
export const capabilities: Capabilities = {
  text: { max: 65_536, unit: 'utf16' },
  media: {
    image: { maxBytes: 16 * MB, mime: ['image/jpeg', 'image/png', 'image/webp'], caption: 1024 },
    video: { maxBytes: 64 * MB, mime: ['video/mp4', 'video/3gpp'], caption: 1024 },
    voice: { maxBytes: 16 * MB, mime: ['audio/ogg'], caption: 0 },
    audio: { maxBytes: 16 * MB, mime: ['audio/*'], caption: 0 },
    file: { maxBytes: 100 * MB, mime: anything, caption: 1024 },
  },
  inboundMaxBytes: 100 * MB,
  edit: { out: 'full', in: true, maxAgeMs: 15 * 60_000 },
  remove: { out: 'full', in: true, maxAgeMs: 2 * 24 * 3_600_000 },
  reactions: { out: 'full', in: true },
  quotes: 'full',
  typing: { out: true, in: false },
  receipts: { delivered: true, read: true, markRead: true },
  buttons: null,
  groups: 'optional',
  startsChats: true,
  replyWindow: null,
  templates: false,
  idempotency: 'lookup',
  rate: { perSecond: 1, perThreadPerSecond: 1, concurrency: 1 },
}

export const plan = (message: OutboundMessage, can: Capabilities): Plan => planParts(message, can)
