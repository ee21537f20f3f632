import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { Sample } from './sample.ts'

export interface VisitorsOptions {
  /** Of the hub. */
  url: string
  /** Of the website's channel. */
  publicKey: string
  sample: Sample
  random: Random
  /** All times are multiplied by this: 1 is a human being. */
  factor: number
}

const most = 9
const beatMs = 10_000
const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
]
const sources = ['', '', 'https://www.google.com/', 'https://duckduckgo.com/', 'https://www.instagram.com/']

/** Lets people look round the shop, from page to page, and leave. They say nothing: those who write are the customers on Telegram. */
export function playVisitors({ url, publicKey, sample, random, factor }: VisitorsOptions): { stop(): Promise<void> } {
  const ending = new AbortController()
  const { signal } = ending
  const pause = (ms: number) => sleep(ms * factor, undefined, { signal }).catch(() => {})

  async function visit(n: number): Promise<void> {
    await pause(random.between(0, 60_000))
    for (let time = 0; !signal.aborted; time += 1) {
      const browser = `demo-visitor-${n}-${Date.now().toString(36)}-${time}`.padEnd(24, '0')
      const userAgent = random.pick(browsers)
      let source = random.pick(sources)
      const beats = random.between(6, 40)
      let page = sample.furniture.pages[0]
      for (let beat = 0; beat < beats && !signal.aborted; beat += 1) {
        if (beat % 3 === 0) page = random.pick(sample.furniture.pages)
        const [path, title] = page ?? ['/', '']
        await fetch(`${url}/widget/status?channel=${publicKey}`, {
          method: 'POST',
          headers: { origin: url, 'user-agent': userAgent, 'accept-language': sample.code },
          body: JSON.stringify([browser, `${url}/demo#${path}`, title, source]),
          signal,
        }).catch(() => {})
        source = ''
        await pause(beatMs)
      }
      await pause(random.between(5_000, 90_000))
    }
  }
  const visits = Array.from({ length: most }, (_, n) => visit(n))
  return {
    stop: async () => {
      ending.abort()
      await Promise.all(visits)
    },
  }
}
