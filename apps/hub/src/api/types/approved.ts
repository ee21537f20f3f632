import type { PlatformTemplate } from '@parley/schema/connector'
import { type ApprovedTexts as ApprovedTextsRow, listApproved } from '../../domain/approved.ts'
import { idOf } from '../../domain/ids.ts'
import { asks, builder, look } from '../builder.ts'

const ApprovedVariable = builder.objectRef<PlatformTemplate['variables'][number]>('ApprovedVariable').implement({
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The place and the name: `body.1`.' }),
    example: t.string({ nullable: true, resolve: (variable) => variable.example ?? null }),
  }),
})
const ApprovedText = builder.objectRef<PlatformTemplate>('ApprovedText').implement({
  description: 'A text written and approved at the platform. `{{name}}` in header and body stands for a variable.',
  fields: (t) => ({
    name: t.exposeString('name'),
    language: t.exposeString('language'),
    category: t.exposeString('category'),
    header: t.string({ nullable: true, resolve: (text) => text.header ?? null }),
    body: t.exposeString('body'),
    footer: t.string({ nullable: true, resolve: (text) => text.footer ?? null }),
    buttons: t.exposeStringList('buttons'),
    variables: t.field({ type: [ApprovedVariable], resolve: (text) => text.variables }),
  }),
})
const ApprovedTexts = builder.objectRef<ApprovedTextsRow>('ApprovedTexts').implement({
  fields: (t) => ({
    supported: t.exposeBoolean('supported', { description: 'Whether the platform has such texts at all.' }),
    syncedAt: t.expose('syncedAt', { type: 'DateTime', nullable: true, description: 'When the platform last told them.' }),
    texts: t.field({ type: [ApprovedText], resolve: (found) => found.templates }),
  }),
})

builder.queryField('approvedTexts', (t) =>
  t.field({
    ...asks('template.use'),
    type: ApprovedTexts,
    args: { chatId: t.arg.id({ required: true }) },
    description:
      'What the platform of this chat has approved to be sent when free replies are over. Asking lets the hub ask the platform anew, at most every ten seconds.',
    complexity: { field: 1, multiplier: 50 },
    resolve: async (_, { chatId }, context) => {
      const found = await look(context, (work) => listApproved(work, idOf(chatId)))
      if (found.supported) context.services.bus.signal('channel.approved', { channelId: found.channelId })
      return found
    },
  }),
)
