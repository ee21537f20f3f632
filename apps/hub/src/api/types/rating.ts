import { limits } from '@parley/schema/vocabulary'
import { idOf } from '../../domain/ids.ts'
import { mayRate, type Rating as RatingRow, rateChat } from '../../domain/rating.ts'
import { asks, builder, visitorBuilder, visitorOf } from '../builder.ts'
import { Chat } from './chat.ts'
import { VisitorChat } from './visitor.ts'

const Rating = builder.objectRef<RatingRow>('Rating').implement({
  description: 'What the customer thinks of a chat that is over.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: `From 1, the worst, to ${limits.ratingMost}.` }),
    comment: t.exposeString('comment', { nullable: true }),
    ratedAt: t.expose('ratedAt', { type: 'DateTime' }),
  }),
})
builder.objectField(Chat, 'rating', (t) =>
  t.field({ type: Rating, nullable: true, resolve: (chat, _, { loaders }) => loaders.ratingOf.load(chat.id) }),
)

const VisitorRating = visitorBuilder.objectRef<RatingRow>('VisitorRating').implement({
  fields: (t) => ({ score: t.exposeInt('score'), comment: t.exposeString('comment', { nullable: true }) }),
})
visitorBuilder.objectFields(VisitorChat, (t) => ({
  rating: t.field({
    type: VisitorRating,
    nullable: true,
    description: 'Your own.',
    resolve: (chat, _, { loaders }) => loaders.ratingOf.load(chat.id),
  }),
  mayRate: t.boolean({
    description: 'You may rate it now, or think again.',
    resolve: (chat, _, context) => context.services.works.read(visitorOf(context), (work) => mayRate(work, chat)),
  }),
}))

const RatingInput = visitorBuilder.inputType('RatingInput', {
  fields: (t) => ({ chatId: t.id({ required: true }), score: t.int({ required: true }), comment: t.string() }),
})
visitorBuilder.mutationField('rateChat', (t) =>
  t.field({
    ...asks('visitor'),
    type: VisitorChat,
    errors: {},
    args: { input: t.arg({ type: RatingInput, required: true }) },
    description: `Your mark for a chat that is over, from 1 to ${limits.ratingMost}. One for each chat; within ${limits.ratingEditMinutes} minutes a further one takes its place.`,
    resolve: (_, { input }, context) => {
      const actor = visitorOf(context)
      context.limits.take(`rate ${actor.identityId}`)
      return context.services.works.work(actor, (work) => rateChat(work, { ...input, chatId: idOf(input.chatId) }))
    },
  }),
)
