import { shallowRef } from 'vue'

/** What a dialog is open for; null: it is not. What was refused in it is said no more once it is left. */
export function useOpen<What extends object>(actions: { forget(): void }[]) {
  const open = shallowRef<What | null>(null)
  function leave(): void {
    open.value = null
    for (const action of actions) action.forget()
  }
  /** Leaves it once this is done, unless another is open by the time of the answer. Answers whether it was done. */
  async function leaveAfter(done: Promise<unknown>): Promise<boolean> {
    const asked = open.value
    if (!(await done)) return false
    if (open.value === asked) leave()
    return true
  }
  return { open, leave, leaveAfter }
}

/** As it is by now; as it was when it was opened, where a colleague has deleted it meanwhile: the hub says so then, and no other is made of it. */
export const asNow = <Thing extends { id: string }>(all: readonly Thing[], opened: Thing | null | undefined): Thing | null =>
  all.find(({ id }) => id === opened?.id) ?? opened ?? null
