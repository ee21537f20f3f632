import { createHmac } from 'node:crypto'
import type { Verdict, WebhookRequest } from '@parley/schema/connector'
import { sameSecret } from '@parley/schema/same'

/**
 * Judges a webhook request of Meta: the handshake by the verify token, a delivery by the SHA-256 signature over its very
 * bytes (Meta escapes what is not ASCII, so text that was read and written again no longer fits).
 */
export function verify(request: WebhookRequest, appSecret: string): Verdict {
  if (request.method === 'GET') return handshake(request.query, verifyTokenOf(appSecret))
  if (request.method !== 'POST') return { verdict: 'refused', reply: { status: 405, headers: { allow: 'GET, POST' } } }
  const given = request.headers['x-hub-signature-256'] ?? ''
  const wanted = `sha256=${createHmac('sha256', appSecret).update(request.body).digest('hex')}`
  return sameSecret(given, wanted) ? { verdict: 'accepted' } : { verdict: 'refused', reply: { status: 401 } }
}

function handshake(query: Record<string, string>, verifyToken: string): Verdict {
  const challenge = query['hub.challenge'] ?? ''
  const ours = query['hub.mode'] === 'subscribe' && sameSecret(query['hub.verify_token'] ?? '', verifyToken)
  if (!ours || !/^[\w-]{1,256}$/.test(challenge)) return { verdict: 'refused', reply: { status: 403 } }
  return { verdict: 'handshake', reply: { status: 200, headers: { 'content-type': 'text/plain' }, body: challenge } }
}

/** The word Meta repeats in the handshake: derived, so that nobody has to invent and store one. */
export function verifyTokenOf(appSecret: string): string {
  return createHmac('sha256', appSecret).update('parley webhook').digest('hex')
}
