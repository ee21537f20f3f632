import { widgetNotices } from '@parley/schema/vocabulary'
import { visitorBuilder as builder } from '../builder.ts'
import { lookOfSite } from './site-look.ts'
import { limitEnum, Site, VisitorMessage } from './visitor.ts'

builder.objectFields(Site, (t) => ({
  style: t.string({
    description: 'How the company wishes the chat to look: CSS declarations for its root, of custom properties and `color-scheme`.',
    resolve: async (site, _, context) => (await lookOfSite(site, context)).face.chatStyle,
  }),
  logoUrl: t.string({ nullable: true, resolve: async (site, _, context) => (await lookOfSite(site, context)).face.logoUrl }),
}))

const Notice = limitEnum('VisitorNotice', widgetNotices)
builder.objectField(VisitorMessage, 'notice', (t) =>
  t.field({
    type: Notice,
    nullable: true,
    description: 'What the website says by itself: somebody is there, nobody is, the chat is over.',
    resolve: (message) => message.extra?.notice ?? null,
  }),
)
