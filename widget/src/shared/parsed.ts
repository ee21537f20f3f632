/** What a text that should be JSON says; undefined when it is none. */
export function parsed(text: unknown): unknown {
  try {
    return JSON.parse(`${text}`)
  } catch {}
}
