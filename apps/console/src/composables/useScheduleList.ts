import { ref, watch } from 'vue'
import { createSchedule, deleteSchedule, listSchedules, type Schedule, updateSchedule } from '../api/schedules.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'
import { useNow } from './useNow.ts'

/** All working hours, asked anew when one of them opens or ends. */
export function useScheduleList() {
  const now = useNow()
  const schedules = ref<Schedule[]>([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')

  const latest = inTurn(listSchedules)
  async function load(): Promise<void> {
    try {
      schedules.value = (await latest.ask()) ?? schedules.value
      status.value = 'ready'
    } catch {
      if (status.value !== 'ready') status.value = 'failed'
    }
  }
  watch(now, (at) => {
    if (schedules.value.some(({ changesAt }) => changesAt && Date.parse(changesAt) <= at)) void load()
  })
  void load()
  useLineBack(load)
  return {
    schedules,
    status,
    load,
    create: useAction(createSchedule),
    change: useAction(updateSchedule),
    remove: useAction(deleteSchedule),
  }
}
