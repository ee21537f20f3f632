import { HubError } from '../errors.ts'

/** How often something may be done: `take` refuses with `rate_limited`. A key is "<action> <whom>". */
export interface Limits {
  take(key: string): void
}

/** Per action: how many at once, and how many per second they come back. */
const buckets: Record<string, { size: number; perSecond: number }> = {
  start: { size: 20, perSecond: 0.2 },
  send: { size: 20, perSecond: 2 },
  typing: { size: 20, perSecond: 2 },
  describe: { size: 20, perSecond: 0.5 },
  // What somebody known leaves is read and answered by people, one by one.
  request: { size: 5, perSecond: 1 / 60 },
  // A whole office may sit behind one address, and each page of it says who looks.
  identify: { size: 60, perSecond: 2 },
  approach: { size: 60, perSecond: 2 },
  rate: { size: 10, perSecond: 0.1 },
  end: { size: 10, perSecond: 0.1 },
  upload: { size: 10, perSecond: 0.5 },
  // By address, behind which there may be a whole office: pages that say who is on them, and browsers not met before.
  beat: { size: 300, perSecond: 20 },
  visit: { size: 100, perSecond: 1 },
}
const mostKeys = 50_000

/** Token buckets in memory: they protect this process, so each process has its own. */
export function createLimits(now: () => number = Date.now): Limits {
  const levels = new Map<string, { level: number; at: number }>()
  return {
    take(key) {
      const bucket = buckets[key.split(' ')[0] ?? '']
      if (!bucket) throw new Error(`no limit is set for ${key}`)
      const last = levels.get(key) ?? { level: bucket.size, at: now() }
      const level = Math.min(bucket.size, last.level + ((now() - last.at) / 1000) * bucket.perSecond)
      if (level < 1) throw new HubError('rate_limited', { seconds: Math.ceil((1 - level) / bucket.perSecond) })
      if (levels.size >= mostKeys) levels.clear()
      levels.set(key, { level: level - 1, at: now() })
    },
  }
}
