import { computed, type Ref, ref, watch } from 'vue'
import type { Customer } from '../api/fragments.ts'
import { dismissDuplicate, findKin, undoMerge } from '../api/merging.ts'
import { useAction } from './useAction.ts'

type Kin = NonNullable<Awaited<ReturnType<typeof findKin>>>

/** Who may be the same person as a customer, and who was found to be. */
export function useKin(customer: Ref<Customer>) {
  const kin = ref<Kin | null>(null)
  const dismiss = useAction(dismissDuplicate)
  const undo = useAction(undoMerge)

  async function load(): Promise<void> {
    const { id } = customer.value
    const found = await findKin(id).catch(() => null)
    if (id === customer.value.id) kin.value = found
  }
  watch(
    () => customer.value.id,
    () => {
      kin.value = null
      dismiss.forget()
      undo.forget()
    },
  )
  // Each change of the profile may make or unmake a likeness.
  watch(() => `${customer.value.id} ${customer.value.version} ${customer.value.identities.length}`, load, { immediate: true })

  const other = (pair: Kin['duplicates'][number]) => (pair.customer.id === customer.value.id ? pair.other : pair.customer)
  return {
    mayMerge: computed(() => kin.value?.mayMerge ?? false),
    duplicates: computed(() => (kin.value?.duplicates ?? []).map((pair) => ({ other: other(pair), reasons: pair.reasons }))),
    merges: computed(() => (kin.value?.merges ?? []).filter(({ undoneAt }) => undoneAt === null)),
    refusal: computed(() => dismiss.refusal.value ?? undo.refusal.value),
    busy: computed(() => dismiss.busy.value || undo.busy.value),
    load,
    dismiss: async (otherId: string) => {
      if (await dismiss.run(customer.value.id, otherId)) await load()
    },
    undo: async (mergeId: string) => {
      if (await undo.run(mergeId)) await load()
    },
  }
}
