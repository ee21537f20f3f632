/** How long to wait for another tab, in milliseconds. A tab that was put to sleep may hold the lock for ever. */
const patience = 10_000

/**
 * Runs the work while no other tab of this browser runs one under the same name. Without locks (plain http, storage forbidden)
 * and after ten seconds it runs all the same: what it guards must bear a repeat.
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), patience)
  let begun: Promise<T> | undefined
  const begin = () => {
    clearTimeout(timer)
    begun ??= work()
    return begun
  }
  try {
    return navigator.locks ? await navigator.locks.request(name, { signal: abort.signal }, begin) : await begin()
  } catch (error) {
    if (begun !== undefined) throw error
    return begin()
  }
}

/** A random id that also works on pages without https. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
