import { createGroup, inviteOperator, updateGroup, updateOperator } from '../api/operators.ts'
import { useGroups } from '../stores/groups.ts'
import { useOperators } from '../stores/operators.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'

/** Inviting colleagues, changing what they may do, and gathering them in groups. */
export function useOperatorSettings() {
  const update = useAction(updateOperator)
  const next = oneByOne()
  return {
    operators: useOperators(),
    groups: useGroups(),
    invite: useAction(inviteOperator),
    update: { ...update, run: (...args: Parameters<typeof updateOperator>) => next(() => update.run(...args)) },
    create: useAction(createGroup),
    change: useAction(updateGroup),
  }
}
