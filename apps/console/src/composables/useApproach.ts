import type { ApproachKind, ApproachSkip } from '@parley/schema/vocabulary'
import { computed, type Ref, ref } from 'vue'
import { approachVisitors, type Visit } from '../api/visits.ts'
import { useAction } from './useAction.ts'

/** What came of turning to several visitors: to how many, and why others were left alone. */
export interface ApproachOutcome {
  made: number
  skipped: { why: ApproachSkip; count: number }[]
}

/** Who of the visitors is chosen, and turning to them. Whoever is no longer on the list is not chosen any more. */
export function useApproach(visits: Ref<Map<string, Visit>>) {
  const marked = ref(new Set<string>())
  const ids = computed(() => [...marked.value].filter((id) => visits.value.has(id)))
  const asking = ref<{ kind: ApproachKind; visitIds: string[] } | null>(null)
  const outcome = ref<ApproachOutcome | null>(null)
  const { run, busy, refusal, forget } = useAction(approachVisitors)

  function mark(id: string, on: boolean): void {
    const next = new Set(ids.value)
    if (on) next.add(id)
    else next.delete(id)
    marked.value = next
  }
  function markAll(all: string[]): void {
    marked.value = new Set(all)
  }
  function ask(kind: ApproachKind, visitIds: string[]): void {
    forget()
    outcome.value = null
    asking.value = { kind, visitIds }
  }
  async function send(given: { text: string; url: string; textId: string | null }): Promise<void> {
    if (!asking.value) return
    const answer = await run({ ...asking.value, text: given.text || null, url: given.url || null, textId: given.textId })
    if (!answer) return
    const counts = new Map<ApproachSkip, number>()
    for (const { why } of answer.skipped) counts.set(why, (counts.get(why) ?? 0) + 1)
    outcome.value = { made: answer.approaches.length, skipped: [...counts].map(([why, count]) => ({ why, count })) }
    asking.value = null
    marked.value = new Set()
  }
  const leave = () => {
    asking.value = null
  }
  const dismiss = () => {
    outcome.value = null
  }
  return { ids, mark, markAll, asking, ask, send, leave, outcome, dismiss, busy, refusal }
}
