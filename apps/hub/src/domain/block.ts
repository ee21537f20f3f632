import { isIP } from 'node:net'
import { limits } from '@parley/schema/vocabulary'
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { blocks } from '../db/tables/block.ts'
import { customers, identities } from '../db/tables/customer.ts'
import { HubError, notFound, textOf } from '../errors.ts'
import type { OperatorActor, Work } from '../work.ts'
import { ensure } from './access.ts'
import { ensureOnOne, type Identity, tellChats } from './customer.ts'
import { newId } from './ids.ts'

export type Block = typeof blocks.$inferSelect
export interface BlockTerms {
  reason?: string | null
  /** Null: for good. */
  until?: Date | null
}

/** Nothing this identity sends opens a chat any more; its open chat is left to its operator. Blocking anew changes the terms. */
export async function blockIdentity(work: Work<OperatorActor>, identityId: string, terms: BlockTerms): Promise<Identity> {
  const identity = await getIdentity(work, identityId)
  await ensureOnOne(work, 'customer.block', identity.customerId)
  await put(work, { identityId }, terms)
  await tellChats(work, identity.customerId)
  return identity
}

/** An address or a range of addresses (CIDR). What connectors bring has none: it is never blocked by this. */
export async function blockAddress(work: Work<OperatorActor>, address: string, terms: BlockTerms): Promise<Block> {
  ensure(work.actor, 'block.manage')
  const range = rangeOf(address)
  const [row] = await work.sql<{ range: string }[]>`select network(${range}::text::inet)::text as range`
  return put(work, { address: row?.range ?? range }, terms)
}

/** Takes a block away, over or not. Answers with what it was. */
export async function liftBlock(work: Work<OperatorActor>, blockId: string): Promise<Block> {
  const [block] = await work.db.select().from(blocks).where(here(work, blockId)).for('update')
  if (!block) throw notFound()
  const identity = block.identityId ? await getIdentity(work, block.identityId) : null
  if (identity) await ensureOnOne(work, 'customer.block', identity.customerId)
  else ensure(work.actor, 'block.manage')
  await work.db.delete(blocks).where(here(work, blockId))
  work.record({ type: 'block.changed', subjectId: blockId })
  if (identity) await tellChats(work, identity.customerId)
  return block
}

/** The newest first. `search`: in the reason, the address, and the names of the blocked. */
export async function listBlocks(
  work: Work<OperatorActor>,
  filter: { search?: string | null; beforeId?: string | undefined; limit: number },
): Promise<Block[]> {
  ensure(work.actor, 'block.manage')
  const words = filter.search?.trim().slice(0, limits.search)
  const pattern = words ? `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%` : null
  const rows = await work.db
    .select({ block: blocks })
    .from(blocks)
    .leftJoin(identities, and(eq(identities.workspaceId, blocks.workspaceId), eq(identities.id, blocks.identityId)))
    .leftJoin(customers, and(eq(customers.workspaceId, identities.workspaceId), eq(customers.id, identities.customerId)))
    .where(
      and(
        eq(blocks.workspaceId, work.workspaceId),
        filter.beforeId ? lt(blocks.id, filter.beforeId) : undefined,
        pattern
          ? sql`concat_ws(' ', ${blocks.reason}, ${blocks.address}::text, ${identities.name}, ${identities.username}, ${identities.phone}, ${identities.email}, ${customers.name}) ilike ${pattern}`
          : undefined,
      ),
    )
    .orderBy(desc(blocks.id))
    .limit(filter.limit)
  return rows.map((row) => row.block)
}

/** By identity: what keeps it from writing now. A block of the identity itself stands before one of its address. */
export async function findBlocks(work: Work, identityIds: readonly string[]): Promise<Map<string, Block>> {
  const rows = await work.db
    .select({ block: blocks, identityId: identities.id })
    .from(identities)
    .innerJoin(blocks, and(eq(blocks.workspaceId, identities.workspaceId), covers, inForce))
    .where(and(eq(identities.workspaceId, work.workspaceId), inArray(identities.id, [...identityIds])))
    .orderBy(sql`${blocks.identityId} nulls first`)
  return new Map(rows.map((row) => [row.identityId, row.block]))
}

