import { computed, type Ref, ref, watch } from 'vue'
import { type Blockable, blockAddress, blockIdentity, liftBlock, listBlockable } from '../api/blocks.ts'
import { useChanges } from '../stores/changes.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** Blocking who writes in a chat, or his address; and lifting what is there. */
export function useBlocking(customerId: Ref<string>) {
  const changes = useChanges()
  const identities = ref<Blockable[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const byIdentity = useAction(blockIdentity)
  const byAddress = useAction(blockAddress)
  const lift = useAction(liftBlock)
  const actions = [byIdentity, byAddress, lift]

  const latest = inTurn(() => listBlockable(customerId.value))
  async function load(): Promise<void> {
    const asked = customerId.value
    try {
      const found = await latest.ask()
      if (!found || asked !== customerId.value) return
      identities.value = found
      state.value = 'ready'
    } catch {
      if (asked === customerId.value && state.value !== 'ready') state.value = 'failed'
    }
  }
  // Nobody is blocked for another.
  watch(customerId, () => {
    identities.value = []
    state.value = 'loading'
  })
  watch([customerId, () => changes.blocks], load, { immediate: true })
  useLineBack(load)
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
