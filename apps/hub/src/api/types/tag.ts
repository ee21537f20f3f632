import { plain } from '../../domain/access.ts'
import { idOf } from '../../domain/ids.ts'
import { createTag, deleteTag, listTags, mergeTags, type Tag as TagRow, tagChat, tagCustomer, updateTag } from '../../domain/tag.ts'
import { asks, builder, command, look } from '../builder.ts'
import { Chat } from './chat.ts'
import { Customer } from './customer.ts'
import { Operator } from './operator.ts'
import { TagColour } from './scalars.ts'

export const Tag = builder.objectRef<TagRow>('Tag')
const TagUses = builder.objectRef<{ chats: number; customers: number }>('TagUses').implement({
  description: 'How many carry a tag, whoever may see them.',
  fields: (t) => ({ chats: t.exposeInt('chats'), customers: t.exposeInt('customers') }),
})

Tag.implement({
  description: 'A word on customers and chats.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    colour: t.field({ type: TagColour, resolve: (tag) => tag.colour }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.field({
      type: Operator,
      nullable: true,
      resolve: (tag, _, { loaders }) => (tag.createdBy ? loaders.operator.load(tag.createdBy) : null),
    }),
    uses: t.field({
      type: TagUses,
      nullable: true,
      description: 'Null for those who do not manage tags.',
      complexity: 3,
      resolve: (tag, _, { actor, loaders }) => (actor && plain['tag.manage'](actor) ? loaders.usesOfTag.load(tag.id) : null),
    }),
  }),
})

const few = { field: 1, multiplier: 3 }
builder.objectField(Chat, 'tags', (t) =>
  t.field({
    type: [Tag],
    complexity: few,
    resolve: async (chat, _, { loaders }) => (await loaders.tagsOfChat.load(chat.id)).map((row) => row.tag),
  }),
)
builder.objectField(Customer, 'tags', (t) =>
  t.field({
    type: [Tag],
    complexity: few,
    resolve: async (customer, _, { loaders }) => (await loaders.tagsOfCustomer.load(customer.id)).map((row) => row.tag),
  }),
)

builder.queryField('tags', (t) =>
  t.field({
    ...asks('tag.list'),
    type: [Tag],
    complexity: 5,
    description: 'All tags, by name.',
    resolve: (_, _args, context) => look(context, listTags),
  }),
)

builder.mutationFields((t) => ({
  createTag: t.field({
    ...asks('tag.manage'),
    type: Tag,
    errors: {},
    description: 'Two tags whose names differ in case only are one.',
    args: { name: t.arg.string({ required: true }), colour: t.arg({ type: TagColour, required: true }) },
    resolve: (_, { name, colour }, context) => command(context, (work) => createTag(work, name, colour)),
  }),
  updateTag: t.field({
    ...asks('tag.manage'),
    type: Tag,
    errors: {},
    args: { tagId: t.arg.id({ required: true }), name: t.arg.string(), colour: t.arg({ type: TagColour }) },
    resolve: (_, { tagId, ...change }, context) => command(context, (work) => updateTag(work, idOf(tagId), change)),
  }),
  mergeTags: t.field({
    ...asks('tag.manage'),
    type: Tag,
    errors: {},
    description: 'Whatever carries `tagId` carries `intoTagId` from now on; `tagId` is gone. Answers with what is left.',
    args: { tagId: t.arg.id({ required: true }), intoTagId: t.arg.id({ required: true }) },
    resolve: (_, { tagId, intoTagId }, context) => command(context, (work) => mergeTags(work, idOf(tagId), idOf(intoTagId))),
  }),
  deleteTag: t.field({
    ...asks('tag.manage'),
    type: Tag,
    errors: {},
    description: 'Takes the tag off everything that carries it, for good. Answers with what it was.',
    args: { tagId: t.arg.id({ required: true }) },
    resolve: (_, { tagId }, context) => command(context, (work) => deleteTag(work, idOf(tagId))),
  }),
  tagChat: t.field({
    ...asks('chat.tag'),
    type: Chat,
    errors: {},
    description: 'Puts a tag on a chat, or takes it off. A repeat changes nothing.',
    args: { chatId: t.arg.id({ required: true }), tagId: t.arg.id({ required: true }), on: t.arg.boolean({ required: true }) },
    resolve: (_, { chatId, tagId, on }, context) => command(context, (work) => tagChat(work, idOf(chatId), idOf(tagId), on)),
  }),
  tagCustomer: t.field({
    ...asks('customer.tag'),
    type: Customer,
    errors: {},
    description: 'Puts a tag on a customer, or takes it off. A repeat changes nothing.',
    args: { customerId: t.arg.id({ required: true }), tagId: t.arg.id({ required: true }), on: t.arg.boolean({ required: true }) },
    resolve: (_, { customerId, tagId, on }, context) => command(context, (work) => tagCustomer(work, idOf(customerId), idOf(tagId), on)),
  }),
}))
