import { onTemplate } from '../../domain/access.ts'
import type { File as FileRow } from '../../domain/file.ts'
import type { Filled } from '../../domain/fill.ts'
import { idOf } from '../../domain/ids.ts'
import {
  applyTemplate,
  createTemplate,
  deleteTemplate,
  findTemplates,
  listTemplates,
  previewText,
  type TemplateMatch as TemplateMatchRow,
  type Template as TemplateRow,
  updateTemplate,
} from '../../domain/template.ts'
import { asks, builder, command, look } from '../builder.ts'
import { fromCursor, oncePerPage, type Page, pageOf, sizeOf, toCursor } from '../connection.ts'
import { File } from './message.ts'
import { Group, Operator } from './operator.ts'
import { PageInfo } from './page.ts'
import { Language, TemplateScope } from './scalars.ts'

const few = { field: 1, multiplier: 3 }
const emptyText = 'Variables that hold nothing here and name nothing to stand in their place; they are left in the text as they are.'

export const Template = builder.objectRef<TemplateRow>('Template').implement({
  description:
    'A reply written beforehand. Its text may hold variables, `{{customer.name}}`, with words for when they are empty, `{{customer.name|friend}}`.',
  fields: (t) => ({
    id: t.exposeID('id'),
    scope: t.field({ type: TemplateScope, resolve: (template) => template.scope }),
    group: t.field({
      type: Group,
      nullable: true,
      resolve: (template, _, { loaders }) => (template.groupId ? loaders.group.load(template.groupId) : null),
    }),
    owner: t.field({
      type: Operator,
      nullable: true,
      description: 'Of those of the scopes `own` and `shared`.',
      resolve: (template, _, { loaders }) => (template.ownerId ? loaders.operator.load(template.ownerId) : null),
    }),
    title: t.exposeString('title'),
    shortcut: t.exposeString('shortcut', { nullable: true, description: 'Typed behind `/` in the composer.' }),
    body: t.exposeString('body', { description: 'Empty where the template is files alone.' }),
    buttons: t.exposeStringList('buttons', { description: 'What is written on buttons below the text.' }),
    language: t.field({ type: Language, nullable: true, resolve: (template) => template.language }),
    files: t.field({ type: [File], complexity: few, resolve: (template, _, { loaders }) => loaders.filesOfTemplate.load(template.id) }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    mayManage: t.boolean({
      description: 'Whether you may change and delete it.',
      resolve: (template, _, { actor }) => actor !== null && onTemplate['template.manage'](actor, template),
    }),
  }),
})

const TemplateEdge = builder.objectRef<{ node: TemplateRow; cursor: string }>('TemplateEdge').implement({
  fields: (t) => ({ node: t.field({ type: Template, resolve: (edge) => edge.node }), cursor: t.exposeString('cursor') }),
})
const TemplateConnection = builder.objectRef<Page<TemplateRow>>('TemplateConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [TemplateEdge], complexity: oncePerPage, resolve: (page) => page.edges }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
  }),
})

const TemplateMatch = builder.objectRef<TemplateMatchRow>('TemplateMatch').implement({
  description: 'A template as it would be said in a chat.',
  fields: (t) => ({
    template: t.field({ type: Template, resolve: (match) => match.template }),
    text: t.exposeString('text'),
    empty: t.stringList({ description: emptyText, resolve: (match) => match.empty }),
  }),
})
const FilledText = builder.objectRef<Filled>('FilledText').implement({
  description: 'A text as it would be said in a chat.',
  fields: (t) => ({ text: t.exposeString('text'), empty: t.stringList({ description: emptyText, resolve: (filled) => filled.empty }) }),
})
const AppliedTemplate = builder.objectRef<Filled & { files: FileRow[]; template: TemplateRow }>('AppliedTemplate').implement({
  description: 'A template taken for a chat.',
  fields: (t) => ({
    template: t.field({ type: Template, resolve: (applied) => applied.template }),
    text: t.exposeString('text'),
    empty: t.stringList({ description: emptyText, resolve: (applied) => applied.empty }),
    files: t.field({
      type: [File],
      description: 'Uploads of your own now: send them with the message.',
      resolve: (applied) => applied.files,
    }),
  }),
})

