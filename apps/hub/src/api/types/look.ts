import { widgetPictures, widgetSides, widgetSizes } from '@parley/schema/vocabulary'
import type { Look, LookTexts } from '../../db/tables/look.ts'
import type { Channel as ChannelRow } from '../../domain/channel.ts'
import { idOf } from '../../domain/ids.ts'
import {
  discardDraft,
  findDraft,
  findPublished,
  getLookedAfter,
  type LookVersion,
  listPublished,
  picturesOf,
  publishLook,
  revertLook,
  saveDraft,
  setPicture,
  tryLook,
} from '../../domain/look.ts'
import { type Face, faceOf, textIn } from '../../domain/look-face.ts'
import { usualLook } from '../../domain/look-shape.ts'
import { launcherWords } from '../../words/index.ts'
import { asks, builder, command, look } from '../builder.ts'
import { Channel } from './channel.ts'
import { Operator } from './operator.ts'
import { Language } from './scalars.ts'

const enumOf = <T extends string>(name: string, list: readonly T[]) =>
  builder.enumType(name, { values: Object.fromEntries(list.map((value) => [value, { value }])) as Record<T, { value: T }> })
const WidgetSide = enumOf('WidgetSide', widgetSides)
const WidgetSize = enumOf('WidgetSize', widgetSizes)
const WidgetPicturePlace = enumOf('WidgetPicturePlace', widgetPictures)

const WidgetTexts = builder.objectRef<LookTexts & { language: keyof Look['texts'] }>('WidgetTexts').implement({
  description: 'What is empty is said in the usual words, or not at all.',
  fields: (t) => ({
    language: t.field({ type: Language, resolve: (texts) => texts.language }),
    online: t.exposeString('online', { description: 'On the button while somebody is there.' }),
    offline: t.exposeString('offline'),
    welcome: t.exposeString('welcome', { description: 'Sent when a chat begins and somebody is there.' }),
    away: t.exposeString('away', { description: 'Sent when a chat begins and nobody is there.' }),
    closing: t.exposeString('closing', { description: "Sent when a chat ends, in place of the workspace's closing text." }),
  }),
})

const WidgetLook = builder.objectRef<Look>('WidgetLook').implement({
  description: "How a website's chat looks. Colours are #rrggbb; null: the usual.",
  fields: (t) => ({
    accent: t.exposeString('accent', { nullable: true }),
    fontColour: t.exposeString('fontColour', { nullable: true }),
    backColour: t.exposeString('backColour', { nullable: true }),
    borderColour: t.exposeString('borderColour', { nullable: true }),
    welcomeColour: t.exposeString('welcomeColour', { nullable: true }),
    awayColour: t.exposeString('awayColour', { nullable: true }),
    closingColour: t.exposeString('closingColour', { nullable: true }),
    side: t.field({ type: WidgetSide, resolve: (row) => row.side }),
    size: t.field({ type: WidgetSize, resolve: (row) => row.size }),
    texts: t.field({
      type: [WidgetTexts],
      complexity: 1,
      resolve: ({ texts }) =>
        Object.entries(texts).map(([language, words]) => ({ language: language as keyof Look['texts'], ...(words as LookTexts) })),
    }),
    showOn: t.exposeStringList('showOn', { description: 'Pages, with * for anything; none: everywhere.' }),
    hideOn: t.exposeStringList('hideOn'),
    pictures: t.field({ type: [WidgetPicturePlace], description: 'Those it has.', resolve: (row) => Object.keys(row.pictures) as never[] }),
  }),
})

const WidgetLookVersion = builder.objectRef<LookVersion>('WidgetLookVersion').implement({
  fields: (t) => ({
    number: t.exposeInt('number', { nullable: true, description: 'From 1; null: the draft.' }),
    look: t.field({ type: WidgetLook, complexity: 1, resolve: (version) => version.look }),
    at: t.expose('at', { type: 'DateTime' }),
    operator: t.field({
      type: Operator,
      nullable: true,
      complexity: 1,
      resolve: (version, _, { loaders }) => loaders.operator.load(version.operatorId),
    }),
    revertOf: t.exposeInt('revertOf', { nullable: true, description: 'The number it was taken from again.' }),
  }),
})

const ChannelLook = builder.objectRef<ChannelRow>('ChannelLook').implement({
  description: "What was made of the look of a website's chat.",
  fields: (t) => ({
    channel: t.field({ type: Channel, complexity: 1, resolve: (row) => row }),
    usual: t.field({ type: WidgetLook, complexity: 1, resolve: () => usualLook }),
    published: t.field({
      type: WidgetLookVersion,
      nullable: true,
      complexity: 1,
      description: 'What visitors see; null: the usual.',
      resolve: (row, _, context) => look(context, async (work) => (await findPublished(work, row.id)) ?? null),
    }),
    draft: t.field({
      type: WidgetLookVersion,
      nullable: true,
      complexity: 1,
      resolve: (row, _, context) => look(context, async (work) => (await findDraft(work, row.id)) ?? null),
    }),
    history: t.field({
      type: [WidgetLookVersion],
      complexity: { field: 5, multiplier: 50 },
      description: 'What was published, the newest first, at most 50.',
      resolve: (row, _, context) => look(context, (work) => listPublished(work, row.id)),
    }),
  }),
})

