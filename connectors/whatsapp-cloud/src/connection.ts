import { FileUnreadable, GraphRefused, OwnTrouble, troubleOf } from '@parley/meta/errors'
import { type Ask, createGraph, type Graph } from '@parley/meta/graph'
import { createLife, wrongAccount } from '@parley/meta/life'
import { type Json, listOf, objectOf, textOf } from '@parley/meta/reading'
import { verifyTokenOf } from '@parley/meta/signature'
import type { Timing } from '@parley/meta/timing'
import type {
  Connection,
  ConnectionReport,
  Host,
  MediaGone,
  MediaPosition,
  MediaRef,
  MediaStream,
  Part,
  PlatformTemplate,
  SendOutcome,
} from '@parley/schema/connector'
import { askFrom, streamOf } from '@parley/schema/download'
import type { WhatsAppCloudOptions } from './options.ts'
import { bodyFor, recipientOf } from './outbound.ts'
import { templateOf } from './templates.ts'

const numberFields = 'display_phone_number,verified_name,quality_rating,status,messaging_limit_tier,webhook_configuration'
/** Pages of a hundred: more templates than this nobody picks from. */
const templatePages = 10

export function connect(host: Host<WhatsAppCloudOptions>, timing: Timing): Connection {
  const { options } = host
  const { accessToken, appSecret, phoneNumberId, businessId } = options
  const graph = createGraph({ ...options, token: accessToken, fetch: host.fetch })
  const secrets = [accessToken, appSecret]
  const within = (ms: number, signal: AbortSignal): Ask => ({ ms, signal })
  const number = (ms: number, signal: AbortSignal) => graph.get(phoneNumberId, { ...within(ms, signal), query: { fields: numberFields } })

  const life = createLife(host, timing, {
    troubleOf: (error) => troubleOf(error, secrets),
    ping: (signal) => graph.get(phoneNumberId, { ...within(timing.healthMs, signal), query: { fields: 'id' } }),
    async open(signal) {
      const found = await number(timing.callMs, signal)
      const phone = textOf(found.display_phone_number)
      if (!phone) throw wrongAccount(`${phoneNumberId} is no phone number of WhatsApp.`)
      await graph.post(`${businessId}/subscribed_apps`, within(timing.callMs, signal))
      await takeCallback(signal)
      const name = textOf(found.verified_name)
      return { id: phoneNumberId, username: phone, phone, ...(name && { name }) }
    },
    async check(signal) {
      const found = await number(timing.callMs, signal)
      const callback = objectOf(found.webhook_configuration)?.phone_number
      if (!callback) await takeCallback(signal)
      else if (callback !== host.publicUrl())
        throw new OwnTrouble({ state: 'conflict', reason: 'Another program receives the messages of this number.', action: 'restart' })
      return noticeOf(found)
    },
  })

  /** The address of this number alone: other numbers of the same app keep theirs. */
  function takeCallback(signal: AbortSignal) {
    const webhook_configuration = { override_callback_uri: host.publicUrl(), verify_token: verifyTokenOf(appSecret) }
    return graph.post(phoneNumberId, { ...within(timing.callMs, signal), json: { webhook_configuration } })
  }

  const messages = (json: object, ms: number, signal: AbortSignal) =>
    graph.post(`${phoneNumberId}/messages`, { ...within(ms, signal), json })

  async function sendPart(part: Part, signal: AbortSignal): Promise<SendOutcome> {
    const mediaId = part.content.type === 'media' ? await upload(part, graph, phoneNumberId, timing, signal) : undefined
    return sentAs(await messages(bodyFor(part, mediaId), timing.sendMs, signal))
  }

  return {
    start: life.start,
    stop: life.stop,
    health: life.health,
    send: (part) => life.act((signal) => sendPart(part, signal)),
    openMedia: (ref, signal, position) => openMedia(ref, position, graph, host, timing, signal),
    async templates(signal) {
      const found: PlatformTemplate[] = []
      let after: string | undefined
      for (let page = 0; page < templatePages; page++) {
        const query = { fields: 'name,language,status,category,components', limit: '100', ...(after && { after }) }
        const { data, paging } = await graph.get(`${businessId}/message_templates`, { ...within(timing.callMs, signal), query })
        found.push(...listOf(data).flatMap((one) => templateOf(one) ?? []))
        after = textOf(objectOf(objectOf(paging)?.cursors)?.after)
        if (!after || !objectOf(paging)?.next) break
      }
      return found
    },
    react: ({ thread, id, emoji }) =>
      life.act(async (signal) => {
        const reaction = { message_id: id, emoji: emoji ?? '' }
        const json = { messaging_product: 'whatsapp', recipient_type: 'individual', ...recipientOf(thread.id), type: 'reaction', reaction }
        await messages(json, timing.sendMs, signal)
        return { outcome: 'sent', id, at: Date.now() }
      }),
    async markRead({ id }) {
      await life.act(async (signal) => {
        await messages({ messaging_product: 'whatsapp', status: 'read', message_id: id }, timing.callMs, signal)
        return { outcome: 'sent', id, at: Date.now() }
      })
    },
  }
}