builder.queryFields((t) => ({
  templates: t.field({
    ...asks('template.list'),
    type: TemplateConnection,
    description: 'Templates you may use, by title.',
    args: {
      scope: t.arg({ type: TemplateScope }),
      search: t.arg.string({
        description: 'Every word must stand in the title, the shortcut or the text; case and accents do not matter.',
      }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
    resolve: (_, { scope, search, first, after }, context) =>
      look(context, async (work) => {
        const size = sizeOf(first, 'first')
        const [id] = after ? fromCursor(after, ['text'], 'after') : []
        const rows = await listTemplates(work, { scope, search, limit: size + 1, ...(id && { after: idOf(id) }) })
        return pageOf(rows, size, { cursor: (row) => toCursor(row.id), node: (row) => row, within: after != null })
      }),
  }),
  findTemplates: t.field({
    ...asks('template.use'),
    type: [TemplateMatch],
    description: 'Templates for a chat, their variables filled: what the words name best first, then what you use most and used last.',
    args: { chatId: t.arg.id({ required: true }), search: t.arg.string(), first: t.arg.int() },
    complexity: ({ first }) => ({ field: 5, multiplier: first ?? 50 }),
    resolve: (_, { chatId, search, first }, context) =>
      look(context, (work) => findTemplates(work, idOf(chatId), search, sizeOf(first, 'first'))),
  }),
  previewTemplate: t.field({
    ...asks('template.use'),
    type: FilledText,
    errors: {},
    description: 'A text as a template would say it in a chat.',
    args: { chatId: t.arg.id({ required: true }), body: t.arg.string({ required: true }) },
    resolve: (_, { chatId, body }, context) => look(context, (work) => previewText(work, idOf(chatId), body)),
  }),
}))

const TemplateInput = builder.inputType('TemplateInput', {
  fields: (t) => ({
    scope: t.field({ type: TemplateScope, required: true }),
    groupId: t.id({ description: 'Of the scope `group`.' }),
    title: t.string({ required: true }),
    shortcut: t.string({ description: 'One word of letters, digits, hyphens and underscores.' }),
    body: t.string({ description: 'May be left out where there are files.' }),
    buttons: t.stringList({ description: 'What is written on buttons below the text, at most 10.' }),
    language: t.field({ type: Language }),
    fileIds: t.idList({ description: 'Uploads of yours, or files the template has already; those left out are taken away.' }),
  }),
})
const inputOf = ({ groupId, fileIds, ...input }: typeof TemplateInput.$inferInput) => ({
  ...input,
  groupId: groupId == null ? null : idOf(groupId),
  fileIds: fileIds?.map(idOf),
})

builder.mutationFields((t) => ({
  createTemplate: t.field({
    ...asks('template.write'),
    type: Template,
    errors: {},
    description:
      'Everybody writes his own and shares them; those of a group are written by who leads it, those of all by admins and unlimited supervisors.',
    args: { input: t.arg({ type: TemplateInput, required: true }) },
    resolve: (_, { input }, context) => command(context, (work) => createTemplate(work, inputOf(input))),
  }),
  updateTemplate: t.field({
    ...asks('template.write'),
    type: Template,
    errors: {},
    description: 'Writes the template anew.',
    args: { templateId: t.arg.id({ required: true }), input: t.arg({ type: TemplateInput, required: true }) },
    resolve: (_, { templateId, input }, context) => command(context, (work) => updateTemplate(work, idOf(templateId), inputOf(input))),
  }),
  deleteTemplate: t.field({
    ...asks('template.write'),
    type: Template,
    errors: {},
    description: 'Answers with what it was. What was sent with it stays.',
    args: { templateId: t.arg.id({ required: true }) },
    resolve: (_, { templateId }, context) => command(context, (work) => deleteTemplate(work, idOf(templateId))),
  }),
  applyTemplate: t.field({
    ...asks('template.use'),
    type: AppliedTemplate,
    errors: {},
    description: 'Takes a template for a chat and counts the use. Nothing is sent.',
    args: { chatId: t.arg.id({ required: true }), templateId: t.arg.id({ required: true }) },
    resolve: (_, { chatId, templateId }, context) => command(context, (work) => applyTemplate(work, idOf(chatId), idOf(templateId))),
  }),
}))
