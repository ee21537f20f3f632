import { computed, ref } from 'vue'
import {
  type ApproachRule,
  type ApproachRuleInput,
  type ApproachSettings,
  type ApproachText,
  type ApproachTextInput,
  createApproachRule,
  createApproachText,
  deleteApproachRule,
  deleteApproachText,
  findApproachTexts,
  listApproachRules,
  updateApproachRule,
  updateApproachSettings,
  updateApproachText,
} from '../api/approaches.ts'
import { knowsPlaces } from '../api/visits.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

/** What is said to visitors, and, for admins, whom the hub turns to by itself. */
export function useApproachSettings(isAdmin: () => boolean) {
  const texts = ref<ApproachText[]>([])
  const rules = ref<ApproachRule[]>([])
  const settings = ref<ApproachSettings | null>(null)
  const placed = ref(false)
  const status = ref<'loading' | 'ready' | 'failed'>('loading')
  const saveText = useAction((id: string | null, input: ApproachTextInput) =>
    id ? updateApproachText(id, input) : createApproachText(input),
  )
  const saveRule = useAction((id: string | null, input: ApproachRuleInput) =>
    id ? updateApproachRule(id, input) : createApproachRule(input),
  )
  const dropText = useAction(deleteApproachText)
  const dropRule = useAction(deleteApproachRule)
  const saveSettings = useAction(updateApproachSettings)
  const actions = [saveText, saveRule, dropText, dropRule]

  const latest = inTurn(() => Promise.all([findApproachTexts(), isAdmin() ? listApproachRules() : [], knowsPlaces()]))
  async function load(): Promise<void> {
    try {
      const answer = await latest.ask()
      if (!answer) return
      const [found, made, knows] = answer
      texts.value = found.texts
      settings.value = found.settings
      rules.value = made
      placed.value = knows
      status.value = 'ready'
    } catch {
      if (status.value === 'loading') status.value = 'failed'
    }
  }
  void load()
  useLineBack(load)
  return {
    texts,
    rules,
    settings,
    status,
    placed,
    load,
    saveText,
    saveRule,
    dropText,
    dropRule,
    saveSettings,
    busy: computed(() => actions.some((action) => action.busy.value)),
    refusal: computed(() => actions.map((action) => action.refusal.value).find(Boolean) ?? null),
    forget: () => {
      for (const action of actions) action.forget()
    },
  }
}
