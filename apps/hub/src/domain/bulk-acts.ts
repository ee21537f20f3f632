import { and, eq, ne } from 'drizzle-orm'
import type { BulkAction, BulkTrace, UndoableAction } from '../db/tables/bulk.ts'
import { chats } from '../db/tables/chat.ts'
import type { Sight } from '../db/tables/event.ts'
import { operators } from '../db/tables/operator.ts'
import { chatTags } from '../db/tables/tag.ts'
import { HubError, notFound } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { type ChatOperation, onChat } from './access.ts'
import { type Chat, change, holding, lockChat, readChat, reopenChat, tell, transferChat, waiting } from './chat.ts'
import { finishChat } from './closing.ts'
import type { Planner } from './message.ts'
import { sees, sightOf } from './sight.ts'
import { snoozeChat, wakeChat } from './snooze.ts'
import { tagChat } from './tag.ts'

/** Null: it was so already. */
type Done = BulkTrace | null

/** Does to one chat what the run does to all, with the rights the actor has now. */
export async function act(
  work: Work<OperatorActor>,
  plan: Planner,
  action: BulkAction,
  chatId: string,
  trace: BulkTrace | null,
): Promise<Done> {
  switch (action.kind) {
    case 'close':
      return close(work, plan, chatId, action.silent)
    case 'transfer':
      return transfer(work, chatId, action)
    case 'tag':
      return tag(work, chatId, action.tagId, action.on)
    case 'read':
      return read(work, chatId)
    case 'reopen':
      return reopen(work, chatId)
    case 'snooze':
      return snooze(work, chatId, action.until)
    case 'undo':
      return undo(work, action.of, chatId, trace ?? {})
  }
}

async function close(work: Work<OperatorActor>, plan: Planner, chatId: string, silent: boolean): Promise<Done> {
  const chat = await lockChat(work, chatId, 'chat.close')
  if (chat.state === 'closed') return null
  const closed = await finishChat(work, plan, chatId, { silent })
  return { before: stateOf(chat), at: closed.closedAt?.toISOString() ?? null }
}

async function transfer(work: Work<OperatorActor>, chatId: string, to: Extract<BulkAction, { kind: 'transfer' }>): Promise<Done> {
  const chat = await lockChat(work, chatId, 'chat.transfer')
  const isThere = to.operatorId
    ? chat.state === 'serving' && chat.operatorId === to.operatorId
    : chat.state === 'queued' && chat.groupId === to.groupId
  if (isThere) return null
  const moved = await transferChat(work, chatId, to.operatorId ? { operatorId: to.operatorId } : { groupId: to.groupId ?? '' }, {
    comment: to.comment,
  })
  return { before: stateOf(chat), at: moved.heldSince?.toISOString() ?? null }
}

async function tag(work: Work<OperatorActor>, chatId: string, tagId: string, on: boolean): Promise<Done> {
  await lockChat(work, chatId, 'chat.tag')
  const [carried] = await work.db
    .select({ tagId: chatTags.tagId })
    .from(chatTags)
    .where(and(eq(chatTags.workspaceId, work.workspaceId), eq(chatTags.chatId, chatId), eq(chatTags.tagId, tagId)))
  if (Boolean(carried) === on) return null
  await tagChat(work, chatId, tagId, on)
  return {}
}

async function read(work: Work<OperatorActor>, chatId: string): Promise<Done> {
  const chat = await lockChat(work, chatId, 'chat.markRead')
  if (chat.unread === 0 || !chat.lastMessageId) return null
  await readChat(work, chatId, chat.lastMessageId)
  return {}
}

async function reopen(work: Work<OperatorActor>, chatId: string): Promise<Done> {
  const chat = await lockChat(work, chatId, 'chat.reopen')
  if (chat.state !== 'closed') return null
  await reopenChat(work, chatId)
  return {}
}

async function snooze(work: Work<OperatorActor>, chatId: string, until: string | null): Promise<Done> {
  const chat = await lockChat(work, chatId, 'chat.snooze')
  await snoozeChat(work, chatId, until === null ? null : new Date(until))
  return { before: stateOf(chat) }
}

