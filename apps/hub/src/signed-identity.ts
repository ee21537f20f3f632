import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { limits } from '@parley/schema/vocabulary'

/** Who a visitor is, as his website's server has signed it. */
export interface Claims {
  /** Who he is there: the same on all his devices. */
  id: string
  name: string | null
  email: string | null
  expiresAt: Date
  /** Of the whole token. */
  hash: string
}

/** Clocks of two companies differ. In seconds. */
const skew = 60

/**
 * Reads a JSON Web Token (RFC 7519) signed with HS256 and this secret. Undefined when it is forged, says another algorithm, is
 * over, is good for longer than ten minutes, or is for another channel (`aud`, where it is said).
 */
export function readClaims(secret: string, channelKey: string, token: string, now = Date.now()): Claims | undefined {
  const [, head = '', body = '', given = ''] = /^([\w-]{1,500})\.([\w-]{1,3000})\.([\w-]{43})$/.exec(token) ?? []
  const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest()
  const signature = Buffer.from(given, 'base64url')
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined
  const [header, claims] = [objectIn(head), objectIn(body)]
  if (header?.alg !== 'HS256' || header.crit !== undefined || !claims) return undefined
  const { sub, exp, nbf, aud, name, email } = claims
  const seconds = now / 1_000
  if (typeof sub !== 'string' || !sub || sub.length > limits.id || sub.search(unstorable) >= 0) return undefined
  if (typeof exp !== 'number' || exp <= seconds || exp > seconds + limits.identityMinutes * 60 + skew) return undefined
  if (typeof nbf === 'number' && nbf > seconds + skew) return undefined
  if (aud !== undefined && aud !== channelKey) return undefined
  return {
    id: sub,
    name: wordsOf(name, limits.name),
    email: wordsOf(email, limits.email),
    expiresAt: new Date(exp * 1_000),
    // Of what was signed: there is more than one way to write the same signature.
    hash: createHash('sha256').update(`${head}.${body}`).digest('base64url'),
  }
}

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** What PostgreSQL or UTF-8 cannot hold. */
const unstorable = /[\u0000\p{Surrogate}]/gu

const wordsOf = (value: unknown, most: number): string | null =>
  typeof value === 'string' && value.trim() ? value.replace(unstorable, '').trim().slice(0, most) : null
