import { computed, ref, watch } from 'vue'
import type { ApiLanguage } from '../api/fragments.ts'
import {
  type ChannelLook,
  discardLook,
  findLook,
  type Look,
  type LookInput,
  type LookPreview,
  type PicturePlace,
  previewLook,
  publishLook,
  removeLookPicture,
  revertLook,
  saveLook,
  uploadLookPicture,
} from '../api/looks.ts'
import { getRequestSettings } from '../api/requestSettings.ts'
import { type Refused, useAction } from './useAction.ts'

export type Texts = Look['texts'][number]
export type LookDraft = Omit<Look, 'texts' | 'pictures'> & { texts: Record<ApiLanguage, Texts> }

export const languages: { code: ApiLanguage; name: string; tag: string }[] = [
  { code: 'en', name: 'English', tag: 'en' },
  { code: 'pt_BR', name: 'Português', tag: 'pt-BR' },
  { code: 'es', name: 'Español', tag: 'es' },
  { code: 'ru', name: 'Русский', tag: 'ru' },
]
const emptyTexts = { online: '', offline: '', welcome: '', away: '', closing: '' }
const waitMs = 350

const draftOf = ({ pictures: _, texts, ...look }: Look): LookDraft => ({
  ...look,
  showOn: [...look.showOn],
  hideOn: [...look.hideOn],
  texts: Object.fromEntries(
    languages.map(({ code }) => [code, { ...emptyTexts, language: code, ...texts.find(({ language }) => language === code) }]),
  ) as LookDraft['texts'],
})
const inputOf = ({ texts, ...look }: LookDraft): LookInput => ({ ...look, texts: Object.values(texts) })

/** The look of a website's chat: what is being changed, what would become of it, and what was published. */
export function useLook(channelId: () => string, language: () => ApiLanguage) {
  const state = ref<ChannelLook | null>(null)
  const draft = ref<LookDraft | null>(null)
  const failed = ref(false)
  const preview = ref<LookPreview | null>(null)
  /** Whether visitors who find nobody are asked to leave a request. */
  const takesRequests = ref(true)
  const fault = ref<Refused | null>(null)
  const kept = ref('')
  const now = computed(() => (draft.value ? JSON.stringify(inputOf(draft.value)) : ''))
  const isDirty = computed(() => now.value !== kept.value)
  const present = computed<Look | null>(() => state.value?.draft?.look ?? state.value?.history[0]?.look ?? state.value?.usual ?? null)

  /** `written`: what was when it was asked for; what was written on since stays, as not kept yet. */
  function take(found: ChannelLook, written = now.value): void {
    state.value = found
    if (!present.value) return
    const look = draftOf(present.value)
    kept.value = JSON.stringify(inputOf(look))
    if (!draft.value || now.value === written) draft.value = look
  }
  async function load(): Promise<void> {
    failed.value = false
    getRequestSettings()
      .then(({ away }) => {
        takesRequests.value = away
      })
      .catch(() => {})
    const [id, written] = [channelId(), now.value]
    await findLook(id)
      .then((found) => id === channelId() && take(found, written))
      .catch(() => {
        failed.value = true
      })
  }

  let round = 0
  async function look(): Promise<void> {
    if (!draft.value) return
    const mine = ++round
    const answer = await previewLook({ channelId: channelId(), input: inputOf(draft.value), language: language() }).catch(() => null)
    if (mine !== round || !answer) return
    fault.value = answer.__typename === 'Refusal' ? answer : null
    if (answer.__typename === 'WidgetPreview') preview.value = answer
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  watch([now, language, () => present.value?.pictures.join()], () => {
    clearTimeout(timer)
    timer = setTimeout(() => void look(), waitMs)
  })
  watch(channelId, load, { immediate: true })

  const actions = {
    save: useAction(saveLook),
    publish: useAction(publishLook),
    revert: useAction(revertLook),
    discard: useAction(discardLook),
    upload: useAction(uploadLookPicture),
    remove: useAction(removeLookPicture),
  }
  const busy = computed(() => Object.values(actions).some((action) => action.busy.value))
  const refusal = computed(
    () =>
      Object.values(actions)
        .map((action) => action.refusal.value)
        .find(Boolean) ?? null,
  )

  /** What is written on until the answer is here stays. */
  async function takeAnswer(answer: Promise<ChannelLook | null>): Promise<boolean> {
    const written = now.value
    const found = await answer
    if (found) take(found, written)
    return found !== null
  }
  async function save(): Promise<boolean> {
    return draft.value !== null && takeAnswer(actions.save.run({ channelId: channelId(), input: inputOf(draft.value) }))
  }
  async function publish(): Promise<void> {
    if (isDirty.value && !(await save())) return
    await takeAnswer(actions.publish.run(channelId()))
  }
  async function revert(number: number): Promise<void> {
    const reverted = await actions.revert.run({ channelId: channelId(), number })
    if (reverted) take(reverted)
  }
  async function discard(): Promise<void> {
    const left = await actions.discard.run(channelId())
    if (left) take(left)
  }
  /** What was written and not kept yet goes along: the picture is put into the draft. */
  async function putPicture(place: PicturePlace, file: File | null): Promise<void> {
    if (isDirty.value && !(await save())) return
    if (!file) await takeAnswer(actions.remove.run({ channelId: channelId(), place }))
    else if (await actions.upload.run(channelId(), place, file)) await load()
    await look()
  }

  return {
    state,
    draft,
    present,
    preview,
    fault,
    takesRequests,
    failed,
    isDirty,
    busy,
    refusal,
    load,
    save,
    publish,
    revert,
    discard,
    putPicture,
  }
}
