import { createGroup, inviteOperator, updateGroup, updateOperator } from '../api/operators.ts'
import { useGroups } from '../stores/groups.ts'
import { useOperators } from '../stores/operators.ts'
import { useAction } from './useAction.ts'

/** Inviting colleagues, changing what they may do, and gathering them in groups. */
export function useOperatorSettings() {
  return {
    operators: useOperators(),
    groups: useGroups(),
    invite: useAction(inviteOperator),
    update: useAction(updateOperator),
    create: useAction(createGroup),
    change: useAction(updateGroup),
  }
}
