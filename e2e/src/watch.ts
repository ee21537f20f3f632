import type { BrowserContext } from 'playwright-core'

/** What no page of ours should do, gathered from all of them. */
export interface Watch {
  /** requests to other hosts, errors in the console (a breach of the content policy is one), exceptions */
  faults: string[]
  /** while true, the browser's own words about a hub that cannot be reached are no fault */
  outage: boolean
}

const unreachable = /net::ERR_|WebSocket connection to|status of 50[234]/

/** Watches every page of this browser, its frames and workers included. */
export function watchContext(context: BrowserContext, origin: string, watch: Watch): void {
  const own = [origin, origin.replace('http', 'ws')]
  const isOwn = (url: string) => ['data:', 'blob:', 'about:'].includes(new URL(url).protocol) || own.includes(new URL(url).origin)
  const ask = (url: string) => isOwn(url) || watch.faults.push(`asked another host: ${url}`)
  context.on('request', (request) => ask(request.url()))
  context.on('page', (page) => page.on('websocket', (socket) => ask(socket.url())))
  context.on('weberror', (error) => watch.faults.push(`exception: ${error.error().stack ?? error.error().message}`))
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    if (watch.outage && unreachable.test(message.text())) return
    watch.faults.push(`${message.type()} at ${message.page()?.url()}: ${message.text()} (${message.location().url})`)
  })
}
