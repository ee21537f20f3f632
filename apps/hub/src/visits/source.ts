import { limits } from '@parley/schema/vocabulary'

/** Where somebody came from. */
export interface Source {
  referrer: string | null
  campaign: string | null
  search: string | null
}

/** Which part of a search engine's address holds the words, where it still tells them. */
const engines: [RegExp, string][] = [
  [/(^|\.)(google|bing|duckduckgo|ecosia|qwant|startpage|brave|ask|naver)\./, 'q'],
  [/(^|\.)yahoo\./, 'p'],
  [/(^|\.)(yandex|ya)\./, 'text'],
  [/(^|\.)baidu\./, 'wd'],
]

/** Of the page somebody came in by and what it says of the page before. A page of the same website is no source. */
export function sourceOf(page: URL, referrer: string): Source {
  const before = pageOf(referrer)
  const from = before && before.origin !== page.origin ? before : null
  const name = engines.find(([hosts]) => from && hosts.test(from.hostname))?.[1]
  return {
    referrer: from?.href.slice(0, limits.url) ?? null,
    campaign: campaignOf(page),
    search: (name && from && wordOf(from, name)) || null,
  }
}

/** The campaign by its own name, else by where it ran. */
function campaignOf(page: URL): string | null {
  const parts = ['utm_campaign', 'utm_source', 'utm_medium'].map((name) => wordOf(page, name)).filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : null
}
const wordOf = (url: URL, name: string): string => lineOf(url.searchParams.get(name))

/** One short line of what a page says: nothing that breaks lines, turns the writing round or cannot be stored. */
export const lineOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .slice(0, limits.name)
        .replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
        .trim()
    : ''

/** An address a browser can be on, without user and password; null: it is none. */
export function pageOf(text: unknown): URL | null {
  if (typeof text !== 'string' || text.length > limits.url || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  url.username = url.password = ''
  return url
}
