import type { SignalKind } from '@parley/schema/vocabulary'
import { eq } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import { type ChatOperation, onChat } from '../../domain/access.ts'
import { beginChat } from '../../domain/beginning.ts'
import { type Chat as ChatRow, readChat, reopenChat, takeChat, takeNextChat, takeOverChat, transferChat } from '../../domain/chat.ts'
import { finishChat } from '../../domain/closing.ts'
import { idOf } from '../../domain/ids.ts'
import { addParticipant, leaveChat, removeParticipant } from '../../domain/participant.ts'
import { sees, sightOf } from '../../domain/sight.ts'
import { calmChat, snoozeChat, wakeChat } from '../../domain/snooze.ts'
import { HubError } from '../../errors.ts'
import { asks, builder, command, operatorOf } from '../builder.ts'
import type { ApiContext } from '../context.ts'
import { Chat } from './chat.ts'
import { findSeen } from './chat-list.ts'
import { ClosingInput, closingOf } from './closing.ts'

const TransferChatSuccess = builder.objectRef<{ chat: ChatRow | null }>('TransferChatSuccess').implement({
  fields: (t) => ({
    chat: t.field({ type: Chat, nullable: true, description: 'Null when you lost sight of it.', resolve: (result) => result.chat }),
  }),
})

/** Tells colleagues what is never stored; false when the chat is not there for this. */
async function signalOf(
  context: ApiContext,
  topic: SignalKind,
  operation: ChatOperation,
  { chatId, on }: { chatId: string; on: boolean },
): Promise<boolean> {
  const actor = operatorOf(context)
  const chat = await findSeen(context, eq(chats.id, idOf(chatId)))
  if (!chat || !onChat[operation](actor, sightOf(chat))) return false
  context.services.bus.signal(topic, {
    workspaceId: actor.workspaceId,
    chatId: chat.id,
    operatorId: actor.operatorId,
    on,
    sight: sightOf(chat),
  })
  return true
}
/** What became of a chat, for one who may have lost sight of it. */
const inSight = (context: ApiContext, chat: ChatRow) => ({ chat: sees(operatorOf(context), sightOf(chat)) ? chat : null })

const BeginChatInput = builder.inputType('BeginChatInput', {
  fields: (t) => ({
    customerId: t.id({ required: true }),
    channelId: t.id({ required: true, description: 'One whose `capabilities` have `startsChats` and `letters`.' }),
    clientId: t.string({
      required: true,
      description: 'Of the first message, as of `sendMessage`; the same id answers with the same chat.',
    }),
    subject: t.string({ required: true }),
    text: t.string(),
    fileIds: t.idList(),
  }),
})

