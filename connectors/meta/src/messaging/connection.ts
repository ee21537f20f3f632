import type { Connection, Host, MediaGone, MediaPosition, MediaRef, MediaStream, Part, Peer, SendOutcome } from '@parley/schema/connector'
import { askFrom, streamOf } from '@parley/schema/download'
import { FileUnreadable, GaveUp, GraphRefused, isControlledElsewhere, OwnTrouble, troubleOf } from '../errors.ts'
import { type Ask, createGraph, type Graph } from '../graph.ts'
import { createLife, wrongAccount } from '../life.ts'
import { type Json, listOf, objectOf, textOf, wordsOf } from '../reading.ts'
import { verifyTokenOf } from '../signature.ts'
import type { Timing } from '../timing.ts'
import { createHandOver } from './hand-over.ts'
import { attachmentType, bodyFor } from './outbound.ts'
import { createSender } from './sender.ts'

export interface MessagingOptions {
  appId: string
  appSecret: string
  pageId: string
  accessToken: string
  humanAgent: boolean
  version: string
  apiRoot: string
}

/** What differs between Messenger and Instagram. */
export interface MessagingSettings {
  object: 'page' | 'instagram'
  /** Events of the account that Meta is asked to send. */
  fields: string[]
  /** Those of the Page itself, where they differ. */
  pageFields?: string[]
  /** The inbox of the platform itself, as Meta numbers it: https://developers.facebook.com/docs/messenger-platform/reference/handover-protocol */
  inboxAppId: string
  profileFields: string
  /** Whose messages these are, by what Meta says of the Page; throws OwnTrouble when the token is of another. */
  accountOf(page: Json): Peer
  /** The platform's word for a reaction. */
  reaction(emoji: string): string
}

