import type { BulkKind as BulkKindWord } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import type { BulkAction } from '../../db/tables/bulk.ts'
import { chats } from '../../db/tables/chat.ts'
import {
  type BulkItem,
  type BulkWanted,
  cancelBulk,
  findRun,
  isUndoable,
  listFailures,
  listRuns,
  mayUndoNow,
  type BulkRun as RunRow,
  startBulk,
  undoBulk,
} from '../../domain/bulk.ts'
import { filterOf, timeZoneOf } from '../../domain/filter-shape.ts'
import { idOf } from '../../domain/ids.ts'
import { visibleChats } from '../../domain/sight.ts'
import { HubError } from '../../errors.ts'
import { type RefusalCode, refusalWords } from '../../words/index.ts'
import { asks, builder, command, look } from '../builder.ts'
import { sizeOf } from '../connection.ts'
import { Chat } from './chat.ts'
import { Group, Operator } from './operator.ts'
import { BulkKind, BulkState } from './scalars.ts'
import { Tag } from './tag.ts'

/** What a run does, or what the run does that it puts back. */
const actionOf = ({ action }: RunRow): Exclude<BulkAction, { kind: 'undo' }> => (action.kind === 'undo' ? action.of : action)

const BulkFailure = builder.objectRef<BulkItem>('BulkFailure').implement({
  description: 'A chat of a run to which it was not done, and why.',
  fields: (t) => ({
    chatId: t.exposeID('chatId'),
    chat: t.field({
      type: Chat,
      nullable: true,
      description: 'Null when you see it no longer.',
      resolve: (item, _, context) =>
        look(
          context,
          async (work) =>
            (
              await work.db
                .select()
                .from(chats)
                .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, item.chatId), visibleChats(work.actor)))
            )[0] ?? null,
        ),
    }),
    code: t.string({ resolve: (item) => item.code ?? '' }),
    message: t.string({ resolve: (item, _, { language }) => wordsFor(item, language).message }),
    remedy: t.string({ nullable: true, resolve: (item, _, { language }) => wordsFor(item, language).remedy }),
  }),
})
const wordsFor = (item: BulkItem, language: Parameters<typeof refusalWords>[2]) =>
  refusalWords((item.code ?? 'unavailable') as RefusalCode, item.details ?? {}, language)

export const BulkRun = builder.objectRef<RunRow>('BulkRun')
const counted = { complexity: 3 }
BulkRun.implement({
  description: 'Something you do to many chats. They are done one by one, each with your rights at that moment.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: BulkKind, resolve: (run): BulkKindWord => run.action.kind }),
    undoes: t.field({
      type: BulkKind,
      nullable: true,
      description: 'What is put back.',
      resolve: (run) => (run.action.kind === 'undo' ? run.action.of.kind : null),
    }),
    state: t.field({ type: BulkState, resolve: (run) => run.state }),
    tag: t.field({
      type: Tag,
      nullable: true,
      resolve: (run, _, { loaders }) => {
        const action = actionOf(run)
        return action.kind === 'tag' ? loaders.tag.load(action.tagId) : null
      },
    }),
    on: t.boolean({ nullable: true, description: 'Whether the tag is put on or taken off.', resolve: (run) => whether(actionOf(run)) }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who is given the chats.',
      resolve: (run, _, { loaders }) => {
        const action = actionOf(run)
        return action.kind === 'transfer' && action.operatorId ? loaders.operator.load(action.operatorId) : null
      },
    }),
    group: t.field({
      type: Group,
      nullable: true,
      description: 'Which group is given the chats.',
      resolve: (run, _, { loaders }) => {
        const action = actionOf(run)
        return action.kind === 'transfer' && action.groupId ? loaders.group.load(action.groupId) : null
      },
    }),
    total: t.exposeInt('total'),
    waiting: t.int({
      ...counted,
      description: 'Not done yet.',
      resolve: async (run, _, { loaders }) => (await loaders.itemsOfRun.load(run.id)).waiting,
    }),
    done: t.int({ ...counted, resolve: async (run, _, { loaders }) => (await loaders.itemsOfRun.load(run.id)).done }),
    unchanged: t.int({
      ...counted,
      description: 'They were so already.',
      resolve: async (run, _, { loaders }) => (await loaders.itemsOfRun.load(run.id)).unchanged,
    }),
    failed: t.int({ ...counted, resolve: async (run, _, { loaders }) => (await loaders.itemsOfRun.load(run.id)).failed }),
    leftOut: t.exposeInt('leftOut', { description: 'Chosen chats that were not yours to see.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    mayUndo: t.boolean({
      ...counted,
      description: 'Whether what it has done can be put back now.',
      resolve: async (run, _, { loaders }) =>
        isUndoable(run.action) &&
        mayUndoNow(run) &&
        (await loaders.itemsOfRun.load(run.id)).done > 0 &&
        (await loaders.undoOfRun.load(run.id)) === null,
    }),
    failures: t.field({
      type: [BulkFailure],
      description: 'In the order of the run.',
      args: { first: t.arg.int() },
      complexity: ({ first }) => ({ field: 3, multiplier: first ?? 50 }),
      resolve: (run, { first }, context) => look(context, (work) => listFailures(work, run.id, sizeOf(first, 'first'))),
    }),
  }),
})
const whether = (action: BulkAction): boolean | null => (action.kind === 'tag' ? action.on : null)

