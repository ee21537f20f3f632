import { watchThrottled } from '@vueuse/core'
import { ref } from 'vue'
import { createTag, deleteTag, listTagUses, mergeTags, type TagUses, updateTag } from '../api/tags.ts'
import { useChanges } from '../stores/changes.ts'
import { useTags } from '../stores/tags.ts'
import { useAction } from './useAction.ts'

const countEveryMs = 5_000

/** Making, renaming, recolouring, merging and deleting tags, with how often each is used. */
export function useTagSettings() {
  const tags = useTags()
  const changes = useChanges()
  const uses = ref<Record<string, TagUses>>({})
  async function count(): Promise<void> {
    uses.value = Object.fromEntries((await listTagUses()).map((row) => [row.id, row]))
  }
  const countAnew = () => void count().catch(() => {})
  watchThrottled([() => tags.all.length, () => changes.tagging], countAnew, { throttle: countEveryMs, immediate: true })
  return {
    tags,
    uses,
    countAnew,
    create: useAction(createTag),
    change: useAction(updateTag),
    merge: useAction(mergeTags),
    remove: useAction(deleteTag),
  }
}
