import { and, desc, eq, sql } from 'drizzle-orm'
import { chats } from '../../db/tables/chat.ts'
import { type Customer as CustomerRow, findCustomer, type Identity as IdentityRow, listCustomers } from '../../domain/customer.ts'
import { type ChangedField, ChangedMeanwhile, isPlain, updateCustomer } from '../../domain/customer-change.ts'
import { idOf } from '../../domain/ids.ts'
import { visibleChats } from '../../domain/sight.ts'
import { writtenTaxId } from '../../domain/tax-id.ts'
import { refusalWords } from '../../words/index.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { Channel } from './channel.ts'
import { Chat, ChatConnection } from './chat.ts'
import { CustomerField, CustomerValue } from './customer-field.ts'
import { must } from './message.ts'
import { Operator } from './operator.ts'
import { PageInfo } from './page.ts'

export const Identity = builder.objectRef<IdentityRow>('Identity').implement({
  description: 'One account of a customer on one channel.',
  fields: (t) => ({
    id: t.exposeID('id'),
    channel: t.field({ type: Channel, resolve: async (identity, _, { loaders }) => must(await loaders.channel.load(identity.channelId)) }),
    handle: t.string({
      description: 'How the platform names the account.',
      resolve: (identity) => identity.username ?? identity.phone ?? identity.email ?? identity.externalId,
    }),
    name: t.exposeString('name', { nullable: true }),
    username: t.exposeString('username', { nullable: true }),
    reachable: t.exposeBoolean('reachable', { description: 'False once the customer blocked or left the channel.' }),
  }),
})

export const Customer = builder.objectRef<CustomerRow>('Customer').implement({
  description: 'The person who writes.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    phone: t.exposeString('phone', { nullable: true, description: 'As it was typed or told.' }),
    phoneE164: t.exposeString('phoneE164', {
      nullable: true,
      description: 'The same as E.164; null where it is no number that can be called.',
    }),
    taxId: t.string({
      nullable: true,
      description: 'CPF or CNPJ with its points and strokes.',
      resolve: (customer) => customer.taxId && writtenTaxId(customer.taxId),
    }),
    values: t.field({
      type: [CustomerValue],
      description: "What the company's own fields hold, in their order; those that hold nothing are left out.",
      complexity: 3,
      resolve: async (customer, _, { loaders }) => {
        if (Object.keys(customer.values).length === 0) return []
        const fields = await loaders.customerFields.load(customer.workspaceId)
        return fields.flatMap((field) => {
          const values = customer.values[field.id]
          return values ? [{ field, values }] : []
        })
      },
    }),
    version: t.exposeInt('version', { description: 'Rises with every change of the profile.' }),
    changedAt: t.expose('changedAt', { type: 'DateTime' }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When an operator first filled in who this is; null: what is known is what the platform or he himself told.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    identities: t.field({ type: [Identity], complexity: 3, resolve: (customer, _, { loaders }) => loaders.identitiesOf.load(customer.id) }),
    chats: t.field({
      type: ChatConnection,
      description: 'Chats of this customer that you may see, the newest first.',
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? 10 }),
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: (customer, { first, after }, context) =>
        look(context, async (work) => {
          const size = sizeOf(first, 'first')
          const [number] = after ? fromCursor(after, ['number'], 'after') : []
          const rows = await work.db
            .select()
            .from(chats)
            .where(
              and(
                eq(chats.workspaceId, work.workspaceId),
                eq(chats.customerId, customer.id),
                visibleChats(operatorOf(context)),
                number ? sql`${chats.number} < ${number}::bigint` : undefined,
              ),
            )
            .orderBy(desc(chats.number))
            .limit(size + 1)
          return pageOf(rows, size, { cursor: (row) => toCursor(row.number), node: (row) => row, within: after != null })
        }),
    }),
  }),
})

builder.objectField(Chat, 'customer', (t) =>
  t.field({ type: Customer, resolve: async (chat, _, { loaders }) => must(await loaders.customer.load(chat.customerId)) }),
)