/** What it was before, unless somebody has touched it since. */
async function undo(work: Work<OperatorActor>, of: UndoableAction, chatId: string, trace: BulkTrace): Promise<Done> {
  if (of.kind === 'tag') return tag(work, chatId, of.tagId, !of.on)
  const { before } = trace
  if (!before) return null
  if (of.kind === 'snooze') return wake(work, chatId, before)
  const [chat] = await work.db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.id, chatId)))
    .for('no key update')
  if (!chat) throw notFound()
  const restored = await restoredFrom(work, chat, before)
  ensureMayRestore(work, of.kind === 'close' ? 'chat.close' : 'chat.transfer', chat, restored)
  ensureUntouched(of, chat, trace)
  if (of.kind === 'close') await ensureThreadFree(work, chat)
  const back = await change(work, chat, {
    ...restored,
    closedAt: null,
    ...(of.kind === 'close' && {
      unread: before.unread,
      firstUnreadId: before.firstUnreadId,
      waitingSince: momentOf(before.waitingSince),
      calmedAt: momentOf(before.calmedAt),
    }),
  })
  const moved = { toOperatorId: back.operatorId }
  if (of.kind === 'close') tell(work, 'chat.reopened', chat, back, moved)
  else tell(work, 'chat.transferred', chat, back, { ...moved, toGroupId: back.operatorId ? null : back.groupId })
  return {}
}

async function wake(work: Work<OperatorActor>, chatId: string, before: NonNullable<BulkTrace['before']>): Promise<Done> {
  const chat = await lockChat(work, chatId, 'chat.snooze')
  if (!chat.snoozedAt) return null
  const until = momentOf(before.snoozedUntil)
  if (before.snoozedAt && (until === null || until.getTime() > Date.now())) await snoozeChat(work, chatId, until)
  else await wakeChat(work, chatId)
  return {}
}

/** With its operator, unless he is no longer one here; then it waits in its group. */
async function restoredFrom(work: Work, chat: Chat, before: NonNullable<BulkTrace['before']>) {
  const place = { groupId: before.groupId }
  if (before.state === 'queued' || !before.operatorId) return { ...waiting, ...place, participantIds: before.participantIds }
  const [holder] = await work.db
    .select({ active: operators.active })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, before.operatorId)))
  if (!holder?.active) return { ...waiting, ...place, participantIds: [] }
  return { ...holding(chat, before.operatorId, true), ...place, participantIds: before.participantIds }
}

/** Whoever could do it to the chat as it was may put it back; a chat that left his sight by it is no exception. */
function ensureMayRestore(
  work: Work<OperatorActor>,
  operation: ChatOperation,
  chat: Chat,
  restored: Pick<Sight, 'state' | 'operatorId' | 'groupId' | 'participantIds'>,
): void {
  const now = sightOf(chat)
  const { state, operatorId, groupId, participantIds } = restored
  if (onChat[operation](work.actor, { ...now, state, operatorId, groupId, participantIds })) return
  throw sees(work.actor, now) ? new HubError('forbidden') : notFound()
}

function ensureUntouched(of: BulkAction, chat: Chat, trace: BulkTrace): void {
  if (of.kind === 'close') {
    if (chat.state !== 'closed' || (chat.closedAt?.toISOString() ?? null) !== trace.at) throw new HubError('changed_since')
    if (chat.closedFully) throw new HubError('closed_fully')
    return
  }
  if (of.kind !== 'transfer') return
  const isThere = of.operatorId
    ? chat.operatorId === of.operatorId && chat.state === 'serving'
    : chat.state === 'queued' && chat.groupId === of.groupId
  if (!isThere || (chat.heldSince?.toISOString() ?? null) !== (trace.at ?? null)) throw new HubError('changed_since')
}

async function ensureThreadFree(work: Work, chat: Chat): Promise<void> {
  const [newer] = await work.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, work.workspaceId), eq(chats.threadId, chat.threadId), ne(chats.state, 'closed')))
  if (newer) throw new HubError('thread_busy')
}

const stateOf = (chat: Chat): BulkTrace['before'] => ({
  state: chat.state === 'serving' ? 'serving' : 'queued',
  operatorId: chat.operatorId,
  groupId: chat.groupId,
  participantIds: chat.participantIds,
  unread: chat.unread,
  firstUnreadId: chat.firstUnreadId,
  waitingSince: isoOf(chat.waitingSince),
  calmedAt: isoOf(chat.calmedAt),
  snoozedAt: isoOf(chat.snoozedAt),
  snoozedUntil: isoOf(chat.snoozedUntil),
})
const isoOf = (at: Date | null): string | null => at?.toISOString() ?? null
const momentOf = (iso: string | null): Date | null => (iso === null ? null : new Date(iso))
