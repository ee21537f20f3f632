import { type Language, languages, limits } from '@parley/schema/vocabulary'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { threads } from '../db/tables/chat.ts'
import { customers } from '../db/tables/customer.ts'
import { mails } from '../db/tables/mail.ts'
import { workspaces } from '../db/tables/workspace.ts'
import { HubError } from '../errors.ts'
import { mailWords } from '../words/index.ts'
import type { OperatorActor, VisitorActor, Work } from '../work.ts'
import { type Chat, lockChat } from './chat.ts'
import { newId } from './ids.ts'
import { ensureFew, type Mail, type MailLinks, oneLine } from './mail.ts'
import { languageOfCustomer } from './notice.ts'
import { lockOwnChat } from './own-chat.ts'
import { findScheduleOf } from './schedule.ts'

/** As much of a chat as one mail carries: the newest messages. */
const mostMessages = 1_000

export async function sendTranscript(work: Work<OperatorActor>, links: MailLinks | null, chatId: string): Promise<Mail> {
  return queueTranscript(work, links, await lockChat(work, chatId, 'chat.transcript'))
}

/** The visitor's own chat, to the address he is known by and to no other; where he may have it. */
export async function sendOwnTranscript(work: Work<VisitorActor>, links: MailLinks | null, chatId: string): Promise<Chat> {
  const own = await lockOwnChat(work, chatId)
  if (!(await mayMail(work, own))) throw new HubError('forbidden')
  await queueTranscript(work, links, own)
  return own
}

/**
 * Whether the visitor may have this chat sent: it is over, his address is known, and somebody of the company talked with him. Nobody has shown that
 * the address is his: what a stranger wrote alone is sent to nobody at his wish.
 */
export async function mayMail(work: Work<VisitorActor>, chat: Chat): Promise<boolean> {
  if (chat.state !== 'closed') return false
  const [row] =
    await work.sql`select from customers k where k.workspace_id = ${work.workspaceId} and k.id = ${chat.customerId} and k.email is not null
    and exists (select from messages m where m.workspace_id = k.workspace_id and m.chat_id = ${chat.id} and m.direction = 'out' and m.author_kind = 'operator')`
  return row !== undefined
}

/** What was said to and by the customer, and nothing that colleagues wrote among themselves; so often an hour at most. The chat is locked. */
async function queueTranscript(work: Work, links: MailLinks | null, chat: Chat): Promise<Mail> {
  if (!links) throw new HubError('no_mail')
  const [row] = await work.db
    .select({ email: customers.email, identityId: threads.identityId, kind: channels.kind, key: channels.publicKey, company: workspaces })
    .from(threads)
    .innerJoin(channels, and(eq(channels.workspaceId, threads.workspaceId), eq(channels.id, threads.channelId)))
    .innerJoin(customers, and(eq(customers.workspaceId, threads.workspaceId), eq(customers.id, chat.customerId)))
    .innerJoin(workspaces, eq(workspaces.id, threads.workspaceId))
    .where(and(eq(threads.workspaceId, work.workspaceId), eq(threads.id, chat.threadId)))
  if (!row?.email) throw new HubError('no_email')
  await ensureFew(work, row.email)
  await ensureFewOf(work, chat)
  const id = newId()
  const link =
    row.kind === 'web' ? links({ workspaceId: work.workspaceId, mailId: id, identityId: row.identityId, channelKey: row.key }) : null
  const language = (await languageOfCustomer(work, chat)) ?? languages.find((each) => each === row.company.language) ?? 'en'
  const words = mailWords(language)
  const fill = (text: string) => text.replace('{company}', () => row.company.name).replace('{number}', String(chat.number))
  const said = await linesOf(work, chat, language, row.company.name)
  const parts = { intro: fill(words.transcript), said, goOn: link ? { words: words.goOn, link } : null }
  const [mail] = await work.db
    .insert(mails)
    .values({
      workspaceId: work.workspaceId,
      id,
      chatId: chat.id,
      to: row.email,
      subject: oneLine(fill(words.transcriptSubject)),
      text: textOf(parts),
      html: htmlOf(parts, language),
    })
    .returning()
  if (!mail) throw new Error('the transcript was not inserted')
  return mail
}

async function ensureFewOf(work: Work, chat: Chat): Promise<void> {
  const [row] = await work.sql<{ count: number }[]>`select count(*)::int as count from mails
    where workspace_id = ${work.workspaceId} and chat_id = ${chat.id} and created_at > clock_timestamp() - interval '1 hour'`
  if ((row?.count ?? 0) >= limits.transcriptsPerHour) throw new HubError('too_many_mails', { max: limits.transcriptsPerHour })
}

interface Line {
  who: string
  at: string
  text: string
  files: string[]
}

/** Oldest first. Times are those of the company's working hours, else UTC, and say so. */
async function linesOf(work: Work, chat: Chat, language: Language, company: string): Promise<Line[]> {
  const timeZone = (await findScheduleOf(work, chat.channelId))?.timeZone ?? 'UTC'
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long', timeZone })
  const rows = await work.sql<
    { at: Date; text: string | null; name: string | null; files: string[] | null; direction: 'in' | 'out'; author_kind: string }[]
  >`select * from (
      select m.at, m.position, m.id, m.text, m.direction, m.author_kind, case when m.direction = 'in' then coalesce(m.extra -> 'author' ->> 'name', c.name) else o.name end as name,
        (select array_agg(f.name order by f.position, f.id) from files f where f.workspace_id = m.workspace_id and f.message_id = m.id) as files
      from messages m join customers c on c.workspace_id = m.workspace_id and c.id = ${chat.customerId}
      left join operators o on o.workspace_id = m.workspace_id and o.id = m.author_id and m.author_kind = 'operator'
      where m.workspace_id = ${work.workspaceId} and m.chat_id = ${chat.id} and m.removed_at is null
      order by m.at desc, m.position desc, m.id desc limit ${mostMessages}) newest
    order by at, position, id`
  return rows.map(({ at, text, name, files, direction }) => ({
    who: name ?? (direction === 'in' ? '?' : company),
    at: format.format(new Date(at)),
    text: text ?? '',
    files: files ?? [],
  }))
}

interface Parts {
  intro: string
  said: Line[]
  goOn: { words: string; link: string } | null
}
const textOf = ({ intro, said, goOn }: Parts): string =>
  [
    intro,
    ...said.map(({ who, at, text, files }) => [`${who} (${at}):`, text, ...files.map((file) => `[${file}]`)].filter(Boolean).join('\n')),
    ...(goOn ? [`${goOn.words}\n${goOn.link}`] : []),
  ].join('\n\n')

function htmlOf({ intro, said, goOn }: Parts, language: Language): string {
  const lines = said.map(
    ({ who, at, text, files }) =>
      `<p style="margin:0 0 14px"><b>${escaped(who)}</b> <span style="color:#64748b;font-size:12px">${escaped(at)}</span><br>${[
        ...(text ? [escaped(text).replace(/\r?\n/g, '<br>')] : []),
        ...files.map((file) => `<i>${escaped(file)}</i>`),
      ].join('<br>')}</p>`,
  )
  const last = goOn ? `<p><a href="${escaped(goOn.link)}">${escaped(goOn.words)}</a></p>` : ''
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><body style="font:15px/1.5 sans-serif;color:#0f172a;max-width:640px"><p>${escaped(intro)}</p>${lines.join('')}${last}</body></html>`
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign)
