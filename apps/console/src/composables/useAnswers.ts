import { computed, type Ref, ref, watch } from 'vue'
import { type FormAnswer, fillForm, findAnswers } from '../api/closing.ts'
import { useClosing } from '../stores/closing.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useAction } from './useAction.ts'
import { useLineBack } from './useLineBack.ts'

export type Answers = Record<string, string[]>
type FilledIn = { fieldId: string; values: string[] }[]

/** The attendance form of a chat: what was answered, a draft of it, and whether one may change it. Follows what colleagues fill in. */
export function useAnswers(chatId: Ref<string>) {
  const closing = useClosing()
  const given = ref<FormAnswer[]>([])
  /** The chat whose answers these are; nothing is said of one that has not been asked about yet. */
  const knownId = ref<string | null>(null)
  const editable = ref(false)
  const draft = ref<Answers>({})
  const fill = useAction(fillForm)

  const present = computed<Answers>(() => Object.fromEntries(given.value.map(({ field, values }) => [field.id, values])))
  const changed = computed<FilledIn>(() =>
    closing.fields.flatMap((field) => {
      const [before, now] = [present.value[field.id] ?? [], draft.value[field.id] ?? []]
      return before.join('\n') === now.join('\n') ? [] : [{ fieldId: field.id, values: now }]
    }),
  )

  const latest = inTurn(() => findAnswers(chatId.value))
  /** `saved`: what was told just now is touched no more, unless it has been written on. */
  async function load(saved: FilledIn = []): Promise<void> {
    const asked = chatId.value
    const chat = await latest.ask()
    if (!chat || asked !== chatId.value) return
    // What is being written stays; what was not touched follows, or it would be saved over what a colleague has filled in.
    const touched = changed.value.filter(({ fieldId, values }) => !saved.some((one) => one.fieldId === fieldId && one.values === values))
    knownId.value = asked
    given.value = chat.formAnswers
    editable.value = chat.formEditable
    draft.value = { ...present.value, ...Object.fromEntries(touched.map(({ fieldId, values }) => [fieldId, values])) }
  }
  watch(
    chatId,
    () => {
      given.value = []
      editable.value = false
      knownId.value = null
      draft.value = {}
      fill.forget()
      load().catch(() => {})
    },
    { immediate: true },
  )
  watch(
    () => closing.filled[chatId.value],
    () => load().catch(() => {}),
  )

  useLineBack(() => load().catch(() => {}))

  async function save(): Promise<boolean> {
    const told = changed.value
    if (!(await fill.run(chatId.value, told))) return false
    await load(told).catch(() => {})
    return true
  }
  const isKnown = computed(() => knownId.value === chatId.value)
  return { isKnown, given, editable, draft, changed, fill, save, load: () => load(), undo: () => (draft.value = present.value) }
}
