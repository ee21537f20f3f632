import { useTags } from '../stores/tags.ts'

/** The tags that references name, each once, in order of their names. */
export function useTagLookup() {
  const tags = useTags()
  return {
    tagsOf: (...lists: (readonly { id: string }[])[]) => tags.of([...new Set(lists.flat().map(({ id }) => id))].map((id) => ({ id }))),
  }
}
