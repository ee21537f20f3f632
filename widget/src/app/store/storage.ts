/** A part of the browser's storage under one prefix; where storage is forbidden it lasts as long as the page. */
export interface Drawer {
  get(name: string): string | undefined
  set(name: string, value: string): void
  remove(name: string): void
  /** Names that begin with `start`. */
  names(start: string): string[]
  /** Another tab changed the value under `name`. */
  changed(heard: (name: string) => void): void
}

/** `storage` may throw or be missing; `events` brings the other tabs' changes. */
export function openDrawer(prefix: string, storage: () => Storage, events: Pick<Window, 'addEventListener'>): Drawer {
  const store = usable(storage)
  // What the browser did not take (forbidden, full) is kept as long as the page.
  const kept = new Map<string, string>()
  return {
    get: (name) => kept.get(name) ?? store?.getItem(prefix + name) ?? undefined,
    set: (name, value) => {
      try {
        if (!store) throw new Error('no storage')
        store.setItem(prefix + name, value)
        kept.delete(name)
      } catch {
        kept.set(name, value)
      }
    },
    remove: (name) => {
      kept.delete(name)
      store?.removeItem(prefix + name)
    },
    names: (start) => [...new Set([...kept.keys(), ...keysOf(store, prefix)])].filter((name) => name.startsWith(start)),
    changed: (heard) =>
      events.addEventListener('storage', (event) => {
        if (event.storageArea === store && event.key?.startsWith(prefix)) heard(event.key.slice(prefix.length))
      }),
  }
}

function keysOf(store: Storage | undefined, prefix: string): string[] {
  const found: string[] = []
  for (let at = 0; at < (store?.length ?? 0); at++) {
    const key = store?.key(at)
    if (key?.startsWith(prefix)) found.push(key.slice(prefix.length))
  }
  return found
}

function usable(storage: () => Storage): Storage | undefined {
  try {
    const store = storage()
    store.setItem('parley:try', '1')
    store.removeItem('parley:try')
    return store
  } catch {
    return undefined
  }
}
