import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { listBulkRuns } from '../api/bulk.ts'
import type { BulkRun } from '../api/fragments.ts'
import { inTurn } from './inTurn.ts'

const most = 5
const runs = inTurn(() => listBulkRuns(most))

/** What this operator has had done to many chats lately, the newest first, and which of it he has put out of sight. */
export const useBulkRuns = defineStore('bulkRuns', () => {
  const all = ref<BulkRun[]>([])
  const dismissed = useLocalStorage<string[]>('parley.bulkDismissed', [])
  const shown = computed(() => all.value.filter(({ id, state }) => state === 'running' || !dismissed.value.includes(id)))

  async function load(): Promise<void> {
    all.value = (await runs.ask()) ?? all.value
  }
  /** A run as an event or an answer told it; what has been counted already is not counted back. */
  function put(run: BulkRun): void {
    const known = all.value.find(({ id }) => id === run.id)
    if (known && known.state !== 'running' && run.state === 'running') return
    all.value = known ? all.value.map((one) => (one.id === run.id ? run : one)) : [run, ...all.value].slice(0, most)
    runs.told(load)
  }
  function dismiss(id: string): void {
    dismissed.value = [id, ...dismissed.value].slice(0, 50)
  }
  function clear(): void {
    all.value = []
  }
  return { all, shown, load, put, dismiss, clear }
})
