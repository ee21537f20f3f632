import { createHmac, timingSafeEqual } from 'node:crypto'

/** `__Host-` keeps other hosts of the same domain from planting a cookie; browsers take it over https only. */
export const cookiePrefix = (publicUrl: string): string => (publicUrl.startsWith('https:') ? '__Host-' : '')

/** The name of the cookie that carries a session's token. */
export const cookieName = (publicUrl: string): string => `${cookiePrefix(publicUrl)}parley.session_token`

const longestHeader = 8_192

/**
 * The session's token in a Cookie header, or null when this hub did not sign it: noise costs no query. The form is
 * better-auth's: `<token>.<HMAC-SHA256 in base64>`, percent-encoded.
 */
export function tokenIn(cookies: string | null | undefined, name: string, secret: string): string | null {
  const all = (cookies ?? '').slice(0, longestHeader).split(';')
  const mine = all.map((each) => each.trim()).find((each) => each.startsWith(`${name}=`))
  const [token, signature] = halves(mine?.slice(name.length + 1) ?? '')
  if (!token || !signature) return null
  const expected = createHmac('sha256', secret).update(token).digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}

function halves(value: string): [string?, string?] {
  try {
    const signed = decodeURIComponent(value)
    const dot = signed.lastIndexOf('.')
    return dot > 0 ? [signed.slice(0, dot), signed.slice(dot + 1)] : []
  } catch {
    return []
  }
}
