import { computed, type Ref, ref, watch } from 'vue'
import type { Customer } from '../api/fragments.ts'
import { dismissDuplicate, findKin, undoMerge } from '../api/merging.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

type Kin = NonNullable<Awaited<ReturnType<typeof findKin>>>

/** Who may be the same person as a customer, and who was found to be. */
export function useKin(customer: Ref<Customer>) {
  const kin = ref<Kin | null>(null)
  const dismiss = useAction(dismissDuplicate)
  const undo = useAction(undoMerge)

  const latest = inTurn(() => findKin(customer.value.id))
  async function load(): Promise<void> {
    const { id } = customer.value
    const found = await latest.ask().catch(() => undefined)
    // What was known stays where nothing could be asked.
    if (found !== undefined && id === customer.value.id) kin.value = found
  }
  useLineBack(load)
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
