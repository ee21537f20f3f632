import { type MailOutcome, type MailTally, tallyMails, testLetter } from '../../domain/mail.ts'
import { HubError } from '../../errors.ts'
import { asks, builder, look } from '../builder.ts'
import type { Post } from '../context.ts'

const Mailing = builder.objectRef<MailTally & { post: Post | null }>('Mailing').implement({
  description: 'How this hub sends mail, and how that has gone of late.',
  fields: (t) => ({
    host: t.string({ nullable: true, description: 'The mail server; null: none is set.', resolve: ({ post }) => post?.host ?? null }),
    from: t.string({ nullable: true, description: 'The address mails come from.', resolve: ({ post }) => post?.from ?? null }),
    waiting: t.exposeInt('waiting', { description: 'Not handed over yet.' }),
    failed: t.exposeInt('failed', { description: 'Within thirty days: refused for good, or nobody knows.' }),
    lastSentAt: t.expose('lastSentAt', { type: 'DateTime', nullable: true }),
    trouble: t.exposeString('trouble', {
      nullable: true,
      description: 'What the mail server said last when it took no mail; null once it took a later one.',
    }),
  }),
})
const TestMail = builder.objectRef<{ to: string; outcome: MailOutcome }>('TestMail').implement({
  description: 'What became of a test.',
  fields: (t) => ({
    to: t.exposeString('to'),
    taken: t.boolean({ description: 'The mail server took it.', resolve: ({ outcome }) => outcome.outcome === 'sent' }),
    failure: t.string({
      nullable: true,
      description: 'What it said instead.',
      resolve: ({ outcome }) => (outcome.outcome === 'sent' ? null : outcome.failure),
    }),
  }),
})

builder.queryField('mailing', (t) =>
  t.field({
    ...asks('mail.manage'),
    type: Mailing,
    resolve: async (_, _args, context) => ({ post: context.services.post, ...(await look(context, tallyMails)) }),
  }),
)
builder.mutationField('sendTestMail', (t) =>
  t.field({
    ...asks('mail.manage'),
    type: TestMail,
    errors: {},
    description: 'Sends a mail to your own address at once, and says what the mail server said.',
    resolve: async (_, _args, context) => {
      const { account, services, language } = context
      const to = account?.email ?? ''
      const { letter, company } = await look(context, (work) => testLetter(work, to, language))
      if (!services.post) throw new HubError('no_mail')
      return { to, outcome: await services.post.send(letter, company) }
    },
  }),
)