export function connectMessaging<Options extends MessagingOptions>(
  host: Host<Options>,
  timing: Timing,
  settings: MessagingSettings,
): Connection {
  const { options } = host
  const { appId, appSecret, accessToken, pageId } = options
  const graph = createGraph({ ...options, token: accessToken, fetch: host.fetch })
  const secrets = [accessToken, appSecret]
  const within = (ms: number, signal: AbortSignal): Ask => ({ ms, signal })

  const life = createLife(host, timing, {
    troubleOf: (error) => troubleOf(error, secrets),
    ping: (signal) => graph.get('me', { ...within(timing.healthMs, signal), query: { fields: 'id' } }),
    async open(signal) {
      const limit = within(timing.callMs, signal)
      const page = await graph.get('me', { ...limit, query: { fields: 'id,name,instagram_business_account{id,username}' } })
      if (String(page.id) !== pageId)
        throw wrongAccount(`This access token belongs to the account ${page.name ?? page.id}, not to the Page ${pageId}.`)
      const account = settings.accountOf(page)
      await graph.post(`${pageId}/subscribed_apps`, {
        ...limit,
        query: { subscribed_fields: (settings.pageFields ?? settings.fields).join(',') },
      })
      await takeCallback(signal)
      return account
    },
    async check(signal) {
      await graph.get('me', { ...within(timing.callMs, signal), query: { fields: 'id' } })
      const { data } = await graph.get(`${appId}/subscriptions`, { ...within(timing.callMs, signal), asApp: appId })
      const ours = listOf(data)
        .map(objectOf)
        .find((one) => one?.object === settings.object)
      if (!ours) await takeCallback(signal)
      else if (ours.callback_url !== host.publicUrl())
        throw new OwnTrouble({ state: 'conflict', reason: 'Another program receives the messages of this app.', action: 'restart' })
      return undefined
    },
  })

  function takeCallback(signal: AbortSignal) {
    const query = {
      object: settings.object,
      callback_url: host.publicUrl(),
      verify_token: verifyTokenOf(appSecret),
      fields: settings.fields.join(','),
      include_values: 'true',
    }
    return graph.post(`${appId}/subscriptions`, { ...within(timing.callMs, signal), asApp: appId, json: query })
  }

  const control = createHandOver(graph, { pageId, appId, inboxAppId: settings.inboxAppId, callMs: timing.callMs, secrets })

  const send = createSender(graph, options.version)

  function sign(thread: Part['thread'], action: string, payload?: object) {
    const json = { recipient: { id: thread.id }, sender_action: action, ...(payload && { payload }) }
    return life.act(async (signal) => {
      await send(json, within(timing.callMs, signal))
      return { outcome: 'sent', id: '', at: Date.now() }
    })
  }

  async function sendPart(part: Part, signal: AbortSignal): Promise<SendOutcome> {
    const { content } = part
    const attachmentId = content.type === 'media' ? await upload(part, graph, pageId, timing, signal) : undefined
    const body = bodyFor(part, attachmentId)
    const id = await send(body, within(timing.sendMs, signal)).catch((error) => secondTry(error, body, part, signal))
    return { outcome: 'sent', id, at: Date.now() }
  }

  /** What was refused for a reason that can be mended at once: the thread is elsewhere, or 24 hours are over. */
  async function secondTry(
    error: unknown,
    body: Record<string, unknown>,
    { to, thread, content }: Part,
    signal: AbortSignal,
  ): Promise<string> {
    if (isControlledElsewhere(error)) {
      // What the hub says by itself takes nobody's conversation.
      if (content.type === 'text' && content.automatic) throw error
      await control.take(to.id, signal).catch((refusal) => {
        throw control.isNotAllowed(refusal) ? error : refusal
      })
      const at = Date.now()
      await host
        .commit({ events: [{ type: 'control', key: `control:taken:${thread.id}:${at}`, at, thread, by: 'hub' }] })
        .catch(() => host.log.warn('meta: that a conversation was taken back could not be told'))
      return send(body, within(timing.sendMs, signal))
    }
    if (!options.humanAgent || troubleOf(error, secrets).code !== 'window_closed') throw error
    return send({ ...body, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }, within(timing.sendMs, signal))
  }

  return {
    start: life.start,
    stop: life.stop,
    health: life.health,
    send: (part) => life.act((signal) => sendPart(part, signal)),
    openMedia: (ref, signal, position) => openLink(ref, position, host.fetch, signal),
    async profile(peer, signal) {
      const said = await graph.get(encodeURIComponent(peer.id), {
        ...within(timing.callMs, signal),
        query: { fields: settings.profileFields },
      })
      const name = wordsOf(said.name) ?? [textOf(said.first_name), textOf(said.last_name)].filter(Boolean).join(' ')
      const username = wordsOf(said.username)
      return { id: peer.id, ...(name && { name }), ...(username && { username }) }
    },
    handOver: ({ thread, to }) => life.act((signal) => control.pass(thread.id, to, signal)),
    async react({ thread, id, emoji }) {
      const payload = { message_id: id, ...(emoji && { reaction: settings.reaction(emoji) }) }
      const outcome = await sign(thread, emoji ? 'react' : 'unreact', payload)
      return outcome.outcome === 'sent' ? { ...outcome, id } : outcome
    },
    async typing({ thread, on }) {
      await sign(thread, on ? 'typing_on' : 'typing_off')
    },
    async markRead({ thread }) {
      await sign(thread, 'mark_seen')
    },
  }
}

/** As long as only the file went up, nothing was sent: whatever goes wrong is certain. */
async function upload(part: Part, graph: Graph, pageId: string, timing: Timing, signal: AbortSignal): Promise<string> {
  if (part.content.type !== 'media') return ''
  const { file, kind } = part.content
  const message = JSON.stringify({ attachment: { type: attachmentType(kind), payload: { is_reusable: false } } })
  try {
    const form = { fields: { message }, field: 'filedata', file }
    const said = await graph.post(`${pageId}/message_attachments`, { ms: timing.uploadMs, signal, form })
    return String(said.attachment_id)
  } catch (error) {
    if (error instanceof GraphRefused) throw error
    throw error instanceof GaveUp || !(error instanceof FileUnreadable) ? new FileUnreadable('upload', { cause: error }) : error
  }
}

/** Links in deliveries are signed and expire; what is refused for that will never come. */
async function openLink(
  ref: MediaRef,
  position: MediaPosition | undefined,
  fetch: Host<unknown>['fetch'],
  signal: AbortSignal,
): Promise<MediaStream | MediaGone> {
  const answer = await askFrom(position, (headers) => fetch(ref.ref, { signal, headers })).catch((error: unknown) => {
    throw new Error(troubleOf(error, []).message)
  })
  if ([403, 404, 410].includes(answer.status)) {
    await answer.body?.cancel()
    return { gone: true, reason: 'Meta no longer has this file: its link has expired.' }
  }
  if (!answer.ok) throw new Error(`Meta's file server answered ${answer.status}.`)
  const mime = answer.headers.get('content-type')?.split(';')[0] ?? ref.mime
  return streamOf(answer, { mime, size: ref.size, name: ref.name })
}
