/** A question whose answers are taken in the order in which they were asked for. */
export interface Question<Answer> {
  /** Undefined where an answer to a later asking is here already: this one is older. */
  ask(): Promise<Answer | undefined>
  /** Something of it was told just now: whoever is waiting for an answer may get one from before it, so it is asked once more. */
  told(again: () => Promise<unknown>): void
}

/** Hands out a turn for each asking. Asked when its answer is here, a turn says whether none to a later asking is. */
export function createTurns(): () => () => boolean {
  let asked = 0
  let taken = 0
  return () => {
    const mine = ++asked
    return () => {
      taken = Math.max(taken, mine)
      return taken === mine
    }
  }
}

export function inTurn<Answer>(ask: () => Promise<Answer>): Question<Answer> {
  const nextTurn = createTurns()
  let waiting = 0
  return {
    async ask() {
      const isNext = nextTurn()
      waiting++
      try {
        const answer = await ask()
        return isNext() ? answer : undefined
      } finally {
        waiting--
      }
    },
    told(again) {
      if (waiting > 0) again().catch(() => {})
    },
  }
}
