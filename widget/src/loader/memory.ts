/**
 * A yes or no in the host page's own storage, under `parley:<channel>:<name>`. A page that forbids storage forgets it:
 * nothing is lost but a convenience.
 */
export function createNote(storage: () => Storage, key: string): [get: () => boolean, set: (on: boolean) => void] {
  return [() => attempt(() => storage().getItem(key) === '1') ?? false, (on) => void attempt(() => storage().setItem(key, on ? '1' : ''))]
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {}
}
