import { findAssignment, setAssignment, switchChannel } from '../api/assignment.ts'
import { updateGroup, updateOperator } from '../api/operators.ts'
import { updateWorkspace } from '../api/workspace.ts'
import { useChannels } from '../stores/channels.ts'
import { useGroups } from '../stores/groups.ts'
import { useOperators } from '../stores/operators.ts'
import { useSession } from '../stores/session.ts'
import { oneByOne } from './oneByOne.ts'
import { useAction } from './useAction.ts'

/** How the hub gives chats to operators: which channels and groups, how many to whom, and when it takes one back. */
export function useRoutingSettings() {
  const channel = useAction(switchChannel)
  const group = useAction(updateGroup)
  const operator = useAction(updateOperator)
  const next = oneByOne()
  const workspace = useAction(updateWorkspace)
  const channels = useChannels()
  const groups = useGroups()
  return {
    channels,
    groups,
    operators: useOperators(),
    find: findAssignment,
    save: useAction(setAssignment),
    operator,
    channel,
    group,
    workspace,
    session: useSession(),
    async switchChannel(channelId: string, assigns: boolean): Promise<void> {
      await next(() => channel.run({ channelId, assigns }))
    },
    async switchGroup(groupId: string, assigns: boolean): Promise<void> {
      await next(() => group.run({ groupId, assigns }))
    },
    setCapacity: (operatorId: string, capacity: number | null) => next(() => operator.run({ operatorId, capacity })),
  }
}
