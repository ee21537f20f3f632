import { createHash } from 'node:crypto'
import { limits } from '@parley/schema/vocabulary'
import type { Visit } from '../domain/visit.ts'
import { trailWith } from '../domain/visit.ts'
import { agentOf, isBot } from './agent.ts'
import type { FindPlace } from './place.ts'
import { lineOf, pageOf, sourceOf } from './source.ts'

/** What the loader on a page tells, with what its request says of itself. */
export interface Beat {
  /** [what the browser names itself by, page, title, the page before, what the website signed of its visitor], as it was sent. */
  body: unknown
  origin: string | undefined
  userAgent: string
  language: string | undefined
  address: string
}
export type Seen = Omit<Visit, 'id' | 'channelId' | 'identityId' | 'name'>

/**
 * What there is to note of a beat; null: nothing. A page can only speak of its own website: the origin is the browser's word,
 * not the page's.
 */
export function readBeat({ body, origin, userAgent, language, address }: Beat, now: number, place: FindPlace): Seen | null {
  const [name, url, title, referrer] = Array.isArray(body) ? body : []
  const page = pageOf(url)
  if (typeof name !== 'string' || !/^[\w-]{16,64}$/.test(name) || !page || isBot(userAgent)) return null
  if (page.origin !== origin) return null
  return {
    browser: browserOf(name),
    count: 1,
    firstAt: now,
    startedAt: now,
    seenAt: now,
    ...sourceOf(page, typeof referrer === 'string' ? referrer.slice(0, limits.url) : ''),
    language: /^[a-z]{2,3}(-[a-z\d]{2,8})?/i.exec(language ?? '')?.[0] ?? null,
    ...agentOf(userAgent),
    ...place(address),
    trail: trailWith([], [{ url: page.href.slice(0, limits.url), title: lineOf(title), at: now }]),
  }
}

/** The name itself is like a key to the visit, so only its hash is kept. */
export const browserOf = (name: string): string => createHash('sha256').update(name).digest('base64url').slice(0, 32)
