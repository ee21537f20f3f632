import type { Capabilities, OutboundMessage, Part, Plan } from '@parley/schema/connector'
import { planParts } from '@parley/schema/plan'
import type { MediaKind } from '@parley/schema/vocabulary'
import { partMark } from './inbound.ts'

/** `payload` of a quick reply. */
const payloadMax = 1_000

/** An attachment has no caption here, and buttons are quick replies. */
export function planMessaging(message: OutboundMessage, can: Capabilities): Plan {
  const planned = planParts(message, can, { payloadFits: (payload) => payload.length <= payloadMax })
  if ('refusal' in planned || !message.automatic) return planned
  const parts = planned.parts.map(({ content, ...part }) => ({
    ...part,
    content: content.type === 'text' ? { ...content, automatic: true } : content,
  }))
  return { ...planned, parts }
}

/** Meta has one kind for all sound, and none for stickers. */
export const attachmentType = (kind: MediaKind): 'image' | 'video' | 'audio' | 'file' =>
  kind === 'voice' ? 'audio' : kind === 'sticker' ? 'image' : kind

/** The body of `POST /<account>/messages`. The metadata comes back in the echo and tells which part it was. */
export function bodyFor(part: Part, attachmentId?: string): Record<string, unknown> {
  const { content, replyTo, to, key } = part
  const message =
    content.type === 'media'
      ? { attachment: { type: attachmentType(content.kind), payload: { attachment_id: attachmentId } } }
      : content.type === 'text' && { text: content.text, ...quickReplies(content.buttons) }
  return {
    recipient: { id: to.id },
    messaging_type: 'RESPONSE',
    message: { ...message, metadata: `${partMark}${key}` },
    ...(replyTo && { reply_to: { mid: replyTo } }),
  }
}

function quickReplies(buttons: OutboundMessage['buttons']) {
  if (!buttons?.length) return {}
  return { quick_replies: buttons.map(({ label, payload }) => ({ content_type: 'text', title: label, payload })) }
}
