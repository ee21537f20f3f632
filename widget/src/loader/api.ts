type Listener = (value?: unknown) => void

/** The commands are listed in docs/api.md. */
export type Parley = { (command: string, ...rest: unknown[]): unknown; q?: unknown[][]; channel?: string }

declare global {
  interface Window {
    Parley?: Parley
  }
}

/**
 * Gives the page `window.Parley`. Calls that a page made earlier into its own stub (`Parley.q`) are carried out now.
 * `on` answers with the function that ends it; an unknown command does nothing.
 */
export function offer(channel: string, commands: Record<string, (value?: unknown) => void>): (event: string, value?: unknown) => void {
  const listeners = new Set<{ event: unknown; listener: Listener }>()
  const early = window.Parley?.q
  const parley: Parley = (command, event, listener) => {
    if (command !== 'on') return commands[command]?.(event)
    const entry = { event, listener: listener as Listener }
    listeners.add(entry)
    return () => listeners.delete(entry)
  }
  parley.channel = channel
  window.Parley = parley
  for (const call of early ?? []) parley(...(call as [string]))

  return (event, value) => {
    // A listener that throws is the page's own fault and must not stop the chat.
    for (const entry of listeners) if (entry.event === event) setTimeout(() => entry.listener(value))
  }
}
