import { approachKinds } from '@parley/schema/vocabulary'
import { type Approach, answerApproach, getApproach, showApproach } from '../../domain/approach.ts'
import { acceptChat, type Met } from '../../domain/approach-chat.ts'
import { picturePath, wordsIn } from '../../domain/approach-text.ts'
import { countIfBlocked, countStranger } from '../../domain/block.ts'
import { idOf } from '../../domain/ids.ts'
import { findUser } from '../../domain/operator.ts'
import { avatarPath } from '../../domain/profile.ts'
import { HubError, notFound } from '../../errors.ts'
import { browserOf } from '../../visits/beat.ts'
import { systemOf } from '../../work.ts'
import { asks, visitorBuilder as builder } from '../builder.ts'
import type { VisitorContext } from '../context.ts'
import { createLoaders } from '../loaders.ts'
import { actorOf, addressOf, findSite, knownOn, type SiteRow, StartVisitorSuccess } from './visitor.ts'

const Kind = builder.enumType('ApproachKind', { values: approachKinds })
const VisitorApproach = builder.objectRef<Approach>('VisitorApproach').implement({
  description: 'What an operator asks of you, or offers.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: Kind, resolve: ({ kind }) => kind }),
    text: t.string({
      nullable: true,
      description: 'In your language, where it was written in it.',
      resolve: ({ words, text }, _, { language }) => (words && wordsIn(words, language)) ?? text,
    }),
    pictureUrl: t.string({ nullable: true, resolve: picturePath }),
    url: t.exposeString('url', { nullable: true, description: 'Where you come by accepting.' }),
    operatorName: t.string({ nullable: true, resolve: async (each, _, context) => (await asking(each, context))?.name ?? null }),
    operatorAvatarUrl: t.string({
      nullable: true,
      resolve: async (each, _, context) => {
        const operator = await asking(each, context)
        return operator && avatarPath(operator)
      },
    }),
  }),
})
const asking = async ({ operatorId, workspaceId }: Approach, { services }: VisitorContext) =>
  operatorId ? createLoaders(services.works, workspaceId).operator.load(operatorId) : null

const AnswerApproachInput = builder.inputType('AnswerApproachInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    browser: t.string({ required: true }),
    approachId: t.id({ required: true }),
    accepted: t.boolean({ required: true }),
  }),
})
const AnswerApproachSuccess = builder.objectRef<{ met: { token: string | null; actor: ReturnType<typeof actorOf> } | null }>(
  'AnswerApproachSuccess',
)
AnswerApproachSuccess.implement({
  fields: (t) => ({
    met: t.field({
      type: StartVisitorSuccess,
      nullable: true,
      description: 'Of a `chat` that was accepted by somebody who had no token: his own.',
      resolve: ({ met }) => (met?.token ? { token: met.token, actor: met.actor } : null),
    }),
  }),
})

builder.mutationFields((t) => ({
  showApproach: t.field({
    ...asks('anyone'),
    type: VisitorApproach,
    nullable: true,
    args: { key: t.arg.string({ required: true }), browser: t.arg.string({ required: true }) },
    description: 'What is asked of the browser that names itself so; it counts as seen. Null: nothing, or no longer.',
    resolve: async (_, { key, browser }, context) => {
      const site = await findSite(context, key)
      if (!site) return null
      context.limits.take(`approach ${context.address}`)
      const { works, visits } = context.services
      const shown = await works.work(systemOf(site.workspaceId), (work) => showApproach(work, site.channelId, browserOf(browser)))
      if (shown) visits.approached([shown])
      return shown
    },
  }),
  answerApproach: t.field({
    ...asks('anyone'),
    type: AnswerApproachSuccess,
    errors: {},
    args: { input: t.arg({ type: AnswerApproachInput, required: true }) },
    description: 'The first answer holds.',
    resolve: async (_, { input }, context) => {
      const site = await findSite(context, input.key)
      if (!site) throw notFound()
      context.limits.take(`approach ${context.address}`)
      const { works, visits } = context.services
      const id = idOf(input.approachId)
      const look = (): Promise<Approach> =>
        works.read(systemOf(site.workspaceId), (work) => getApproach(work, site.channelId, browserOf(input.browser), id))
      const asked = await look()
      const met = input.accepted && asked.kind === 'chat' ? await talk(context, site, asked) : null
      if (!met) await works.work(systemOf(site.workspaceId), (work) => answerApproach(work, id, input.accepted))
      visits.approached([await look()])
      return { met: met && { token: met.token, actor: actorOf(site, met.identityId, context) } }
    },
  }),
}))

/** As the operator who spoke first, with the rights he has now. */
async function talk(context: VisitorContext, site: SiteRow, asked: Approach): Promise<Met | null> {
  const { works, accounts, plan } = context.services
  const address = addressOf(context)
  const known = knownOn(context, site)
  const system = systemOf(site.workspaceId)
  if (await works.work(system, (work) => (known ? countIfBlocked(work, known.identityId) : countStranger(work, address))))
    throw new HubError('not_accepted')
  const user = asked.operatorId ? await works.read(system, (work) => findUser(work, asked.operatorId ?? '')) : null
  const actor = user && (await accounts.members.operatorActor(user.userId, user.slug, context.language))
  if (!actor) throw notFound()
  return works.work(actor, (work) =>
    acceptChat(work, plan, asked, { channelId: site.channelId, known, language: context.language, address }),
  )
}
