import type { DeviceKind } from '@parley/schema/vocabulary'

/** What a browser says of itself, as far as it is of use on a list. */
export interface Agent {
  device: DeviceKind
  system: string | null
  agent: string | null
}

const bots =
  /bot\b|bot[/;-]|crawl|spider|slurp|headless|phantomjs|puppeteer|playwright|selenium|lighthouse|pagespeed|gtmetrix|pingdom|uptime|monitor|preview|facebookexternalhit|whatsapp\/|mediapartners|adsbot|google-|bingpreview|yandex(?:images|metrika|direct)|baiduspider|duckduck|embedly|curl\/|wget\/|python|java\/|go-http|okhttp|axios|node-fetch|undici|scrapy|httpclient|libwww|archive\.org|gptbot|claudebot|ccbot/i

/** Programs that read websites say so, or send no name at all. */
export const isBot = (userAgent: string): boolean => userAgent.length < 20 || bots.test(userAgent)

const systems: [RegExp, string][] = [
  [/windows/i, 'Windows'],
  [/iphone|ipad|ipod/i, 'iOS'],
  [/android/i, 'Android'],
  [/cros/i, 'ChromeOS'],
  [/mac os x|macintosh/i, 'macOS'],
  [/linux/i, 'Linux'],
]
// Most browsers also claim to be another one: the one that claims the most stands first.
const agents: [RegExp, string][] = [
  [/edg(?:e|a|ios)?\/(\d+)/i, 'Edge'],
  [/(?:opr|opera)\/(\d+)/i, 'Opera'],
  [/yabrowser\/(\d+)/i, 'Yandex Browser'],
  [/samsungbrowser\/(\d+)/i, 'Samsung Internet'],
  [/(?:firefox|fxios)\/(\d+)/i, 'Firefox'],
  [/(?:chrome|crios|chromium)\/(\d+)/i, 'Chrome'],
  [/version\/(\d+).*safari/i, 'Safari'],
]

export function agentOf(userAgent: string): Agent {
  const text = userAgent.slice(0, 512)
  const [pattern, name] = agents.find(([each]) => each.test(text)) ?? []
  return {
    device: /ipad|tablet|android(?!.*mobile)/i.test(text) ? 'tablet' : /mobi|iphone|ipod/i.test(text) ? 'phone' : 'desktop',
    system: systems.find(([each]) => each.test(text))?.[1] ?? null,
    agent: pattern && name ? `${name} ${pattern.exec(text)?.[1]}` : null,
  }
}
