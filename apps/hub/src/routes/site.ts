import type { Language } from '@parley/schema/vocabulary'
import { languageOf, launcherWords } from '../words/index.ts'

/** A website's face; what the loader on a host page may know of it is `openPart`. */
export interface SiteStatus {
  online: boolean
  name: string
  accent: string
  language: string
  greeting: string | null
  allowedOrigins: string[]
  website: { workspaceId: string; channelId: string; groupId: string | null }
  /** How button and panel look on this page, and what the button says. */
  lookOn(page: string | undefined, language: Language): { css: string; online: string; offline: string }
}

const cache = new Map<string, { at: number; status: SiteStatus | null }>()
const freshMs = 2_000
const mostCached = 1_000

/** Asked by every page view of every site, so a little is remembered. */
export async function recentSite(options: { site(key: string): Promise<SiteStatus | null> }, key: string): Promise<SiteStatus | null> {
  if (key.length > 80) return null
  const cached = cache.get(key)
  if (cached && Date.now() - cached.at < freshMs) return cached.status
  const status = await options.site(key)
  if (cache.size >= mostCached) cache.clear()
  cache.set(key, { at: Date.now(), status })
  return status
}

/** Origins and ids are nobody else's business. `language`: of the page; `page`: its address, where it said so. */
export function openPart(
  { allowedOrigins: _, website: _website, lookOn, ...open }: SiteStatus,
  language: string | undefined,
  page?: string,
) {
  const spoken = languageOf(language?.replace('_', '-'), languageOf(open.language))
  const look = lookOn(page, spoken)
  const [online, offline, ...others] = launcherWords(spoken)
  return { ...open, css: look.css, words: [look.online || online, look.offline || offline, ...others] }
}

/** The address a page says it has; the second thing in what it says. */
export function pageIn(body: string): string | undefined {
  try {
    const [, page] = JSON.parse(body) as unknown[]
    return typeof page === 'string' ? page : undefined
  } catch {
    return undefined
  }
}