builder.queryFields((t) => ({
  bulkRuns: t.field({
    ...asks('bulk.own'),
    type: [BulkRun],
    description: 'Your own, the newest first.',
    args: { first: t.arg.int() },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { first }, context) => look(context, (work) => listRuns(work, sizeOf(first, 'first'))),
  }),
  bulkRun: t.field({
    ...asks('bulk.own'),
    type: BulkRun,
    nullable: true,
    description: 'Null when it does not exist or is not your own.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => look(context, (work) => findRun(work, idOf(id))),
  }),
}))

const BulkInput = builder.inputType('BulkInput', {
  description: 'What is done, and to which chats: exactly one of `chatIds` and `filter`.',
  fields: (t) => ({
    kind: t.field({ type: BulkKind, required: true, description: 'All but `undo`, which is `undoBulk`.' }),
    chatIds: t.idList(),
    filter: t.field({ type: 'JSON', description: 'All chats you may see that fit it when the run begins.' }),
    timeZone: t.string({ description: 'Whose calendar days the filter means.' }),
    silent: t.boolean({ description: 'Of `close`: the customers are not told.' }),
    operatorId: t.id({ description: 'Of `transfer`: this, or a group.' }),
    groupId: t.id(),
    comment: t.string({ description: 'Of `transfer`: an internal comment in every chat.' }),
    tagId: t.id({ description: 'Of `tag`.' }),
    on: t.boolean({ description: 'Of `tag`: put on unless false.' }),
    until: t.field({ type: 'DateTime', description: 'Of `snooze`; without it until the customer writes.' }),
  }),
})
type Input = typeof BulkInput.$inferInput

/** What is said of one kind is refused beside another: it would be believed to hold. */
const belongsTo = {
  silent: 'close',
  operatorId: 'transfer',
  groupId: 'transfer',
  comment: 'transfer',
  tagId: 'tag',
  on: 'tag',
  until: 'snooze',
} as const satisfies Partial<Record<keyof Input, BulkKindWord>>

function actionFrom(input: Input): Exclude<BulkAction, { kind: 'undo' }> {
  const { kind, operatorId, groupId, comment, tagId } = input
  if (kind === 'undo') throw new HubError('invalid', { field: 'kind' })
  for (const [field, of] of Object.entries(belongsTo)) {
    if (of !== kind && input[field as keyof typeof belongsTo] != null) throw new HubError('invalid', { field })
  }
  if (kind === 'close') return { kind, silent: input.silent ?? false }
  if (kind === 'read' || kind === 'reopen') return { kind }
  if (kind === 'snooze') return { kind, until: input.until?.toISOString() ?? null }
  if (kind === 'tag') {
    if (tagId == null) throw new HubError('required', { field: 'tagId' })
    return { kind, tagId: idOf(tagId), on: input.on ?? true }
  }
  if ((operatorId == null) === (groupId == null)) throw new HubError('one_target', { field: 'operatorId' })
  const to = operatorId != null ? { operatorId: idOf(operatorId) } : { groupId: idOf(groupId ?? '') }
  return { kind, ...to, ...(comment?.trim() && { comment: comment.trim() }) }
}

function wantedBy({ chatIds, filter, timeZone }: Input): BulkWanted {
  if ((chatIds == null) === (filter == null)) throw new HubError('one_choice', { field: 'chatIds' })
  return chatIds != null ? { chatIds: chatIds.map(idOf) } : { sought: { filter: filterOf(filter), timeZone: timeZoneOf(timeZone) } }
}

builder.mutationFields((t) => ({
  startBulk: t.field({
    ...asks('bulk.own'),
    type: BulkRun,
    errors: {},
    description: 'Begins a run over many chats and answers at once; the feed tells how it goes on. Chats you may not see are left out.',
    args: { input: t.arg({ type: BulkInput, required: true }) },
    resolve: (_, { input }, context) => command(context, (work) => startBulk(work, actionFrom(input), wantedBy(input))),
  }),
  undoBulk: t.field({
    ...asks('bulk.own'),
    type: BulkRun,
    errors: {},
    description: 'Puts back what a run has done, where nobody has touched the chat since. A run of its own.',
    args: { runId: t.arg.id({ required: true }) },
    resolve: (_, { runId }, context) => command(context, (work) => undoBulk(work, idOf(runId))),
  }),
  cancelBulk: t.field({
    ...asks('bulk.own'),
    type: BulkRun,
    errors: {},
    description: 'Leaves what has not been done yet as it is.',
    args: { runId: t.arg.id({ required: true }) },
    resolve: (_, { runId }, context) => command(context, (work) => cancelBulk(work, idOf(runId))),
  }),
}))
