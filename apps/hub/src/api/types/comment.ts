import { type Comment as CommentRow, commentMinutes, editComment, findComment, removeComment, writeComment } from '../../domain/comment.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look } from '../builder.ts'
import { File, must } from './message.ts'
import { Operator, present } from './operator.ts'
import { CommentAudience } from './scalars.ts'

export const Comment = builder.objectRef<CommentRow>('Comment').implement({
  description: 'Written for colleagues in a chat; no customer and no channel ever gets it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    chatId: t.exposeID('chatId'),
    author: t.field({ type: Operator, resolve: async (comment, _, { loaders }) => must(await loaders.operator.load(comment.authorId)) }),
    audience: t.field({ type: CommentAudience, resolve: (comment) => (comment.toOperatorId ? 'operator' : 'team') }),
    toOperator: t.field({
      type: Operator,
      nullable: true,
      description: 'For whom alone it is, beside its author; null: for all who see the chat.',
      resolve: (comment, _, { loaders }) => (comment.toOperatorId ? loaders.operator.load(comment.toOperatorId) : null),
    }),
    mentions: t.field({
      type: [Operator],
      description: 'Colleagues it names; they were alerted.',
      complexity: 3,
      resolve: async (comment, _, { loaders }) => (comment.removedAt ? [] : present(await loaders.operator.loadMany(comment.mentions))),
    }),
    text: t.exposeString('text', { nullable: true, description: 'Plain text; null when there is none or it was removed.' }),
    files: t.field({
      type: [File],
      complexity: 3,
      resolve: (comment, _, { loaders }) => (comment.removedAt ? [] : loaders.filesOfComment.load(comment.id)),
    }),
    at: t.expose('at', { type: 'DateTime' }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true }),
    removedAt: t.expose('removedAt', { type: 'DateTime', nullable: true }),
    clientId: t.exposeString('clientId', { nullable: true, description: "The id the author's client gave it." }),
  }),
})

builder.queryFields((t) => ({
  comment: t.field({
    ...asks('chat.read'),
    type: Comment,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when it is not for you.',
    resolve: (_, { id }, context) => look(context, (work) => findComment(work, idOf(id))),
  }),
}))

const AddCommentInput = builder.inputType('AddCommentInput', {
  fields: (t) => ({
    chatId: t.id({ required: true }),
    clientId: t.string({ required: true, description: 'Made by the client; the same id never makes a second comment.' }),
    text: t.string(),
    fileIds: t.idList(),
    mentionIds: t.idList({ description: 'Colleagues the text names, who are alerted: of `Chat.colleagues`.' }),
    audience: t.field({
      type: CommentAudience,
      description: '`operator`: only for who holds the chat now; for those who supervise it. `team` unless told.',
    }),
  }),
})

builder.mutationFields((t) => {
  const commentId = () => ({ commentId: t.arg.id({ required: true }) })
  return {
    addComment: t.field({
      ...asks('comment.write'),
      type: Comment,
      errors: {},
      args: { input: t.arg({ type: AddCommentInput, required: true }) },
      description: 'Writes to colleagues in a chat, never to the customer.',
      resolve: (_, { input }, context) =>
        command(context, (work) =>
          writeComment(work, {
            chatId: idOf(input.chatId),
            clientId: input.clientId,
            text: input.text,
            fileIds: input.fileIds?.map(idOf),
            mentionIds: input.mentionIds?.map(idOf),
            audience: input.audience,
          }),
        ),
    }),
    editComment: t.field({
      ...asks('comment.write'),
      type: Comment,
      errors: {},
      args: {
        ...commentId(),
        text: t.arg.string({ required: true }),
        mentionIds: t.arg.idList({ description: 'Replaces those it named; left out: they stay. Who is new is alerted.' }),
      },
      description: `Your own, within ${commentMinutes} minutes.`,
      resolve: (_, args, context) =>
        command(context, (work) => editComment(work, idOf(args.commentId), args.text, args.mentionIds?.map(idOf))),
    }),
    removeComment: t.field({
      ...asks('comment.write'),
      type: Comment,
      errors: {},
      args: commentId(),
      description: `Your own within ${commentMinutes} minutes; those who supervise the chat at any time.`,
      resolve: (_, args, context) => command(context, (work) => removeComment(work, idOf(args.commentId))),
    }),
  }
})
