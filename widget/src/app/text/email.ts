/** Whether this can be an e-mail address: the hub has the last word, this one answers at once. */
export function looksLikeEmail(text: string): boolean {
  const [name, host, more] = text.split('@')
  return !!name && !!host && more === undefined && !/\s/.test(text) && host.includes('.') && !host.startsWith('.') && !host.endsWith('.')
}
