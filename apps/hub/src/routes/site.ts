/** What the loader on a host page may know. */
export interface SiteStatus {
  online: boolean
  name: string
  accent: string
  language: string
  greeting: string | null
  allowedOrigins: string[]
}

const cache = new Map<string, { at: number; status: SiteStatus | null }>()
const freshMs = 2_000
const mostCached = 1_000

/** Asked by every page view of every site, so a little is remembered. Origins are nobody else's business. */
export async function isOnlineSite(
  options: { site(key: string): Promise<SiteStatus | null> },
  key: string,
): Promise<Omit<SiteStatus, 'allowedOrigins'> | null> {
  if (key.length > 80) return null
  const cached = cache.get(key)
  const status = cached && Date.now() - cached.at < freshMs ? cached.status : await options.site(key)
  if (cached?.status !== status) {
    if (cache.size >= mostCached) cache.clear()
    cache.set(key, { at: Date.now(), status })
  }
  if (!status) return null
  const { allowedOrigins: _, ...open } = status
  return open
}
