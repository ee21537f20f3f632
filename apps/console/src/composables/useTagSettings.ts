import { ref, watch } from 'vue'
import { createTag, deleteTag, listTagUses, mergeTags, type TagUses, updateTag } from '../api/tags.ts'
import { useTags } from '../stores/tags.ts'
import { useAction } from './useAction.ts'

/** Making, renaming, recolouring, merging and deleting tags, with how often each is used. */
export function useTagSettings() {
  const tags = useTags()
  const uses = ref<Record<string, TagUses>>({})
  async function count(): Promise<void> {
    uses.value = Object.fromEntries((await listTagUses()).map((row) => [row.id, row]))
  }
  watch(
    () => tags.all.length,
    () => void count().catch(() => {}),
    { immediate: true },
  )
  return {
    tags,
    uses,
    create: useAction(createTag),
    change: useAction(updateTag),
    merge: useAction(mergeTags),
    remove: useAction(deleteTag),
  }
}
