import { degreesOf, idOf, type Json, listOf, objectOf, present, textOf, wordsOf } from '@parley/meta/reading'
import type { MediaRef } from '@parley/schema/connector'
import type { MediaKind } from '@parley/schema/vocabulary'

const mediaTypes: Record<string, MediaKind> = { image: 'image', video: 'video', audio: 'audio', sticker: 'sticker', document: 'file' }

/** What a message holds; content nobody here knows is named. */
export function contentOf(message: Json) {
  const type = textOf(message.type)?.slice(0, 100) || 'empty'
  const media = mediaOf(message, type)
  const location = placeOf(objectOf(message.location))
  const contacts = listOf(message.contacts)
    .map(contactOf)
    .filter((one) => one !== undefined)
  const text = textOf(objectOf(message.text)?.body) ?? textOf(objectOf(message[type])?.caption) ?? otherWords(message, type)
  const referral = referralOf(message)
  const shown = text !== undefined || media || location || contacts.length > 0
  return {
    ...(text !== undefined && { text }),
    ...(media && { media: [media] }),
    ...(location && { location }),
    ...(contacts.length > 0 && { contacts }),
    ...(referral && { referral }),
    ...(!shown && { unsupported: nameOf(message, type) }),
  }
}

function mediaOf(message: Json, type: string): MediaRef | undefined {
  const file = objectOf(message[type])
  const ref = idOf(file?.id)
  const kind = mediaTypes[type]
  if (!file || !ref || !kind) return undefined
  const fields = { mime: textOf(file.mime_type)?.split(';')[0], name: textOf(file.filename) }
  return { ref, kind: kind === 'audio' && file.voice === true ? 'voice' : kind, ...present(fields) }
}

function placeOf(place: Json | undefined) {
  const latitude = degreesOf(place?.latitude)
  const longitude = degreesOf(place?.longitude)
  if (latitude === undefined || longitude === undefined) return undefined
  const title = [textOf(place?.name), textOf(place?.address)].filter(Boolean).join(', ')
  return { latitude, longitude, ...(title && { title }) }
}

function contactOf(value: unknown) {
  const contact = objectOf(value)
  if (!contact) return undefined
  const phones = listOf(contact.phones)
    .map((phone) => wordsOf(objectOf(phone)?.phone))
    .filter((phone) => phone !== undefined)
  const name = wordsOf(objectOf(contact.name)?.formatted_name) ?? phones[0]
  return name ? { name, phones } : undefined
}

/** An order, or a form that was filled in, in words. */
function otherWords(message: Json, type: string): string | undefined {
  if (type === 'order') {
    const order = objectOf(message.order)
    const items = listOf(order?.product_items).map((one) => {
      const item = objectOf(one) ?? {}
      return `${item.quantity} × ${item.product_retailer_id} (${item.item_price} ${item.currency})`
    })
    return [textOf(order?.text), ...items].filter(Boolean).join('\n').slice(0, 4_000) || undefined
  }
  const form = objectOf(objectOf(message.interactive)?.nfm_reply)
  return wordsOf(form?.response_json)?.slice(0, 4_000) ?? wordsOf(form?.body)
}

function referralOf(message: Json): Record<string, string> | undefined {
  const referral = objectOf(message.referral)
  const product = objectOf(objectOf(message.context)?.referred_product)
  const fields = {
    source: textOf(referral?.source_type),
    ad: textOf(referral?.source_id),
    adTitle: textOf(referral?.headline),
    url: textOf(referral?.source_url),
    product: textOf(product?.product_retailer_id),
  }
  const found = Object.entries(present(fields) as Record<string, string>).map(([name, words]) => [name, words.slice(0, 500)])
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

function nameOf(message: Json, type: string): string {
  const error = objectOf(listOf(message.errors)[0])
  return type === 'unsupported' ? (wordsOf(error?.title) ?? type).slice(0, 100) : type
}
