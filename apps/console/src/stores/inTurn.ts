/** A question whose answers are taken in the order in which they were asked for. */
export interface Question<Answer> {
  /** Undefined where an answer to a later asking is here already: this one is older. */
  ask(): Promise<Answer | undefined>
  /** Something of it was told just now: whoever is waiting for an answer may get one from before it, so it is asked once more. */
  told(again: () => Promise<unknown>): void
}

export function inTurn<Answer>(ask: () => Promise<Answer>): Question<Answer> {
  let asked = 0
  let taken = 0
  let waiting = 0
  return {
    async ask() {
      const turn = ++asked
      waiting++
      try {
        const answer = await ask()
        if (turn < taken) return undefined
        taken = turn
        return answer
      } finally {
        waiting--
      }
    },
    told(again) {
      if (waiting > 0) again().catch(() => {})
    },
  }
}
