/** What the hub tells anyone about a website channel. */
export interface Status {
  online: boolean
  /** How the company wishes button and panel to look, its colours among it. */
  css?: string
  /** In the page's language: someone is there; nobody is there; close the chat; "unread", before a number. */
  words: [online: string, offline: string, close: string, unread: string]
  /** The hub has something to ask of this visitor. */
  ask?: boolean
  /** In so many milliseconds the hub wishes to hear again. */
  wait?: number
}

/**
 * Asks for the channel's status, and so tells the hub that the page is looked at: now, on every further page of a site that
 * does not load anew, and then as often as the hub wishes, while somebody looks. `browser`: what this browser names itself by;
 * `identity`: what the website signed of its visitor, while the chat does not know him here.
 * A channel that does not exist ends it; a hub that does not answer leaves the last status standing.
 */
export function followStatus(url: string, browser: string, identity: () => unknown, changed: (status: Status) => void): void {
  let due = 0
  let page: string

  const look = async () => {
    if (document.hidden || (page === location.href && Date.now() < due)) return
    due = Date.now() + 15_000
    page = location.href
    // Text that is not said to be JSON, so that the browser sends it without asking first.
    const answer = await fetch(url, {
      method: 'POST',
      credentials: 'omit',
      body: JSON.stringify([browser, page, document.title, document.referrer, identity()]),
    }).catch(() => undefined)
    if (answer?.ok) {
      const status: Status = await answer.json()
      due = Date.now() + (status.wait ?? 15_000)
      changed(status)
    } else if (answer?.status === 404) clearInterval(timer)
  }
  const timer = setInterval(look, 1_000)
  void look()
}
