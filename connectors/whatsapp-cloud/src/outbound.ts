import type { Capabilities, OutboundMessage, Part, Plan } from '@parley/schema/connector'
import { planParts } from '@parley/schema/plan'
import type { MediaKind } from '@parley/schema/vocabulary'
import { partMark } from './inbound.ts'
import { componentsOf } from './templates.ts'

/** `id` of a button or of a line of a list. */
const payloadMax = 256

export const plan = (message: OutboundMessage, can: Capabilities): Plan =>
  planParts(message, can, { payloadFits: (payload) => payload.length <= payloadMax })

const mediaTypes: Record<MediaKind, 'image' | 'video' | 'audio' | 'document'> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'audio',
  sticker: 'document',
  file: 'document',
}

/** The body of `POST /<number>/messages`. The callback data comes back in each status and tells which part it was. */
export function bodyFor(part: Part, mediaId?: string): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...recipientOf(part.to.id),
    ...contentFor(part, mediaId),
    ...(part.replyTo && { context: { message_id: part.replyTo } }),
    biz_opaque_callback_data: `${partMark}${part.key}`,
  }
}

/** People are known by an id of the business's own, such as BR.1502576394655843, or by their phone number. */
export const recipientOf = (id: string) => (/^[A-Z]{2}\./.test(id) ? { recipient: id } : { to: id })

function contentFor({ content }: Part, mediaId?: string): Record<string, unknown> {
  if (content.type === 'template') {
    const { name, language } = content.template
    return { type: 'template', template: { name, language: { code: language }, components: componentsOf(content.template) } }
  }
  if (content.type === 'media') {
    const type = mediaTypes[content.kind]
    const caption = content.caption && type !== 'audio' ? { caption: content.caption } : {}
    return { type, [type]: { id: mediaId, ...caption, ...(type === 'document' && { filename: content.file.name.slice(0, 240) }) } }
  }
  if (content.buttons?.length) return { type: 'interactive', interactive: interactive(content.text, content.buttons) }
  return { type: 'text', text: { body: content.text, preview_url: false } }
}

/** Three buttons, or a list of up to ten lines; a long text goes with a list only. */
function interactive(text: string, buttons: NonNullable<OutboundMessage['buttons']>): object {
  const body = { text }
  if (buttons.length <= 3 && text.length <= 1024)
    return {
      type: 'button',
      body,
      action: { buttons: buttons.map(({ label, payload }) => ({ type: 'reply', reply: { id: payload, title: label } })) },
    }
  const rows = buttons.map(({ label, payload }) => ({ id: payload, title: label }))
  return { type: 'list', body, action: { button: '☰', sections: [{ rows }] } }
}
