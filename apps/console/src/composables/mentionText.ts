/** A text cut where it names somebody: `@` and a name of the list, the longest that fits. */
export function mentionParts(text: string, names: readonly string[]): { words: string; isMention: boolean }[] {
  const known = names.filter(Boolean).toSorted((a, b) => b.length - a.length)
  if (known.length === 0) return [{ words: text, isMention: false }]
  const escaped = known.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return text
    .split(new RegExp(`(@(?:${escaped.join('|')}))(?![\\p{L}\\p{N}])`, 'gu'))
    .map((words, index) => ({ words, isMention: index % 2 === 1 }))
    .filter(({ words }) => words !== '')
}

/** The name that is being written at the caret: what stands between an `@` at the beginning of a word and the caret. */
export function mentionAt(text: string, caret: number): { from: number; term: string } | null {
  const before = text.slice(Math.max(0, caret - 60), caret)
  const match = /(?:^|[\s(])@([^@\n]{0,40})$/u.exec(before)
  return match ? { from: caret - (match[1] ?? '').length - 1, term: match[1] ?? '' } : null
}
