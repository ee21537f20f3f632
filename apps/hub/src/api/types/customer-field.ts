import {
  archiveCustomerField,
  createCustomerField,
  type CustomerField as FieldRow,
  listCustomerFields,
  orderCustomerFields,
  updateCustomerField,
} from '../../domain/customer-field.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, command, look } from '../builder.ts'
import { FieldType } from './scalars.ts'

export const CustomerField = builder.objectRef<FieldRow>('CustomerField').implement({
  description: 'What a company wants to know of its customers beside what everybody does.',
  fields: (t) => ({
    id: t.exposeID('id'),
    key: t.exposeString('key', { description: 'How templates name it, `{{customer.field.plan}}`; never changes.' }),
    label: t.exposeString('label'),
    type: t.field({ type: FieldType, resolve: (field) => field.type }),
    options: t.exposeStringList('options', { description: 'Of a choice.' }),
    required: t.exposeBoolean('required', { description: 'What it holds cannot be taken away, and is asked for where it holds nothing.' }),
    archived: t.boolean({ description: 'No longer shown; what it holds is kept.', resolve: (field) => field.archivedAt !== null }),
  }),
})
export const CustomerValue = builder.objectRef<{ field: FieldRow; values: string[] }>('CustomerValue').implement({
  description: 'What a field holds of one customer.',
  fields: (t) => ({
    field: t.field({ type: CustomerField, resolve: ({ field }) => field }),
    values: t.exposeStringList('values', {
      description: 'Several only of several choices. A date is 2026-01-31, a number has a point, yes or no is `yes` or `no`.',
    }),
  }),
})

builder.queryField('customerFields', (t) =>
  t.field({
    ...asks('field.list'),
    type: [CustomerField],
    complexity: 5,
    description: "The company's own fields in their order.",
    args: { archived: t.arg.boolean({ description: 'With those no longer shown, at the end.' }) },
    resolve: (_, { archived }, context) => look(context, (work) => listCustomerFields(work, archived ?? false)),
  }),
)

const OrderCustomerFieldsSuccess = builder
  .objectRef<{ fields: FieldRow[] }>('OrderCustomerFieldsSuccess')
  .implement({ fields: (t) => ({ fields: t.field({ type: [CustomerField], resolve: ({ fields }) => fields }) }) })

builder.mutationFields((t) => ({
  createCustomerField: t.field({
    ...asks('field.manage'),
    type: CustomerField,
    errors: {},
    args: {
      label: t.arg.string({ required: true }),
      type: t.arg({ type: FieldType, required: true }),
      key: t.arg.string({ description: 'Small letters, digits and underscores; made of the label unless told.' }),
      options: t.arg.stringList({ description: 'Of a choice.' }),
      required: t.arg.boolean(),
    },
    resolve: (_, input, context) => command(context, (work) => createCustomerField(work, input)),
  }),
  updateCustomerField: t.field({
    ...asks('field.manage'),
    type: CustomerField,
    errors: {},
    description: 'Its type and its key stay. What customers hold of an option that is gone stays as it was.',
    args: {
      fieldId: t.arg.id({ required: true }),
      label: t.arg.string(),
      options: t.arg.stringList(),
      required: t.arg.boolean(),
    },
    resolve: (_, { fieldId, ...change }, context) => command(context, (work) => updateCustomerField(work, idOf(fieldId), change)),
  }),
  archiveCustomerField: t.field({
    ...asks('field.manage'),
    type: CustomerField,
    errors: {},
    description: 'No longer shown, or, with `archived: false`, shown again with what it held.',
    args: { fieldId: t.arg.id({ required: true }), archived: t.arg.boolean({ required: true }) },
    resolve: (_, { fieldId, archived }, context) => command(context, (work) => archiveCustomerField(work, idOf(fieldId), archived)),
  }),
  orderCustomerFields: t.field({
    ...asks('field.manage'),
    type: OrderCustomerFieldsSuccess,
    errors: {},
    description: 'Those not named come after, as they were.',
    args: { fieldIds: t.arg.idList({ required: true }) },
    resolve: (_, { fieldIds }, context) =>
      command(context, async (work) => ({ fields: await orderCustomerFields(work, fieldIds.map(idOf)) })),
  }),
}))
