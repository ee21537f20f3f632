/**
 * Tells that the visitor writes: at most every 3 s, and once when he stopped (or did nothing for 6 s). Where the company sees what
 * is typed, the last of it is told along, at most once a second.
 */
export function createTyping(
  tell: (on: boolean, text?: string) => void,
  previews: () => boolean = () => false,
  now: () => number = Date.now,
) {
  let told = -Infinity
  let typed = ''
  let ending: ReturnType<typeof setTimeout> | undefined
  let next: ReturnType<typeof setTimeout> | undefined

  function stopped() {
    const was = told
    sent()
    if (was !== -Infinity) tell(false)
  }

  /** The message is sent: that says it by itself. */
  function sent() {
    clearTimeout(ending)
    clearTimeout(next)
    told = -Infinity
  }

  function say() {
    told = now()
    tell(true, previews() ? typed.slice(-600) : undefined)
  }

  return {
    typed(text: string) {
      typed = text
      clearTimeout(ending)
      clearTimeout(next)
      ending = setTimeout(stopped, 6_000)
      const wait = told + (previews() ? 1_000 : 3_000) - now()
      if (wait <= 0) say()
      else if (previews()) next = setTimeout(say, wait)
    },
    stopped,
    sent,
  }
}
