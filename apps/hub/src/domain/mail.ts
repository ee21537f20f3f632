import { type Language, languages, limits } from '@parley/schema/vocabulary'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { threads } from '../db/tables/chat.ts'
import { customers } from '../db/tables/customer.ts'
import { mails } from '../db/tables/mail.ts'
import { operators } from '../db/tables/operator.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError } from '../errors.ts'
import { mailWords } from '../words/index.ts'
import type { Work } from '../work.ts'
import { ensure } from './access.ts'
import type { Chat } from './chat.ts'
import { newId } from './ids.ts'
import type { Message } from './message.ts'
import { languageOfCustomer } from './notice.ts'

export type Mail = typeof mails.$inferSelect
/** What a mail server is handed. */
export type Letter = Pick<Mail, 'id' | 'to' | 'subject' | 'text' | 'html'>
/** Makes the link by which a visitor comes back into his chat. */
export type MailLinks = (link: { workspaceId: string; mailId: string; identityId: string; channelKey: string }) => string

/**
 * Puts what an operator wrote on its way to the customer's e-mail as well; null where he has none. Nobody has shown that the address is his: a visitor
 * may give anyone's, so one address is sent only so much (`too_many_mails`).
 */
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
  await ensureFew(work, row.email)
  const id = newId()
  const own = languages.find((each) => each === row.company.language)
  const language: Language = (await languageOfCustomer(work, chat)) ?? own ?? 'en'
  const name = message.authorId ? await nameOf(work, message.authorId) : row.company.name
  const link =
    row.kind === 'web' ? links({ workspaceId: work.workspaceId, mailId: id, identityId: row.identityId, channelKey: row.key }) : null
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
      id,
      messageId: message.id,
      to: row.email,
      subject: oneLine(fill(about ? words.aboutSubject : words.subject)),
      text: [fill(words.wrote), message.text, ...(link ? [`${words.goOn}\n${link}`] : [])].join('\n\n'),
    })
    .returning()
  return mail ?? null
}

/** Two works at once may pass the limit by one: it is there against floods. */
export async function ensureFew(work: Work, to: string): Promise<void> {
  const [row] = await work.sql<{ count: number }[]>`select count(*)::int as count from mails
    where workspace_id = ${work.workspaceId} and lower("to") = lower(${to}) and created_at > clock_timestamp() - interval '1 hour'`
  if ((row?.count ?? 0) >= limits.mailsPerHour) throw new HubError('too_many_mails', { field: 'mail', max: limits.mailsPerHour })
}

/** A browser comes in by the link of a mail: only so many may, for a link that was passed on is everybody's. */
export async function returnByMail(work: Work, { mailId, identityId }: { mailId: string; identityId: string }): Promise<boolean> {
  const found = await work.sql`update mails m set returns = m.returns + 1 from threads t
    where m.workspace_id = ${work.workspaceId} and m.id = ${mailId} and m.returns < ${limits.mailReturns} and t.workspace_id = m.workspace_id
      and t.identity_id = ${identityId} and t.id in (select thread_id from messages where workspace_id = m.workspace_id and id = m.message_id
        union all select thread_id from chats where workspace_id = m.workspace_id and id = m.chat_id) returning m.id`
  return found.length > 0
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

/** How mails have gone of late. */
export interface MailTally {
  waiting: number
  /** Refused for good, or nobody knows, within thirty days. */
  failed: number
  lastSentAt: Date | null
  /** What the mail server said last when it did not take a mail; null once it took a later one. */
  trouble: string | null
}

export async function tallyMails(work: Work): Promise<MailTally> {
  ensure(work.actor, 'mail.manage')
  const [row] = await work.sql<(Omit<MailTally, 'lastSentAt'> & { last: string | null })[]>`
    select count(*) filter (where state in ('queued', 'sending'))::int as waiting, count(*) filter (where state in ('failed', 'unknown'))::int as failed,
      (extract(epoch from max(sent_at)) * 1000)::bigint::text as last,
      (array_agg(failure order by due_at desc) filter (where failure is not null and due_at > coalesce(m.last_sent, '-infinity')))[1] as trouble
    from (select *, max(sent_at) over () as last_sent from mails
      where workspace_id = ${work.workspaceId} and (created_at > clock_timestamp() - interval '30 days' or state in ('queued', 'sending'))) m`
  return {
    waiting: row?.waiting ?? 0,
    failed: row?.failed ?? 0,
    trouble: row?.trouble ?? null,
    lastSentAt: row?.last ? new Date(Number(row.last)) : null,
  }
}

/** A mail to the admin who asks, and to nobody else. */
export async function testLetter(work: Work, to: string, language: Language): Promise<{ letter: Letter; company: string }> {
  ensure(work.actor, 'mail.manage')
  const [row] = await work.db.select({ name: workspaces.name }).from(workspaces).where(eq(workspaces.id, work.workspaceId))
  const company = row?.name ?? ''
  const { testSubject, test } = mailWords(language)
  return { company, letter: { id: newId(), to, subject: oneLine(testSubject.replace('{company}', () => company)), text: test, html: null } }
}

/** A line break in a subject would begin a header. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200)

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