const CustomerEdge = builder.objectRef<{ node: CustomerRow; cursor: string }>('CustomerEdge').implement({
  fields: (t) => ({ node: t.field({ type: Customer, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const CustomerConnection = builder.objectRef<Page<CustomerRow>>('CustomerConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [CustomerEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

const ChangedFieldType = builder.objectRef<ChangedField>('ChangedField').implement({
  description: 'A field that has another value than its editor saw.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "`name`, `email`, `phone`, `taxId`, or the id of one of the company's own fields." }),
    field: t.field({
      type: CustomerField,
      nullable: true,
      description: "Of the company's own fields.",
      resolve: (changed, _, { loaders }) => (isPlain(changed.name) ? null : loaders.customerField.load(changed.name)),
    }),
    values: t.stringList({
      description: 'What it holds now; empty: nothing.',
      resolve: ({ name, values }) => (name === 'taxId' ? values.map(writtenTaxId) : values),
    }),
    operator: t.field({
      type: Operator,
      nullable: true,
      description: 'Who changed it; null: the hub, by what a platform told.',
      resolve: (changed, _, { loaders }) => (changed.operatorId ? loaders.operator.load(changed.operatorId) : null),
    }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})
builder.objectType(ChangedMeanwhile, {
  name: 'ChangedMeanwhile',
  description: 'Nothing was saved: the same fields were changed after `version`. Save again with `customer.version`, or leave it.',
  fields: (t) => ({
    code: t.string({ description: 'Stable, for programs: `changed_meanwhile`.', resolve: (error) => error.code }),
    message: t.string({
      description: "What happened, in the reader's language.",
      resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).message,
    }),
    remedy: t.string({ nullable: true, resolve: (error, _, { language }) => refusalWords(error.code, error.details, language).remedy }),
    changed: t.field({ type: [ChangedFieldType], complexity: 3, resolve: (error) => error.changed }),
    customer: t.field({ type: Customer, description: 'As it is now.', resolve: (error) => error.customer }),
  }),
})
const CustomerValueInput = builder.inputType('CustomerValueInput', {
  fields: (t) => ({
    fieldId: t.id({ required: true }),
    values: t.stringList({ required: true, description: 'An empty list takes the value away.' }),
  }),
})

builder.queryFields((t) => ({
  customers: t.field({
    ...asks('customer.list'),
    type: CustomerConnection,
    description: 'Customers of whom you see a chat, those who came last first.',
    complexity: ({ first }) => ({ field: 5, multiplier: first ?? 50 }),
    args: {
      search: t.arg.string({ description: 'A part of the name, the e-mail or the phone, or a whole CPF or CNPJ.' }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    resolve: (_, { search, first, after }, context) =>
      look(context, async (work) => {
        const limit = sizeOf(first, 'first')
        const last = after ? idOf(fromCursor(after, ['text'], 'after')[0] ?? '') : undefined
        const rows = await listCustomers(work, { search, after: last, limit: limit + 1 })
        return pageOf(rows, limit, { cursor: (row) => toCursor(row.id), node: (row) => row, within: after != null })
      }),
  }),
  customer: t.field({
    ...asks('chat.read'),
    type: Customer,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    description: 'Null when you see none of his chats.',
    resolve: (_, { id }, context) => look(context, async (work) => (await findCustomer(work, idOf(id))) ?? null),
  }),
}))

builder.mutationFields((t) => ({
  updateCustomer: t.field({
    ...asks('customer.edit'),
    type: Customer,
    errors: { types: [ChangedMeanwhile] },
    description: 'An empty text or list takes a value away; what is left out stays, also what colleagues changed there meanwhile.',
    args: {
      customerId: t.arg.id({ required: true }),
      version: t.arg.int({
        description: '`Customer.version` as you read it. Given, a later change of the same fields answers with `ChangedMeanwhile`.',
      }),
      name: t.arg.string(),
      email: t.arg.string(),
      phone: t.arg.string(),
      taxId: t.arg.string({ description: 'CPF or CNPJ, with or without points and strokes.' }),
      values: t.arg({ type: [CustomerValueInput], description: "Of the company's own fields; each is checked by its type." }),
    },
    resolve: (_, { customerId, values, ...change }, context) =>
      command(context, (work) =>
        updateCustomer(work, idOf(customerId), {
          ...change,
          values: values?.map((value) => ({ fieldId: idOf(value.fieldId), values: value.values })),
        }),
      ),
  }),
}))
