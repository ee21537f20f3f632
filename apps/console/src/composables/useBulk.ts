import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { type BulkFailure, cancelBulk, listBulkFailures, startBulk, undoBulk } from '../api/bulk.ts'
import type { BulkRun } from '../api/fragments.ts'
import { useBulkRuns } from '../stores/bulkRuns.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useSelection } from '../stores/selection.ts'
import { inWords, type Refused, useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** Doing something to all chosen chats; with it their selection ends, and what is chosen meanwhile stays. */
export function useBulkStart() {
  const runs = useBulkRuns()
  const selection = useSelection()
  const start = useAction(startBulk)
  async function run(...args: Parameters<typeof startBulk>): Promise<boolean> {
    const [ids, all] = [[...selection.ids], selection.all]
    const begun = await start.run(...args)
    if (!begun) return false
    runs.put(begun)
    selection.end(ids, all)
    return true
  }
  return { run, busy: start.busy, refusal: start.refusal, forget: start.forget }
}

/** Stopping a run, and putting back what it has done. */
export function useBulkRun() {
  const runs = useBulkRuns()
  const cancel = useAction(cancelBulk)
  const undo = useAction(undoBulk)
  async function stop(run: BulkRun): Promise<void> {
    undo.forget()
    const stopped = await cancel.run(run.id)
    if (stopped) runs.put(stopped)
  }
  async function putBack(run: BulkRun): Promise<void> {
    cancel.forget()
    const begun = await undo.run(run.id)
    if (!begun) return
    runs.dismiss(run.id)
    runs.put(begun)
  }
  return {
    stop,
    putBack,
    busy: computed(() => cancel.busy.value || undo.busy.value),
    refusal: computed(() => cancel.refusal.value ?? undo.refusal.value),
  }
}

/** The chats of a run to which it was not done. */
export function useBulkFailures(run: () => BulkRun) {
  const { t } = useI18n()
  const failures = ref<BulkFailure[] | null>(null)
  const refusal = ref<Refused | null>(null)
  const latest = inTurn(() => listBulkFailures(run().id))
  async function load(): Promise<void> {
    try {
      failures.value = (await latest.ask()) ?? failures.value
      refusal.value = null
    } catch (error) {
      refusal.value = inWords(error, t)
    }
  }
  watch(() => [run().id, run().failed], load, { immediate: true })
  useLineBack(load)
  return { failures, refusal }
}