function sentAs(said: Json): SendOutcome {
  const id = textOf(objectOf(listOf(said.messages)[0])?.id)
  return id ? { outcome: 'sent', id, at: Date.now() } : { outcome: 'accepted' }
}

/** What Meta thinks of the number, before it stops messages altogether. */
function noticeOf(found: Json): ConnectionReport | undefined {
  const status = String(found.status)
  const quality = String(found.quality_rating)
  const limit = textOf(found.messaging_limit_tier)
  const limits = limit ? ` Limit of conversations: ${limit.replace('TIER_', '').toLowerCase()} a day.` : ''
  if (['FLAGGED', 'RESTRICTED', 'RATE_LIMITED', 'BANNED', 'DISCONNECTED'].includes(status))
    return { state: 'degraded', reason: `Meta has set this number to ${status.toLowerCase()}.${limits}`, action: 'reconfigure' }
  if (quality === 'RED')
    return { state: 'degraded', reason: `The quality of this number is low: many people block or report it.${limits}`, action: 'wait' }
  if (quality === 'YELLOW') return { state: 'connected', reason: `The quality of this number is medium.${limits}`, action: 'none' }
  return undefined
}

/** As long as only the file went up, nothing was sent: whatever goes wrong is certain. */
async function upload(part: Part, graph: Graph, phoneNumberId: string, timing: Timing, signal: AbortSignal): Promise<string> {
  if (part.content.type !== 'media') return ''
  const { file } = part.content
  const form = { fields: { messaging_product: 'whatsapp', type: file.mime }, field: 'file', file }
  try {
    return String((await graph.post(`${phoneNumberId}/media`, { ms: timing.uploadMs, signal, form })).id)
  } catch (error) {
    throw error instanceof GraphRefused || error instanceof FileUnreadable ? error : new FileUnreadable('upload', { cause: error })
  }
}

/** In two steps: the id gives a link that lives five minutes, and the link wants the token. */
async function openMedia(
  ref: MediaRef,
  position: MediaPosition | undefined,
  graph: Graph,
  host: Host<WhatsAppCloudOptions>,
  timing: Timing,
  signal: AbortSignal,
): Promise<MediaStream | MediaGone> {
  const { accessToken, appSecret, phoneNumberId } = host.options
  const secrets = [accessToken, appSecret]
  const told = (error: unknown) => new Error(troubleOf(error, secrets).message)
  const ask = { ms: timing.callMs, signal, query: { phone_number_id: phoneNumberId } }
  const found = await graph.get(encodeURIComponent(ref.ref), ask).catch((error: unknown) => {
    if (error instanceof GraphRefused && [100, 131052].includes(error.code)) return undefined
    throw told(error)
  })
  const url = textOf(found?.url)
  if (!found || !url) return gone
  const authorization = `Bearer ${accessToken}`
  const answer = await askFrom(position, (range) => host.fetch(url, { signal, headers: { ...range, authorization } })).catch(
    (error: unknown) => {
      throw told(error)
    },
  )
  if (answer.status === 404 || answer.status === 410) {
    await answer.body?.cancel()
    return gone
  }
  if (!answer.ok) throw new Error(`The file server of WhatsApp answered ${answer.status}.`)
  const size = Number(found.file_size) || ref.size
  const mime = textOf(found.mime_type)?.split(';')[0] ?? ref.mime
  const sha256 = /^[0-9a-f]{64}$/i.exec(textOf(found.sha256) ?? '')?.[0].toLowerCase()
  return streamOf(answer, { mime, size, name: ref.name, sha256 })
}

const gone: MediaGone = { gone: true, reason: 'WhatsApp no longer has this file; it keeps them for 30 days.' }
