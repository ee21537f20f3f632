import { createHmac, timingSafeEqual } from 'node:crypto'

/** By which a visitor comes back into his chat from a mail. */
export interface ReturnLink {
  workspaceId: string
  identityId: string
  mailId: string
}
const days = 14

/** A token good for two weeks and a few browsers: whoever has it is this visitor, as with a link to reset a password. */
export function signReturn(key: Uint8Array, { workspaceId, identityId, mailId }: ReturnLink, now = Date.now()): string {
  const body = Buffer.from(JSON.stringify([workspaceId, identityId, mailId, Math.floor(now / 1_000) + days * 86_400])).toString('base64url')
  return `${body}.${signature(key, body)}`
}

/** Nothing when it is forged, changed or over. */
export function verifyReturn(key: Uint8Array, token: string, now = Date.now()): ReturnLink | undefined {
  const [, body = '', given = ''] = /^([\w-]{1,300})\.([\w-]{43})$/.exec(token) ?? []
  if (!body || !timingSafeEqual(Buffer.from(given), Buffer.from(signature(key, body)))) return undefined
  const [workspaceId, identityId, mailId, expires] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
    string,
    string,
    string,
    number,
  ]
  return expires * 1_000 > now ? { workspaceId, identityId, mailId } : undefined
}

const signature = (key: Uint8Array, body: string): string => createHmac('sha256', key).update(`return ${body}`).digest('base64url')
