const freshMs = 1_000
const most = 10_000

/** Answers of the database that may be a second old. */
export interface Recent<T> {
  /** The answer under `key`, asked for when it is not known or no longer fresh. */
  get(key: string, ask: () => Promise<T>): Promise<T>
  /** Drops what matches; an answer asked for before that is not remembered either, because it may be of the time before. */
  forget(matches: (answer: T) => boolean): void
}

export function recent<T>(): Recent<T> {
  const known = new Map<string, { answer: T; until: number }>()
  let changes = 0
  const remember = (key: string, answer: T) => {
    if (known.size >= most) known.clear()
    known.set(key, { answer, until: Date.now() + freshMs })
  }
  return {
    get: async (key, ask) => {
      const entry = known.get(key)
      if (entry && entry.until > Date.now()) return entry.answer
      const before = changes
      const answer = await ask()
      if (before === changes) remember(key, answer)
      return answer
    },
    forget: (matches) => {
      changes += 1
      for (const [key, { answer }] of known) if (matches(answer)) known.delete(key)
    },
  }
}
