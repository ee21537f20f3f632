import { findAssignment, setAssignment } from '../../domain/assignment.ts'
import { listQueues, type Queue as QueueRow } from '../../domain/queue.ts'
import type { Workspace as WorkspaceRow } from '../../domain/workspace.ts'
import { asks, builder, command, look } from '../builder.ts'
import { Group, Operator } from './operator.ts'

const Assignment = builder.objectRef<WorkspaceRow>('Assignment').implement({
  description: 'How the hub gives chats to operators. Whether it does is said by each channel and group.',
  fields: (t) => ({
    capacity: t.exposeInt('capacity', { description: 'Chats an operator is given at most, where he has no figure of his own.' }),
    silentMinutes: t.exposeInt('returnSilentMinutes', {
      nullable: true,
      description: 'A chat returns to the queue when its operator leaves the customer without an answer for so long; null: never.',
    }),
    offlineMinutes: t.exposeInt('returnOfflineMinutes', {
      nullable: true,
      description: '… when its operator has been offline for so long while the customer waits.',
    }),
    unopenedMinutes: t.exposeInt('returnUnopenedMinutes', {
      nullable: true,
      description: '… when its operator has not opened it for so long.',
    }),
  }),
})

const Queue = builder.objectRef<QueueRow>('Queue').implement({
  description: 'Chats that wait together: those of a group, or those of none.',
  fields: (t) => ({
    group: t.field({
      type: Group,
      nullable: true,
      description: 'Null: chats of no group, which wait for everybody.',
      resolve: (queue, _, { loaders }) => (queue.groupId ? loaders.group.load(queue.groupId) : null),
    }),
    waiting: t.exposeInt('waiting'),
    oldestAt: t.expose('oldestAt', { type: 'DateTime', nullable: true, description: 'When the longest waiting chat was opened.' }),
    assigns: t.exposeBoolean('assigns', {
      description: 'Whether the hub gives its chats to operators: all of them, or those of some channels.',
    }),
    online: t.exposeInt('online', { description: 'Operators who are online and could be given a chat …' }),
    free: t.exposeInt('free', { description: '… and those of them who have room for one.' }),
    next: t.field({
      type: Operator,
      nullable: true,
      description: 'Whose turn it is: the next chat is given to him, unless its customer knows someone else who has room.',
      resolve: (queue, _, { loaders }) => (queue.nextId ? loaders.operator.load(queue.nextId) : null),
    }),
  }),
})

builder.queryFields((t) => ({
  assignment: t.field({
    ...asks('assignment.read'),
    type: Assignment,
    resolve: (_, _args, context) => look(context, findAssignment),
  }),
  queues: t.field({
    ...asks('assignment.read'),
    type: [Queue],
    description: 'The queues you may take from: that of no group, then those of your groups by name.',
    complexity: 10,
    resolve: (_, _args, context) => look(context, listQueues),
  }),
}))

builder.mutationFields((t) => ({
  setAssignment: t.field({
    ...asks('assignment.manage'),
    type: Assignment,
    errors: {},
    description: 'What is left out stays as it is. Null minutes: never.',
    args: { capacity: t.arg.int(), silentMinutes: t.arg.int(), offlineMinutes: t.arg.int(), unopenedMinutes: t.arg.int() },
    resolve: (_, input, context) => command(context, (work) => setAssignment(work, input)),
  }),
}))
