import { computed, type Ref, ref, watch } from 'vue'
import { type Blockable, blockAddress, blockIdentity, liftBlock, listBlockable } from '../api/blocks.ts'
import { useChanges } from '../stores/changes.ts'
import { useAction } from './useAction.ts'

/** Blocking who writes in a chat, or his address; and lifting what is there. */
export function useBlocking(customerId: Ref<string>) {
  const changes = useChanges()
  const identities = ref<Blockable[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const byIdentity = useAction(blockIdentity)
  const byAddress = useAction(blockAddress)
  const lift = useAction(liftBlock)
  const actions = [byIdentity, byAddress, lift]

  async function load(): Promise<void> {
    try {
      identities.value = await listBlockable(customerId.value)
      state.value = 'ready'
    } catch {
      state.value = 'failed'
    }
  }
  watch([customerId, () => changes.blocks], load, { immediate: true })
  return {
    identities,
    state,
    load,
    byIdentity,
    byAddress,
    lift,
    busy: computed(() => actions.some((action) => action.busy.value)),
    refusal: computed(() => actions.map((action) => action.refusal.value).find(Boolean) ?? null),
  }
}
