import { randomBytes } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { identities, identityTokens, visitorTokens } from '../db/tables/customer.ts'
import { HubError } from '../errors.ts'
import type { Claims } from '../signed-identity.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { bringAlong } from './bring-along.ts'
import { type Channel, lockChannel } from './channel.ts'
import { lockCustomer } from './customer.ts'
import { writeFields } from './customer-change.ts'
import { makeVisitor } from './visitor.ts'
import { dropToken, giveToken } from './visitor-token.ts'

type Identity = typeof identities.$inferSelect
/** Who holds the browser so far, and what it showed. */
export interface Browser {
  identityId: string | null
  tokenHash: string | null
  language: string | null
  address: string | null
}

/** A new secret by which the website signs who its visitors are; the one before is good no longer. Shown this once. */
export async function renewIdentitySecret(
  work: Work<OperatorActor>,
  sealed: (channel: Channel, secret: string) => string,
  channelId: string,
): Promise<string> {
  ensure(work.actor, 'channel.manage')
  const channel = await lockChannel(work, channelId)
  if (channel.kind !== 'web') throw new HubError('unsupported')
  const secret = randomBytes(32).toString('base64url')
  await work.db
    .update(channels)
    .set({ secrets: { ...channel.secrets, identitySecret: sealed(channel, secret) } })
    .where(and(eq(channels.workspaceId, work.workspaceId), eq(channels.id, channelId)))
  work.record({ type: 'channel.changed', subjectId: channelId })
  return secret
}

/**
 * A visitor of whom his website says who he is. The first browser keeps the chat that it began; each further one comes into the
 * same, with what was said there just before. What the browser showed before is good no longer: whoever had taken it is not let in with him. `endedHashes`: of those tokens.
 */
export async function identify(
  work: Work,
  channelId: string,
  claims: Claims,
  browser: Browser,
): Promise<{ token: string; identityId: string; endedHashes: string[] }> {
  await work.sql`select pg_advisory_xact_lock(hashtextextended(${`${channelId} ${claims.id}`}, 0))`
  const here = browser.identityId ? await findIdentity(work, eq(identities.id, browser.identityId)) : undefined
  const known = await findIdentity(work, and(eq(identities.channelId, channelId), eq(identities.signedId, claims.id)))
  const stranger = here && here.signedId === null ? here : undefined
  const identityId =
    known?.id ??
    stranger?.id ??
    (await makeVisitor(work, channelId, {
      name: claims.name,
      email: claims.email,
      language: browser.language,
      address: browser.address,
      signedId: claims.id,
    }))
  if (!(await spend(work, claims, identityId)) && here?.id !== identityId) throw new HubError('bad_identity', { field: 'token' })
  if (known && stranger) await bringAlong(work, stranger, known)
  const met = known ?? stranger
  if (met) await bringUpToDate(work, met, claims)
  const ended = stranger
    ? await work.db
        .delete(visitorTokens)
        .where(and(eq(visitorTokens.workspaceId, work.workspaceId), eq(visitorTokens.identityId, stranger.id)))
        .returning({ hash: visitorTokens.tokenHash })
    : []
  if (browser.tokenHash) await dropToken(work, browser.tokenHash)
  const endedHashes = [...new Set([...ended.map(({ hash }) => hash), ...(browser.tokenHash ? [browser.tokenHash] : [])])]
  return { token: await giveToken(work, channelId, identityId), identityId, endedHashes }
}

/** Whether an operator answered whom the website knows by this id, and he has not read it. */
export async function hasAnswerFor(work: Work, channelId: string, signedId: string): Promise<boolean> {
  const { sql: q, workspaceId } = work
  const rows = await q`select from identities i join threads t on t.workspace_id = i.workspace_id and t.identity_id = i.id
    join chats c on c.workspace_id = t.workspace_id and c.thread_id = t.id
    join messages m on m.workspace_id = c.workspace_id and m.chat_id = c.id
    where i.workspace_id = ${workspaceId} and i.channel_id = ${channelId} and i.signed_id = ${signedId}
      and m.direction = 'out' and m.author_kind = 'operator' and m.delivery in ('sent', 'delivered') limit 1`
  return rows.length > 0
}

/** False where the token was used before. */
async function spend(work: Work, { hash, expiresAt }: Claims, identityId: string): Promise<boolean> {
  const { workspaceId } = work
  await work.sql`delete from identity_tokens where workspace_id = ${workspaceId} and expires_at < clock_timestamp() - interval '1 hour'`
  const spent = await work.db
    .insert(identityTokens)
    .values({ workspaceId, tokenHash: hash, identityId, expiresAt })
    .onConflictDoNothing()
    .returning({ identityId: identityTokens.identityId })
  return spent.length > 0
}

/** What the website says of him takes the place of what he typed himself, and of nothing that an operator wrote. */
async function bringUpToDate(work: Work, identity: Identity, { id, name, email }: Claims): Promise<void> {
  const { workspaceId } = work
  const next = { name: name ?? identity.name, email: email ?? identity.email }
  if (identity.signedId === id && next.name === identity.name && next.email === identity.email) return
  await work.db
    .update(identities)
    .set({ ...next, signedId: id })
    .where(and(eq(identities.workspaceId, workspaceId), eq(identities.id, identity.id)))
  const customer = await lockCustomer(work, identity.customerId)
  const typed = (field: 'name' | 'email') =>
    customer[field] === null || customer[field] === identity[field] || customer.changes[field]?.visitor
  const news = (['name', 'email'] as const).filter((field) => next[field] !== null && next[field] !== customer[field] && typed(field))
  if (news.length > 0) await writeFields(work, customer, Object.fromEntries(news.map((field) => [field, [next[field] ?? '']])))
}

async function findIdentity(work: Work, which: ReturnType<typeof and>): Promise<Identity | undefined> {
  const [found] = await work.db
    .select()
    .from(identities)
    .where(and(eq(identities.workspaceId, work.workspaceId), which))
    .for('no key update')
  return found
}
