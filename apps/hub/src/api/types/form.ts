import { onChat } from '../../domain/access.ts'
import type { FormAnswer as AnswerRow, FormField as FieldRow } from '../../domain/form.ts'
import {
  archiveFormField,
  createFormField,
  editableHours,
  fillForm,
  isFormOpen,
  listFormFields,
  orderFormFields,
  updateFormField,
} from '../../domain/form.ts'
import { idOf } from '../../domain/ids.ts'
import { sightOf } from '../../domain/sight.ts'
import { asks, builder, command, look } from '../builder.ts'
import { Chat } from './chat.ts'
import { FormAnswerInput } from './closing.ts'
import { must } from './message.ts'
import { Operator } from './operator.ts'
import { FieldType } from './scalars.ts'

const FormField = builder.objectRef<FieldRow>('FormField').implement({
  description: 'What operators fill in about a chat: one field of the attendance form.',
  fields: (t) => ({
    id: t.exposeID('id'),
    label: t.exposeString('label'),
    type: t.field({ type: FieldType, resolve: (field) => field.type }),
    options: t.exposeStringList('options', { description: 'Of a choice.' }),
    required: t.exposeBoolean('required', { description: 'No chat is closed without it.' }),
    archived: t.boolean({ description: 'No longer asked.', resolve: (field) => field.archivedAt !== null }),
  }),
})
const FormAnswer = builder.objectRef<AnswerRow>('FormAnswer').implement({
  fields: (t) => ({
    field: t.field({ type: FormField, resolve: async (answer, _, { loaders }) => must(await loaders.formField.load(answer.fieldId)) }),
    values: t.exposeStringList('values'),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who answered last.',
      resolve: (answer, _, { loaders }) => (answer.operatorId ? loaders.operator.load(answer.operatorId) : null),
    }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

const few = { field: 1, multiplier: 3 }
builder.objectFields(Chat, (t) => ({
  formAnswers: t.field({
    type: [FormAnswer],
    description: 'What was filled in about it, fields that are no longer asked included.',
    complexity: few,
    resolve: (chat, _, { loaders }) => loaders.answersOfChat.load(chat.id),
  }),
  formEditable: t.boolean({
    description: 'Whether you may fill in the attendance form now. In a feed, asking for it costs the shared execution.',
    complexity: 5,
    resolve: (chat, _, context) =>
      context.actor !== null && onChat['chat.form'](context.actor, sightOf(chat))
        ? look(context, async (work) => isFormOpen(work.actor, chat, await editableHours(work)))
        : false,
  }),
}))

builder.queryField('formFields', (t) =>
  t.field({
    ...asks('form.list'),
    type: [FormField],
    complexity: 5,
    description: 'The attendance form, in its order.',
    resolve: (_, _args, context) => look(context, listFormFields),
  }),
)

const OrderFormFieldsSuccess = builder
  .objectRef<{ fields: FieldRow[] }>('OrderFormFieldsSuccess')
  .implement({ fields: (t) => ({ fields: t.field({ type: [FormField], resolve: (result) => result.fields }) }) })

builder.mutationFields((t) => ({
  createFormField: t.field({
    ...asks('form.manage'),
    type: FormField,
    errors: {},
    args: {
      label: t.arg.string({ required: true }),
      type: t.arg({ type: FieldType, required: true }),
      options: t.arg.stringList(),
      required: t.arg.boolean(),
    },
    resolve: (_, input, context) => command(context, (work) => createFormField(work, input)),
  }),
  updateFormField: t.field({
    ...asks('form.manage'),
    type: FormField,
    errors: {},
    args: {
      fieldId: t.arg.id({ required: true }),
      label: t.arg.string(),
      options: t.arg.stringList(),
      required: t.arg.boolean(),
    },
    resolve: (_, { fieldId, ...change }, context) => command(context, (work) => updateFormField(work, idOf(fieldId), change)),
  }),
  archiveFormField: t.field({
    ...asks('form.manage'),
    type: FormField,
    errors: {},
    description: 'No longer asked; what was answered stays with its chats.',
    args: { fieldId: t.arg.id({ required: true }) },
    resolve: (_, { fieldId }, context) => command(context, (work) => archiveFormField(work, idOf(fieldId))),
  }),
  orderFormFields: t.field({
    ...asks('form.manage'),
    type: OrderFormFieldsSuccess,
    errors: {},
    args: { fieldIds: t.arg.idList({ required: true }) },
    resolve: (_, { fieldIds }, context) => command(context, async (work) => ({ fields: await orderFormFields(work, fieldIds.map(idOf)) })),
  }),
  fillForm: t.field({
    ...asks('chat.form'),
    type: Chat,
    errors: {},
    description: 'Answers fields of the attendance form; those not named stay.',
    args: { chatId: t.arg.id({ required: true }), answers: t.arg({ type: [FormAnswerInput], required: true }) },
    resolve: (_, { chatId, answers }, context) =>
      command(context, (work) =>
        fillForm(
          work,
          idOf(chatId),
          answers.map((each) => ({ fieldId: idOf(each.fieldId), values: each.values })),
        ),
      ),
  }),
}))
