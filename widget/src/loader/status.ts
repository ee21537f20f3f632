/** What the hub tells anyone about a website channel. */
export interface Status {
  online: boolean
  language?: string
  accent?: string
}

/**
 * Asks for the channel's status now, every 30 s while the page is looked at, and when it is looked at again.
 * A channel that does not exist ends it; a hub that does not answer leaves the last status standing.
 */
export function followStatus(url: string, changed: (status: Status) => void): void {
  let timer: ReturnType<typeof setTimeout>

  const look = async () => {
    clearTimeout(timer)
    if (document.hidden) return
    timer = setTimeout(look, 30_000)
    const answer = await fetch(url, { credentials: 'omit' }).catch(() => undefined)
    if (answer?.ok) changed(await answer.json())
    else if (answer?.status === 404) {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }
  document.addEventListener('visibilitychange', look)
  void look()
}
