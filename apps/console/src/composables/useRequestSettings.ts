import { ref } from 'vue'
import {
  getRequestSettings,
  type RequestFieldInput,
  type RequestSettings,
  type RequestSettingsInput,
  updateRequestSettings,
} from '../api/requestSettings.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'

type Change = Partial<RequestSettingsInput>

/** What an admin sets for requests. The hub takes all of it at once: what is not changed goes along as it was. */
export function useRequestSettings() {
  const settings = ref<RequestSettings | null>(null)
  const failed = ref(false)
  const form = useAction(updateRequestSettings)
  const rest = useAction(updateRequestSettings)
  const next = oneByOne()

  async function load(): Promise<void> {
    failed.value = false
    try {
      settings.value = await getRequestSettings()
    } catch {
      failed.value = true
    }
  }
  /** What is not changed is as it is when its turn comes. */
  async function save(action: typeof form, change: Change): Promise<boolean> {
    const now = settings.value
    if (!now) return false
    const { categories, types, title, category, type, priority, group } = now
    const answer = await action.run({ categories, types, title, category, type, priority, groupId: group?.id ?? null, ...change })
    if (answer) settings.value = answer
    return answer !== null
  }
  void load()
  return {
    settings,
    failed,
    load,
    form,
    rest,
    saveForm: (change: Pick<Change, 'away' | 'fields'>) => next(() => save(form, change)),
    saveRest: (change: Change) => next(() => save(rest, change)),
  }
}

/** A field as the hub takes it. */
export const fieldInput = ({ id, label, kind, options, required }: RequestSettings['fields'][number]): RequestFieldInput => ({
  fieldId: id,
  label,
  kind,
  options,
  required,
})
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
