import type { Language as LanguageWord } from '@parley/schema/vocabulary'
import { mayManageApproachText } from '../../domain/access.ts'
import {
  createApproachText,
  deleteApproachText,
  getApproachSettings,
  listApproachTexts,
  type ApproachSettings as SettingsRow,
  type ApproachText as TextRow,
  updateApproachSettings,
  updateApproachText,
} from '../../domain/approach-text.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look } from '../builder.ts'
import { LibraryImage } from './library.ts'
import { ApproachKind, Language } from './scalars.ts'

const ApproachWords = builder.objectRef<{ language: LanguageWord; text: string }>('ApproachWords').implement({
  fields: (t) => ({ language: t.field({ type: Language, resolve: ({ language }) => language }), text: t.exposeString('text') }),
})
export const ApproachText = builder.objectRef<TextRow>('ApproachText').implement({
  description: 'What is said to visitors, written beforehand.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: ApproachKind, resolve: ({ kind }) => kind }),
    own: t.boolean({ description: 'Yours alone; else everybody’s.', resolve: ({ ownerId }) => ownerId !== null }),
    title: t.exposeString('title'),
    words: t.field({
      type: [ApproachWords],
      resolve: ({ words }) => Object.entries(words).map(([language, text]) => ({ language: language as LanguageWord, text })),
    }),
    url: t.exposeString('url', { nullable: true }),
    image: t.field({
      type: LibraryImage,
      nullable: true,
      resolve: ({ imageId }, _, { loaders }) => (imageId ? loaders.libraryImage.load(imageId) : null),
    }),
    mayManage: t.boolean({ resolve: ({ ownerId }, _, { actor }) => actor !== null && mayManageApproachText(actor, ownerId) }),
  }),
})
const ApproachSettings = builder.objectRef<SettingsRow>('ApproachSettings').implement({
  fields: (t) => ({
    free: t.exposeBoolean('free', { description: 'Operators may say what they like; else only what was written beforehand.' }),
    domains: t.exposeStringList('domains', {
      description: 'Visitors may be led to pages of these and all below them, by https, beside the websites of their channel.',
    }),
    knowsPlaces: t.boolean({
      description: 'Whether this hub was given a database of places: else no visit has a country.',
      resolve: (_, _args, { services }) => services.visits.knowsPlaces,
    }),
    perVisit: t.exposeInt('perVisit', { description: 'So often in one visit rules may turn to somebody.' }),
  }),
})

builder.queryFields((t) => ({
  approachTexts: t.field({
    ...asks('approach.read'),
    type: [ApproachText],
    description: 'Everybody’s and your own, by title.',
    complexity: { field: 10, multiplier: 20 },
    resolve: (_, _args, context) => look(context, listApproachTexts),
  }),
  approachSettings: t.field({
    ...asks('approach.read'),
    type: ApproachSettings,
    resolve: (_, _args, context) => look(context, getApproachSettings),
  }),
}))

const ApproachWordsInput = builder.inputType('ApproachWordsInput', {
  fields: (t) => ({ language: t.field({ type: Language, required: true }), text: t.string({ required: true }) }),
})
const ApproachTextInput = builder.inputType('ApproachTextInput', {
  fields: (t) => ({
    kind: t.field({ type: ApproachKind, required: true }),
    own: t.boolean({ required: true, description: 'Only when it is made; whose it is stays.' }),
    title: t.string({ required: true }),
    words: t.field({ type: [ApproachWordsInput], required: true, description: 'Visitors read it in their language, where it is there.' }),
    url: t.string({ description: 'Of a promotion or a redirect.' }),
    imageId: t.id({ description: 'Of a promotion: a picture of the library.' }),
  }),
})
const inputOf = ({ imageId, ...input }: typeof ApproachTextInput.$inferInput) => ({
  ...input,
  imageId: imageId == null ? null : idOf(imageId),
})

builder.mutationFields((t) => ({
  createApproachText: t.field({
    ...asks('approach.read'),
    type: ApproachText,
    errors: {},
    args: { input: t.arg({ type: ApproachTextInput, required: true }) },
    description: 'Everybody writes his own; admins those of all.',
    resolve: (_, { input }, context) => command(context, (work) => createApproachText(work, inputOf(input))),
  }),
  updateApproachText: t.field({
    ...asks('approach.read'),
    type: ApproachText,
    errors: {},
    args: { textId: t.arg.id({ required: true }), input: t.arg({ type: ApproachTextInput, required: true }) },
    resolve: (_, { textId, input }, context) => command(context, (work) => updateApproachText(work, idOf(textId), inputOf(input))),
  }),
  deleteApproachText: t.field({
    ...asks('approach.read'),
    type: ApproachText,
    errors: {},
    args: { textId: t.arg.id({ required: true }) },
    description: 'The rules that say it go with it.',
    resolve: (_, { textId }, context) => command(context, (work) => deleteApproachText(work, idOf(textId))),
  }),
  updateApproachSettings: t.field({
    ...asks('approach.manage'),
    type: ApproachSettings,
    errors: {},
    args: {
      free: t.arg.boolean({ required: true }),
      domains: t.arg.stringList({ required: true }),
      perVisit: t.arg.int({ required: true }),
    },
    resolve: (_, args, context) => command(context, (work) => updateApproachSettings(work, args)),
  }),
}))