/** Whether a stranger from this address may not write; the attempt is counted. */
export async function countStranger(work: Work, address: string | null): Promise<boolean> {
  if (!address) return false
  const hit = await work.sql`update blocks set hits = hits + 1, last_hit_at = clock_timestamp()
    where workspace_id = ${work.workspaceId} and address >>= ${address}::text::inet and (until is null or until > clock_timestamp()) returning id`
  return hit.length > 0
}

/** Whether an identity may not write now; the attempt is counted. */
export async function countIfBlocked(work: Work, identityId: string): Promise<boolean> {
  if (!(await findBlocks(work, [identityId])).has(identityId)) return false
  await countHits(work, [identityId])
  return true
}

/** Counts what blocked identities sent, once per message. */
export async function countHits(work: Work, identityIds: string[]): Promise<void> {
  await work.sql`update blocks b set hits = b.hits + h.count, last_hit_at = clock_timestamp() from (
      select c.id, count(*) from unnest(${identityIds}::uuid[]) as sent(identity_id)
      join identities i on i.workspace_id = ${work.workspaceId} and i.id = sent.identity_id
      join blocks c on c.workspace_id = ${work.workspaceId} and (c.identity_id = i.id or c.address >>= i.address)
        and (c.until is null or c.until > clock_timestamp())
      group by c.id
    ) h where b.workspace_id = ${work.workspaceId} and b.id = h.id`
}

const inForce = sql`(${blocks.until} is null or ${blocks.until} > clock_timestamp())`
const covers = sql`(${blocks.identityId} = ${identities.id} or ${blocks.address} >>= ${identities.address})`
/** As part of a statement: whether the identity `i` may not write now. */
export const blockedNow = (work: Work) => work.sql`exists (select from blocks b where b.workspace_id = ${work.workspaceId}
  and (b.identity_id = i.id or b.address >>= i.address) and (b.until is null or b.until > clock_timestamp()))`

async function put(work: Work<OperatorActor>, whom: { identityId: string } | { address: string }, terms: BlockTerms): Promise<Block> {
  if (terms.until && terms.until.getTime() <= Date.now()) throw new HubError('past', { field: 'until' })
  const said = {
    reason: terms.reason?.trim() ? textOf(terms.reason, 'reason', limits.comment) : null,
    until: terms.until ?? null,
    operatorId: work.actor.operatorId,
    createdAt: sql`clock_timestamp()`,
  }
  const [block] = await work.db
    .insert(blocks)
    .values({ workspaceId: work.workspaceId, id: newId(), ...whom, ...said })
    .onConflictDoUpdate({ target: [blocks.workspaceId, 'identityId' in whom ? blocks.identityId : blocks.address], set: said })
    .returning()
  if (!block) throw new Error('the block was not inserted')
  work.record({ type: 'block.changed', subjectId: block.id })
  return block
}

/** Wider ranges are whole providers: a slip of the keyboard must not shut half a country out. */
const widest = { 4: 16, 6: 32 } as const

function rangeOf(given: string): string {
  const [address = '', bits, ...rest] = textOf(given, 'address', limits.address).split('/')
  const plain = /^::ffff:\d+\./i.test(address) && bits === undefined ? address.slice(7) : address
  const family = isIP(plain)
  const most = family === 4 ? 32 : 128
  const size = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if ((family !== 4 && family !== 6) || plain.includes('%') || rest.length > 0 || !(size <= most))
    throw new HubError('bad_address', { field: 'address' })
  if (size < widest[family]) throw new HubError('range_too_wide', { field: 'address', min: widest[family] })
  return `${plain}/${size}`
}

async function getIdentity(work: Work, identityId: string): Promise<Identity> {
  const [identity] = await work.db
    .select()
    .from(identities)
    .where(and(eq(identities.workspaceId, work.workspaceId), eq(identities.id, identityId)))
  if (!identity) throw notFound()
  return identity
}

const here = (work: Work, blockId: string) => and(eq(blocks.workspaceId, work.workspaceId), eq(blocks.id, blockId))
