/** Tells that the visitor writes: at most every 3 s, and once when he stopped (or did nothing for 6 s). */
export function createTyping(tell: (on: boolean) => void, now: () => number = Date.now) {
  let told = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined

  function stopped() {
    clearTimeout(timer)
    if (told === -Infinity) return
    told = -Infinity
    tell(false)
  }

  return {
    typed() {
      clearTimeout(timer)
      timer = setTimeout(stopped, 6_000)
      if (now() - told < 3_000) return
      told = now()
      tell(true)
    },
    stopped,
    /** The message is sent: that says it by itself. */
    sent() {
      clearTimeout(timer)
      told = -Infinity
    },
  }
}
