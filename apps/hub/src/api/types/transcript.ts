import { idOf } from '../../domain/ids.ts'
import { mayMail, sendOwnTranscript, sendTranscript } from '../../domain/transcript.ts'
import { asks, builder, command, visitorBuilder, visitorOf } from '../builder.ts'
import { Mail } from './request.ts'
import { VisitorChat } from './visitor.ts'

builder.mutationField('sendTranscript', (t) =>
  t.field({
    ...asks('chat.transcript'),
    type: Mail,
    errors: {},
    description: "Sends what was said in the chat to the customer's e-mail; internal comments are not in it.",
    args: { chatId: t.arg.id({ required: true }) },
    resolve: (_, { chatId }, context) => command(context, (work) => sendTranscript(work, context.services.mailLinks, idOf(chatId))),
  }),
)

visitorBuilder.objectField(VisitorChat, 'mayMail', (t) =>
  t.boolean({
    description: 'It is over, somebody of the company talked with you in it, and it can be sent to you by e-mail.',
    resolve: (chat, _, context) =>
      context.services.mailLinks !== null && context.services.works.read(visitorOf(context), (work) => mayMail(work, chat)),
  }),
)
const TranscriptInput = visitorBuilder.inputType('TranscriptInput', { fields: (t) => ({ chatId: t.id({ required: true }) }) })
visitorBuilder.mutationField('sendTranscript', (t) =>
  t.field({
    ...asks('visitor'),
    type: VisitorChat,
    errors: {},
    description: 'Sends one of your chats to the e-mail you are known by.',
    args: { input: t.arg({ type: TranscriptInput, required: true }) },
    resolve: (_, { input }, context) => {
      const actor = visitorOf(context)
      context.limits.take(`rate ${actor.identityId}`)
      return context.services.works.work(actor, (work) => sendOwnTranscript(work, context.services.mailLinks, idOf(input.chatId)))
    },
  }),
)
