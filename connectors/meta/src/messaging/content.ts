import type { MediaRef } from '@parley/schema/connector'
import type { MediaKind } from '@parley/schema/vocabulary'
import { addressOf, degreesOf, type Json, listOf, objectOf, present, textOf, wordsOf } from '../reading.ts'

const mediaTypes: Record<string, MediaKind> = { image: 'image', video: 'video', audio: 'voice', file: 'file' }

/** Posts, reels and stories of Instagram come as a link to their picture or film. */
const shared: Record<string, MediaKind> = { story_mention: 'image', ig_reel: 'video', reel: 'video', ig_post: 'image', ig_story: 'image' }

/** What a message holds; content nobody here knows is named. */
export function contentOf(body: Json) {
  const attachments = listOf(body.attachments)
    .map(objectOf)
    .filter((one) => one !== undefined)
  const media = attachments.map(mediaOf).filter((ref) => ref !== undefined)
  const location = attachments.map(placeOf).find((place) => place !== undefined)
  const links = attachments.map(linkOf).filter((link) => link !== undefined)
  const written = textOf(body.text)
  const text = written ?? (links.length > 0 ? links.join('\n') : undefined)
  const referral = { ...storyOf(body, attachments), ...referralOf(body.referral) }
  const shown = text !== undefined || media.length > 0 || location
  return {
    ...(text !== undefined && { text }),
    ...(media.length > 0 && { media }),
    ...(location && { location }),
    ...(Object.keys(referral).length > 0 && { referral }),
    ...(!shown && { unsupported: nameOf(body, attachments) }),
  }
}

function mediaOf(attachment: Json): MediaRef | undefined {
  const payload = objectOf(attachment.payload)
  const ref = addressOf(payload?.url)
  const type = String(attachment.type)
  const kind = payload?.sticker_id !== undefined ? 'sticker' : (mediaTypes[type] ?? shared[type])
  return ref && kind ? { ref, kind } : undefined
}

function placeOf(attachment: Json) {
  const place = objectOf(objectOf(attachment.payload)?.coordinates)
  const latitude = degreesOf(place?.lat)
  const longitude = degreesOf(place?.long)
  if (attachment.type !== 'location' || latitude === undefined || longitude === undefined) return undefined
  const title = textOf(attachment.title)
  return { latitude, longitude, ...(title && { title }) }
}

/** A page or post that was shared: its title and address. */
function linkOf(attachment: Json): string | undefined {
  const type = String(attachment.type)
  if (mediaTypes[type] || shared[type] || type === 'location') return undefined
  const payload = objectOf(attachment.payload)
  const words = [wordsOf(attachment.title) ?? wordsOf(payload?.title), addressOf(attachment.url) ?? addressOf(payload?.url)]
  return words.filter(Boolean).join(' ') || undefined
}

/** The story of ours that the customer answers, or his own in which he names us. */
function storyOf(body: Json, attachments: Json[]): Record<string, string> {
  const answered = objectOf(objectOf(body.reply_to)?.story)
  const mention = attachments.find(({ type }) => type === 'story_mention')
  const fields = {
    storyReply: answered && (addressOf(answered.url) ?? textOf(answered.id)),
    storyMention: mention && addressOf(objectOf(mention.payload)?.url),
  }
  return present(fields) as Record<string, string>
}

/** Where the customer came from: an m.me link, an advertisement, a product. */
export function referralOf(value: unknown): Record<string, string> | undefined {
  const referral = objectOf(value)
  if (!referral) return undefined
  const fields = {
    ref: textOf(referral.ref),
    source: textOf(referral.source),
    ad: textOf(referral.ad_id),
    adTitle: textOf(objectOf(referral.ads_context_data)?.ad_title),
    product: textOf(objectOf(referral.product)?.id),
  }
  const found = Object.entries(present(fields) as Record<string, string>).map(([name, words]) => [name, words.slice(0, 500)])
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

function nameOf(body: Json, attachments: Json[]): string {
  const types = attachments.map(({ type }) => textOf(type) ?? '')
  const names = types.length > 0 ? types : Object.keys(body).filter((name) => name !== 'mid')
  return names.filter(Boolean).slice(0, 3).join(', ').slice(0, 100) || 'empty'
}
