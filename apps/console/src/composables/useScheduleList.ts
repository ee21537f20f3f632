import { ref, watch } from 'vue'
import { createSchedule, deleteSchedule, listSchedules, type Schedule, updateSchedule } from '../api/schedules.ts'
import { useAction } from './useAction.ts'
import { useNow } from './useNow.ts'

/** All working hours, asked anew when one of them opens or ends. */
export function useScheduleList() {
  const now = useNow()
  const schedules = ref<Schedule[]>([])
  const status = ref<'loading' | 'ready' | 'failed'>('loading')

  async function load(): Promise<void> {
    try {
      schedules.value = await listSchedules()
      status.value = 'ready'
    } catch {
      if (status.value !== 'ready') status.value = 'failed'
    }
  }
  watch(now, (at) => {
    if (schedules.value.some(({ changesAt }) => changesAt && Date.parse(changesAt) <= at)) void load()
  })
  void load()
  return {
    schedules,
    status,
    load,
    create: useAction(createSchedule),
    change: useAction(updateSchedule),
    remove: useAction(deleteSchedule),
  }
}