builder.mutationFields((t) => {
  const chatId = () => ({ chatId: t.arg.id({ required: true }) })
  return {
    takeChat: t.field({
      ...asks('chat.take'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Assigns a queued chat to yourself.',
      resolve: (_, args, context) => command(context, (work) => takeChat(work, idOf(args.chatId))),
    }),
    beginChat: t.field({
      ...asks('chat.begin'),
      type: Chat,
      errors: {},
      args: { input: t.arg({ type: BeginChatInput, required: true }) },
      description: 'Writes to a customer first, to the e-mail of his profile. The chat is yours.',
      resolve: (_, { input: { customerId, channelId, fileIds, ...first } }, context) =>
        command(context, (work) =>
          beginChat(work, context.services.plan, context.services.begin, {
            ...first,
            customerId: idOf(customerId),
            channelId: idOf(channelId),
            fileIds: fileIds?.map(idOf),
          }),
        ),
    }),
    takeNextChat: t.field({
      ...asks('chat.take'),
      type: Chat,
      errors: {},
      description: 'Assigns the longest waiting chat you may take to yourself; `queue_empty` when nobody waits.',
      resolve: (_, _args, context) => command(context, takeNextChat),
    }),
    addParticipant: t.field({
      ...asks('chat.share'),
      type: Chat,
      errors: {},
      description: 'A colleague takes part in a chat you hold or lead.',
      args: { ...chatId(), operatorId: t.arg.id({ required: true }) },
      resolve: (_, args, context) => command(context, (work) => addParticipant(work, idOf(args.chatId), idOf(args.operatorId))),
    }),
    removeParticipant: t.field({
      ...asks('chat.share'),
      type: Chat,
      errors: {},
      args: { ...chatId(), operatorId: t.arg.id({ required: true }) },
      resolve: (_, args, context) => command(context, (work) => removeParticipant(work, idOf(args.chatId), idOf(args.operatorId))),
    }),
    leaveChat: t.field({
      ...asks('chat.leave'),
      type: TransferChatSuccess,
      errors: {},
      description: 'You drop out and the others stay. When its holder leaves, the participant who has been there longest holds it.',
      args: chatId(),
      resolve: async (_, args, context) => inSight(context, await command(context, (work) => leaveChat(work, idOf(args.chatId)))),
    }),
    takeOverChat: t.field({
      ...asks('chat.takeOver'),
      type: Chat,
      errors: {},
      args: { ...chatId(), reason: t.arg.string({ required: true }) },
      description:
        'For those who supervise: takes a chat from whoever holds it. The reason stands in the timeline, and the holder is alerted.',
      resolve: (_, args, context) => command(context, (work) => takeOverChat(work, idOf(args.chatId), args.reason)),
    }),
    closeChat: t.field({
      ...asks('chat.close'),
      type: Chat,
      errors: {},
      args: { ...chatId(), closing: t.arg({ type: ClosingInput }) },
      description: 'Ends the episode. Refused while a required field of the attendance form is empty.',
      resolve: (_, { closing, ...args }, context) =>
        command(context, (work) => finishChat(work, context.services.plan, idOf(args.chatId), closingOf(closing))),
    }),
    reopenChat: t.field({
      ...asks('chat.reopen'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Who reopens a chat serves it.',
      resolve: (_, args, context) => command(context, (work) => reopenChat(work, idOf(args.chatId))),
    }),
    snoozeChat: t.field({
      ...asks('chat.snooze'),
      type: Chat,
      errors: {},
      args: { ...chatId(), until: t.arg({ type: 'DateTime' }) },
      description: 'Puts a chat off until a moment, or, without one, until the customer writes; his message brings it back in any case.',
      resolve: (_, args, context) => command(context, (work) => snoozeChat(work, idOf(args.chatId), args.until ?? null)),
    }),
    wakeChat: t.field({
      ...asks('chat.snooze'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'Brings a chat back that was put off.',
      resolve: (_, args, context) => command(context, (work) => wakeChat(work, idOf(args.chatId))),
    }),
    calmChat: t.field({
      ...asks('chat.calm'),
      type: Chat,
      errors: {},
      args: chatId(),
      description: 'The customer waits for nothing: nobody is reminded of the chat until he writes again; it stays open.',
      resolve: (_, args, context) => command(context, (work) => calmChat(work, idOf(args.chatId))),
    }),
    readChat: t.field({
      ...asks('chat.markRead'),
      type: Chat,
      errors: {},
      args: { ...chatId(), messageId: t.arg.id({ required: true }) },
      description: 'Everything up to this message is read.',
      resolve: (_, args, context) => command(context, (work) => readChat(work, idOf(args.chatId), idOf(args.messageId))),
    }),
    transferChat: t.field({
      ...asks('chat.transfer'),
      type: TransferChatSuccess,
      errors: {},
      description:
        'Gives the chat to exactly one of operator or group; `operator_offline` where the workspace allows it only to those who are there. The comment is told to the receiver as an internal comment.',
      args: {
        ...chatId(),
        operatorId: t.arg.id(),
        groupId: t.arg.id(),
        comment: t.arg.string(),
        clientId: t.arg.string({ description: 'Made by the client; the same id never hands the chat on twice.' }),
      },
      resolve: async (_, { operatorId, groupId, comment, clientId, ...args }, context) => {
        if ((operatorId == null) === (groupId == null)) throw new HubError('one_target', { field: 'operatorId' })
        const to = operatorId != null ? { operatorId: idOf(operatorId) } : { groupId: idOf(groupId ?? '') }
        const chat = await command(context, (work) =>
          transferChat(work, idOf(args.chatId), to, { comment: comment ?? undefined, clientId: clientId ?? undefined }),
        )
        return inSight(context, chat)
      },
    }),
    setViewing: t.boolean({
      ...asks('chat.viewing'),
      args: { ...chatId(), on: t.arg.boolean({ required: true }) },
      description:
        'Tells colleagues that you have the chat open. Ephemeral; renew it every 20 s while it lasts. False when it is not yours to see.',
      resolve: (_, args, context) => signalOf(context, 'viewing', 'chat.viewing', args),
    }),
    setTyping: t.boolean({
      ...asks('chat.typing'),
      args: { ...chatId(), on: t.arg.boolean({ required: true }) },
      description: 'Ephemeral; call at most every 3 s while typing. False when the chat is not yours to answer.',
      resolve: (_, args, context) => signalOf(context, 'typing', 'chat.typing', args),
    }),
  }
})
