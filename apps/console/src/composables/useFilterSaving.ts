import type { Filter } from '@parley/schema/filter'
import type { FilterScope } from '@parley/schema/vocabulary'
import { computed, ref } from 'vue'
import { createSavedFilter, deleteSavedFilter, type SavedFilter, updateSavedFilter } from '../api/filters.ts'
import { useSavedFilters } from '../stores/savedFilters.ts'
import { sameFilter } from './filterTree.ts'
import { useAction } from './useAction.ts'
import { useEdited } from './useEdited.ts'

/**
 * Keeping a filter anew, or in place of the one it began with. What a colleague changes of that one meanwhile is followed where it was not touched;
 * where he has deleted it the hub says so, and no other is made of it.
 */
export function useFilterSaving(shown: Filter, begun: SavedFilter | null) {
  const saved = useSavedFilters()
  const viewed = computed(() => saved.all.find(({ id }) => id === begun?.id) ?? begun)
  const isOwn = !begun || !sameFilter(shown, begun.filter)
  const mayChange = computed(() => viewed.value?.mayManage === true)
  const replaces = ref(mayChange.value)
  const { fields } = useEdited(() => ({
    name: viewed.value?.name ?? '',
    scope: mayChange.value ? (viewed.value?.scope ?? 'own') : 'own',
    groupId: viewed.value?.group?.id ?? '',
  }))
  const isReady = computed(() => fields.name.trim() !== '' && (fields.scope !== 'group' || fields.groupId !== ''))

  const create = useAction(createSavedFilter)
  const update = useAction(updateSavedFilter)
  const remove = useAction(deleteSavedFilter)
  const actions = [create, update, remove]
  function forget(): void {
    for (const action of actions) action.forget()
  }

  /** The filter as it is kept now; null where it was refused. */
  async function save(): Promise<SavedFilter | null> {
    if (!isReady.value) return null
    forget()
    const input = {
      name: fields.name.trim(),
      filter: isOwn || !viewed.value ? shown : viewed.value.filter,
      scope: fields.scope as FilterScope,
      groupId: fields.scope === 'group' ? fields.groupId : null,
    }
    const kept = begun && replaces.value ? await update.run(begun.id, input) : await create.run(input)
    if (!kept) return null
    saved.put(kept as SavedFilter)
    await saved.load().catch(() => {})
    return kept as SavedFilter
  }
  async function drop(): Promise<boolean> {
    forget()
    if (!begun || !(await remove.run(begun.id))) return false
    saved.all = saved.all.filter(({ id }) => id !== begun.id)
    await saved.load().catch(() => {})
    return true
  }
  return {
    viewed,
    mayChange,
    replaces,
    fields,
    isReady,
    save,
    drop,
    forget,
    saving: computed(() => create.busy.value || update.busy.value),
    removing: remove.busy,
    refusal: computed(() => actions.map((action) => action.refusal.value).find(Boolean) ?? null),
  }
}
