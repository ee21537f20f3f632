import type { Storage } from './storage.ts'

export interface SweepOptions {
  /** Which of these keys some row of the database names. Asked for at most 500 at a time. */
  known(keys: string[]): Promise<Set<string>>
  /** Younger things are let be: their row may still be on its way. */
  before: Date
}

const batch = 500

/** Removes what is stored but named by no row (a hub killed between storing and committing). Answers how many things went. */
export async function sweepOrphans(storage: Storage, { known, before }: SweepOptions): Promise<number> {
  let removed = await storage.clean(before)
  for await (const keys of inBatches(oldKeys(storage, before))) {
    const named = await known(keys)
    const orphans = keys.filter((key) => !named.has(key))
    for (const key of orphans) await storage.remove(key)
    removed += orphans.length
  }
  return removed
}

/** Which of these keys, named by rows, are not in the storage any more. */
export async function findMissing(storage: Storage, keys: Iterable<string>): Promise<string[]> {
  const missing: string[] = []
  for (const key of keys) if (!(await storage.stat(key))) missing.push(key)
  return missing
}

async function* oldKeys(storage: Storage, before: Date): AsyncIterable<string> {
  for await (const { key, storedAt } of storage.list()) if (storedAt < before) yield key
}

async function* inBatches(keys: AsyncIterable<string>): AsyncIterable<string[]> {
  let full: string[] = []
  for await (const key of keys) {
    full.push(key)
    if (full.length < batch) continue
    yield full
    full = []
  }
  if (full.length > 0) yield full
}
