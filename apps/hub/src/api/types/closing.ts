import { languages } from '@parley/schema/vocabulary'
import {
  type Closing,
  endOwnChat,
  getClosingSettings,
  type ClosingSettings as SettingsRow,
  updateClosingSettings,
} from '../../domain/closing.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look, visitorBuilder, visitorOf } from '../builder.ts'
import { Language } from './scalars.ts'
import { VisitorChat } from './visitor.ts'

export const FormAnswerInput = builder.inputType('FormAnswerInput', {
  fields: (t) => ({
    fieldId: t.id({ required: true }),
    values: t.stringList({
      required: true,
      description: 'A number in digits, a date as 2026-01-31, `yes` or `no`, an option by its words; empty: no answer.',
    }),
  }),
})
export const ClosingInput = builder.inputType('ClosingInput', {
  fields: (t) => ({
    full: t.boolean({ description: 'Nobody but the customer, by writing, can open it again.' }),
    silent: t.boolean({ description: 'The customer is not sent the closing text.' }),
    tagIds: t.idList({ description: 'Put on the chat.' }),
    answers: t.field({ type: [FormAnswerInput] }),
  }),
})

/** As the domain takes it. */
export const closingOf = (input: typeof ClosingInput.$inferInput | null | undefined): Closing => ({
  full: input?.full,
  silent: input?.silent,
  tagIds: input?.tagIds?.map(idOf),
  answers: input?.answers?.map((each) => ({ fieldId: idOf(each.fieldId), values: each.values })),
})

const LocalText = builder.objectRef<{ language: (typeof languages)[number]; text: string }>('LocalText').implement({
  description: 'What is said to customers of one language.',
  fields: (t) => ({ language: t.field({ type: Language, resolve: (row) => row.language }), text: t.exposeString('text') }),
})
const LocalTextInput = builder.inputType('LocalTextInput', {
  fields: (t) => ({ language: t.field({ type: Language, required: true }), text: t.string({ required: true }) }),
})

const ClosingSettings = builder.objectRef<SettingsRow>('ClosingSettings').implement({
  description: 'How chats end, and how they may go on.',
  fields: (t) => ({
    texts: t.field({
      type: [LocalText],
      description: "Sent when a chat is closed, in the customer's language, else in the workspace's.",
      resolve: ({ closingTexts }) =>
        languages.flatMap((language) => {
          const text = closingTexts[language]
          return text ? [{ language, text }] : []
        }),
    }),
    reopenMinutes: t.exposeInt('reopenMinutes', {
      description: 'For this long after closing a new message opens the same chat again; 0: always a new one.',
    }),
    formEditableHours: t.exposeInt('formEditableHours', {
      description: 'For this long after closing the operator may correct the attendance form; those who lead always may.',
    }),
  }),
})

builder.queryField('closingSettings', (t) =>
  t.field({ ...asks('closing.read'), type: ClosingSettings, resolve: (_, _args, context) => look(context, getClosingSettings) }),
)
builder.mutationField('updateClosingSettings', (t) =>
  t.field({
    ...asks('closing.manage'),
    type: ClosingSettings,
    errors: {},
    description: 'What is left out stays; an empty text takes that language away.',
    args: { texts: t.arg({ type: [LocalTextInput] }), reopenMinutes: t.arg.int(), formEditableHours: t.arg.int() },
    resolve: (_, change, context) => command(context, (work) => updateClosingSettings(work, change)),
  }),
)

const EndChatInput = visitorBuilder.inputType('EndChatInput', { fields: (t) => ({ chatId: t.id({ required: true }) }) })
visitorBuilder.mutationField('endChat', (t) =>
  t.field({
    ...asks('visitor'),
    type: VisitorChat,
    errors: {},
    args: { input: t.arg({ type: EndChatInput, required: true }) },
    description: 'You need no more of it. Write again, and it goes on for as long as the company lets it, else in a new one.',
    resolve: (_, { input }, context) => {
      const actor = visitorOf(context)
      context.limits.take(`end ${actor.identityId}`)
      return context.services.works.work(actor, (work) => endOwnChat(work, context.services.plan, idOf(input.chatId)))
    },
  }),
)
