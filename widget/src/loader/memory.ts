/**
 * A word in the host page's own storage, under `parley:<channel>:<name>`. A page that forbids storage forgets it: nothing is
 * lost but a convenience.
 */
export function createNote(storage: () => Storage, key: string): [get: () => string | null | undefined, set: (word: unknown) => void] {
  return [() => attempt(() => storage().getItem(key)), (word) => void attempt(() => storage().setItem(key, (word || '') as never))]
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {}
}
