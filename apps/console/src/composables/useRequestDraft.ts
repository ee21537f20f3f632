import type { RequestPriority } from '@parley/schema/vocabulary'
import { computed, ref } from 'vue'
import { getRequestSettings, type RequestSettings } from '../api/requestSettings.ts'
import type { RequestInput } from '../api/requests.ts'
import { useEdited } from './useEdited.ts'
import { useLineBack } from './useLineBack.ts'

export const none = 'none'
const orNull = (value: string) => (value === none ? null : value)

/** What a request will be: as the admin has set it, but for what was written here, however late that is known. */
export function useRequestDraft(group: () => { id: string } | null) {
  const settings = ref<RequestSettings | null>(null)
  const { fields, touched } = useEdited(() => ({
    title: settings.value?.title ?? '',
    groupId: settings.value?.group?.id ?? group()?.id ?? none,
    category: settings.value?.category ?? none,
    type: settings.value?.type ?? none,
    priority: settings.value?.priority ?? 'normal',
  }))
  /** Until the admin's defaults are known the hub itself takes them for whatever is not said. */
  const input = computed<RequestInput>(() => {
    const { title, groupId, category, type, priority } = settings.value ? fields : touched()
    return {
      ...(title?.trim() && { title: title.trim() }),
      ...(groupId && { groupId: orNull(groupId) }),
      ...(category && { category: orNull(category) }),
      ...(type && { type: orNull(type) }),
      ...(priority && { priority: priority as RequestPriority }),
    }
  })

  async function load(): Promise<void> {
    settings.value = await getRequestSettings().catch(() => settings.value)
  }
  void load()
  useLineBack(load)
  return { settings, fields, input }
}
