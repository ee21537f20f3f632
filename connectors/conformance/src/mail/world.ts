/** A letter in a folder. `at` is when the server took it in, in milliseconds. */
export interface Kept {
  uid: number
  at: number
  flags: Set<string>
  source: Buffer
}

export interface Folder {
  path: string
  specialUse?: string
  uidValidity: number
  uidNext: number
  letters: Kept[]
}

/** A mailbox and who watches it. */
export interface World {
  folders: Folder[]
  folder(path: string): Folder | undefined
  put(path: string, source: Buffer, at?: number, flags?: string[]): Kept
  /** A folder gets new numbers for all it holds. */
  renumber(path: string): void
  watch(watcher: (folder: Folder) => void): () => void
}

export function createWorld(uidValidity: number): World {
  const folders: Folder[] = [
    folder('INBOX', uidValidity),
    folder('Sent', uidValidity, '\\Sent'),
    folder('Archive', uidValidity, '\\Archive'),
  ]
  const watchers = new Set<(folder: Folder) => void>()
  const find = (path: string) => folders.find((one) => one.path.toLowerCase() === path.toLowerCase())
  return {
    folders,
    folder: find,
    put(path, source, at = Date.now(), flags = []) {
      const into = find(path)
      if (!into) throw new Error(`There is no folder ${path}.`)
      const kept: Kept = { uid: into.uidNext++, at, flags: new Set(flags), source }
      into.letters.push(kept)
      for (const tell of watchers) tell(into)
      return kept
    },
    renumber(path) {
      const into = find(path)
      if (!into) return
      into.uidValidity++
      into.letters.forEach((letter, n) => {
        letter.uid = n + 1
      })
      into.uidNext = into.letters.length + 1
    },
    watch(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
  }
}

const folder = (path: string, uidValidity: number, specialUse?: string): Folder => ({
  path,
  ...(specialUse && { specialUse }),
  uidValidity,
  uidNext: 1,
  letters: [],
})

/** `n:*` names the last letter even where its number is lower than n. */
export function inRange(letters: Kept[], range: string): Kept[] {
  const last = letters.at(-1)?.uid ?? 0
  const numberOf = (text: string) => (text === '*' ? last : Number(text))
  const spans = range.split(',').map((one) => {
    const [from = '', to = from] = one.split(':')
    const [a, b] = [numberOf(from), numberOf(to)]
    return [Math.min(a, b), Math.max(a, b)] as const
  })
  return letters.filter(({ uid }) => spans.some(([from, to]) => uid >= from && uid <= to))
}
