import { createHash, randomBytes } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { channels } from '../db/tables/channel.ts'
import { visitorTokens } from '../db/tables/customer.ts'
import { HubError } from '../errors.ts'
import type { VisitorActor, Work } from '../work.ts'

/** By which a browser shows whose it is: 256 bits, stored hashed. */
export async function giveToken(work: Work, channelId: string, identityId: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await work.db.insert(visitorTokens).values({ workspaceId: work.workspaceId, tokenHash: hashOf(secret), channelId, identityId })
  return `${Buffer.from(work.workspaceId.replaceAll('-', ''), 'hex').toString('base64url')}.${secret}`
}

/** Which workspace a token speaks of, and the hash it is looked up by; null for what is no token. */
export function readToken(token: string): { workspaceId: string; hash: string } | null {
  const [, workspace, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(token) ?? []
  if (!workspace || !secret) return null
  const hex = Buffer.from(workspace, 'base64url').toString('hex')
  return { workspaceId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), hash: hashOf(secret) }
}

/** This browser is nobody any more. */
export const dropToken = (work: Work, hash: string) =>
  work.db.delete(visitorTokens).where(and(eq(visitorTokens.workspaceId, work.workspaceId), eq(visitorTokens.tokenHash, hash)))

export async function findVisitor(work: Work, hash: string): Promise<Pick<VisitorActor, 'channelId' | 'identityId'> | null> {
  const [row] = await work.db
    .select({ channelId: visitorTokens.channelId, identityId: visitorTokens.identityId })
    .from(visitorTokens)
    .innerJoin(channels, and(eq(channels.workspaceId, visitorTokens.workspaceId), eq(channels.id, visitorTokens.channelId)))
    .where(and(eq(visitorTokens.workspaceId, work.workspaceId), eq(visitorTokens.tokenHash, hash), eq(channels.paused, false)))
  return row ?? null
}

/**
 * Before anything is done in a visitor's name. Whoever signs in takes along what he said and did, and the token ends with that: what is
 * on its way in the same moment comes before it, or is refused with `signed_out` and asked again by who he is then.
 */
export async function holdToken(work: Work, { identityId, tokenHash }: Pick<VisitorActor, 'identityId' | 'tokenHash'>): Promise<void> {
  const { sql: q, workspaceId } = work
  const [, tokens] = await Promise.all([
    q`select from identities where workspace_id = ${workspaceId} and id = ${identityId} for no key update`,
    // In the same flight, and only once the identity is free.
    q`select from visitor_tokens where workspace_id = ${workspaceId} and token_hash = ${tokenHash}`,
  ])
  if (tokens.length === 0) throw new HubError('signed_out')
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
