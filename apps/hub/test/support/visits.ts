/** What a page's loader sends; all but the website's key may be left out. */
export interface Browsing {
  browser?: string
  page?: string
  title?: string
  referrer?: string
  origin?: string | null
  userAgent?: string
  language?: string
  /** What the website signed of him. */
  identity?: string
  /** Where he browses from, as the hub's proxy says it. */
  address?: string
}
export const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1'

/** Somebody looks at a page of a website: what the loader there sends to the hub. */
export async function browse(url: string, key: string, browsing: Browsing = {}): Promise<Response> {
  const { browser = 'a-browser-of-the-tests', page = 'https://shop.example/', title = 'Shop', referrer = '' } = browsing
  const origin = browsing.origin === undefined ? new URL(page).origin : browsing.origin
  return fetch(`${url}/widget/status?channel=${key}`, {
    method: 'POST',
    headers: {
      'user-agent': browsing.userAgent ?? safari,
      'accept-language': browsing.language ?? 'pt-BR,pt;q=0.9',
      ...(origin && { origin }),
      ...(browsing.address && { 'x-forwarded-for': browsing.address }),
    },
    body: JSON.stringify([browser, page, title, referrer, browsing.identity]),
  })
}
