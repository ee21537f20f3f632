import { type Language, languages } from '@parley/schema/vocabulary'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { threads } from '../db/tables/chat.ts'
import { customers } from '../db/tables/customer.ts'
import { mails } from '../db/tables/mail.ts'
import { operators } from '../db/tables/operator.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { mailWords } from '../words/index.ts'
import type { Work } from '../work.ts'
import type { Chat } from './chat.ts'
import { newId } from './ids.ts'
import type { Message } from './message.ts'
import { languageOfCustomer } from './notice.ts'

export type Mail = typeof mails.$inferSelect
/** Makes the link by which a visitor comes back into his chat. */
export type MailLinks = (visitor: { workspaceId: string; identityId: string; channelKey: string }) => string

/** Puts what an operator wrote on its way to the customer's e-mail as well; null where he has none. */
export async function queueMail(
  work: Work,
  links: MailLinks,
  { chat, message, about }: { chat: Chat; message: Message; about: string | null },
): Promise<Mail | null> {
  const [row] = await work.db
    .select({ email: customers.email, identityId: threads.identityId, kind: channels.kind, key: channels.publicKey, company: workspaces })
    .from(threads)
    .innerJoin(channels, and(eq(channels.workspaceId, threads.workspaceId), eq(channels.id, threads.channelId)))
    .innerJoin(customers, and(eq(customers.workspaceId, threads.workspaceId), eq(customers.id, chat.customerId)))
    .innerJoin(workspaces, eq(workspaces.id, threads.workspaceId))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.id, chat.threadId)))
  if (!row?.email || !message.text) return null
  const own = languages.find((each) => each === row.company.language)
  const language: Language = (await languageOfCustomer(work, chat)) ?? own ?? 'en'
  const name = message.authorId ? await nameOf(work, message.authorId) : row.company.name
  const link = row.kind === 'web' ? links({ workspaceId: work.workspaceId, identityId: row.identityId, channelKey: row.key }) : null
  const fill = (text: string) =>
    text
      .replace('{name}', () => name)
      .replace('{company}', () => row.company.name)
      .replace('{title}', () => about ?? '')
  const words = mailWords(language)
  const [mail] = await work.db
    .insert(mails)
    .values({
      workspaceId: work.workspaceId,
      id: newId(),
      messageId: message.id,
      to: row.email,
      // A line break in a subject would begin a header.
      subject: fill(about ? words.aboutSubject : words.subject)
        .replace(/\s+/g, ' ')
        .slice(0, 200),
      text: [fill(words.wrote), message.text, ...(link ? [`${words.goOn}\n${link}`] : [])].join('\n\n'),
    })
    .returning()
  return mail ?? null
}

async function nameOf(work: Work, operatorId: string): Promise<string> {
  const [row] = await work.db
    .select({ name: operators.name })
    .from(operators)
    .where(and(eq(operators.workspaceId, work.workspaceId), eq(operators.id, operatorId)))
  return row?.name ?? ''
}

/** Mails of these messages, oldest first. */
export const listMails = (work: Work, messageIds: readonly string[]): Promise<Mail[]> =>
  work.db
    .select()
    .from(mails)
    .where(and(eq(mails.workspaceId, work.workspaceId), inArray(mails.messageId, [...messageIds])))
    .orderBy(mails.id)
    .limit(100 * messageIds.length)

/** How long a mail server may take; a mail that is still in hand then was in a hub that is gone. */
const handMinutes = 10
const mostAttempts = 12

/** The next mails that are due, now in hand. What was in hand when a hub ended may have been taken: it is not sent again. */
export async function takeMails(work: Work, most: number): Promise<Mail[]> {
  await work.sql`update mails set state = 'unknown' where workspace_id = ${work.workspaceId} and state = 'sending'
    and due_at < clock_timestamp() - ${handMinutes} * interval '1 minute'`
  const due = await work.db
    .select()
    .from(mails)
    .where(and(eq(mails.workspaceId, work.workspaceId), eq(mails.state, 'queued'), sql`${mails.dueAt} <= clock_timestamp()`))
    .orderBy(mails.dueAt)
    .limit(most)
    .for('update', { skipLocked: true })
  if (due.length === 0) return []
  return work.db
    .update(mails)
    .set({ state: 'sending', attempt: sql`${mails.attempt} + 1`, dueAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(mails.workspaceId, work.workspaceId),
        inArray(
          mails.id,
          due.map(({ id }) => id),
        ),
      ),
    )
    .returning()
}

export type MailOutcome = { outcome: 'sent' } | { outcome: 'retry' | 'failed' | 'unknown'; failure: string }

/** Writes down what became of a mail; one that the server did not take waits longer each time, for about two days. */
export async function settleMail(work: Work, mail: Mail, result: MailOutcome): Promise<void> {
  const given = result.outcome === 'retry' && mail.attempt >= mostAttempts ? 'failed' : result.outcome
  const seconds = Math.min(6 * 3_600, 30 * 2 ** (mail.attempt - 1))
  await work.db
    .update(mails)
    .set({
      state: given === 'retry' ? 'queued' : given,
      failure: result.outcome === 'sent' ? null : result.failure.slice(0, 500),
      ...(given === 'retry' && { dueAt: sql`clock_timestamp() + ${seconds} * interval '1 second'` }),
      ...(given === 'sent' && { sentAt: sql`clock_timestamp()` }),
    })
    .where(and(eq(mails.workspaceId, work.workspaceId), eq(mails.id, mail.id), eq(mails.state, 'sending')))
  work.record({ type: 'request.changed', subjectId: mail.id })
}
