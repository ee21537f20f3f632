import { type VisitColumn, visitColumns } from '@parley/schema/vocabulary'
import { computed, ref } from 'vue'
import { updateProfile } from '../api/profile.ts'
import { knowsPlaces } from '../api/visits.ts'
import { useProfile } from '../stores/profile.ts'
import { useAction } from './useAction.ts'

const usual: VisitColumn[] = ['name', 'state', 'page', 'pages', 'started', 'referrer', 'device', 'visits', 'approach']
const placed: VisitColumn[] = ['name', 'state', 'page', 'pages', 'started', 'referrer', 'country', 'visits', 'approach']

/** The columns of one's list of visitors; kept by the hub, so they are the same on every computer. */
export function useVisitColumns() {
  const profile = useProfile()
  const save = useAction(updateProfile)
  const isPlaced = ref(false)
  knowsPlaces().then(
    (knows) => {
      isPlaced.value = knows
    },
    () => {},
  )
  /** Where the hub cannot tell where visitors are, nothing says so column by column. */
  const all = computed(() => visitColumns.filter((column) => isPlaced.value || (column !== 'country' && column !== 'city')))
  const columns = computed<VisitColumn[]>(() =>
    (profile.own?.visitColumns ?? (isPlaced.value ? placed : usual)).filter((column) => all.value.includes(column)),
  )

  async function toggle(column: VisitColumn): Promise<void> {
    const wanted = columns.value.includes(column)
      ? columns.value.filter((each) => each !== column)
      : visitColumns.filter((each) => each === column || columns.value.includes(each))
    if (wanted.length === 0) return
    const saved = await save.run({ visitColumns: wanted })
    if (saved) profile.put(saved)
  }
  return { all, columns, toggle, refusal: save.refusal }
}