const WidgetPreview = builder.objectRef<Face & { look: Look }>('WidgetPreview').implement({
  description: 'What the chat of a website would be handed.',
  fields: (t) => ({
    accent: t.string({ nullable: true, resolve: (face) => face.look.accent }),
    style: t.exposeString('chatStyle', { description: 'Declarations for the root of the chat.' }),
    launcherStyle: t.exposeString('launcherStyle', { description: 'A sheet for the button and the panel.' }),
    logoUrl: t.exposeString('logoUrl', { nullable: true }),
    words: t.stringList({
      description: 'What the button says: somebody is there, nobody is, close the chat, unread.',
      args: { language: t.arg({ type: Language, defaultValue: 'en' }) },
      resolve: ({ look }, { language: asked }) => {
        const language = asked ?? 'en'
        const [online = '', offline = '', ...others] = launcherWords(language)
        return [textIn(look, 'online', language) || online, textIn(look, 'offline', language) || offline, ...others]
      },
    }),
  }),
})

const WidgetTextsInput = builder.inputType('WidgetTextsInput', {
  fields: (t) => ({
    language: t.field({ type: Language, required: true }),
    online: t.string(),
    offline: t.string(),
    welcome: t.string(),
    away: t.string(),
    closing: t.string(),
  }),
})
const WidgetLookInput = builder.inputType('WidgetLookInput', {
  description: 'Own colours of texts need a font and a background of their own, on which they can be read.',
  fields: (t) => ({
    accent: t.string(),
    fontColour: t.string(),
    backColour: t.string(),
    borderColour: t.string(),
    welcomeColour: t.string(),
    awayColour: t.string(),
    closingColour: t.string(),
    side: t.field({ type: WidgetSide, required: true }),
    size: t.field({ type: WidgetSize, required: true }),
    texts: t.field({ type: [WidgetTextsInput], required: true }),
    showOn: t.stringList({ required: true }),
    hideOn: t.stringList({ required: true }),
  }),
})

builder.queryFields((t) => ({
  channelLook: t.field({
    ...asks('look.manage'),
    type: ChannelLook,
    description: "Of a website's chat.",
    args: { channelId: t.arg.id({ required: true }) },
    resolve: (_, { channelId }, context) => look(context, (work) => getLookedAfter(work, idOf(channelId))),
  }),
  previewLook: t.field({
    ...asks('look.manage'),
    type: WidgetPreview,
    errors: {},
    description: 'What would become of this, without keeping it.',
    args: { channelId: t.arg.id({ required: true }), input: t.arg({ type: WidgetLookInput, required: true }) },
    resolve: (_, { channelId, input }, context) =>
      look(context, async (work) => {
        const tried = await tryLook(work, idOf(channelId), input)
        const { options } = await getLookedAfter(work, idOf(channelId))
        return { look: tried, ...faceOf(tried, await picturesOf(work, tried, context.services.publicUrl), options.accent) }
      }),
  }),
}))

builder.mutationFields((t) => ({
  saveLook: t.field({
    ...asks('look.manage'),
    type: ChannelLook,
    errors: {},
    description: 'Keeps it as the draft, which visitors do not see. Pictures stay: they come by POST /files/look.',
    args: { channelId: t.arg.id({ required: true }), input: t.arg({ type: WidgetLookInput, required: true }) },
    resolve: (_, { channelId, input }, context) => command(context, (work) => saveDraft(work, idOf(channelId), input)),
  }),
  publishLook: t.field({
    ...asks('look.manage'),
    type: ChannelLook,
    errors: {},
    description: 'The draft becomes what visitors see; without one nothing changes.',
    args: { channelId: t.arg.id({ required: true }) },
    resolve: (_, { channelId }, context) => command(context, (work) => publishLook(work, idOf(channelId))),
  }),
  revertLook: t.field({
    ...asks('look.manage'),
    type: ChannelLook,
    errors: {},
    description: 'Publishes again what was published under this number, under 0 the usual look, and drops the draft.',
    args: { channelId: t.arg.id({ required: true }), number: t.arg.int({ required: true }) },
    resolve: (_, { channelId, number }, context) => command(context, (work) => revertLook(work, idOf(channelId), number)),
  }),
  discardLook: t.field({
    ...asks('look.manage'),
    type: ChannelLook,
    errors: {},
    description: 'Drops the draft.',
    args: { channelId: t.arg.id({ required: true }) },
    resolve: (_, { channelId }, context) => command(context, (work) => discardDraft(work, idOf(channelId))),
  }),
  removeLookPicture: t.field({
    ...asks('look.manage'),
    type: ChannelLook,
    errors: {},
    description: 'Takes a picture out of the draft.',
    args: { channelId: t.arg.id({ required: true }), place: t.arg({ type: WidgetPicturePlace, required: true }) },
    resolve: (_, { channelId, place }, context) => command(context, (work) => setPicture(work, idOf(channelId), place, null)),
  }),
}))
