import { systemOf, type Work, type Works } from '../work.ts'
import { isGone } from './owner.ts'

const seconds = 20

/** A lease as its holder shows it: refused once somebody else holds it. */
export interface Fence {
  key: string
  value: number
}
export class StaleOwner extends Error {}

/**
 * Owns connections by time, judged by the database's clock. A take-over gets a higher fence; effects of the old one are
 * refused. The lease of a hub that has certainly ended is not waited for.
 */
export function createLeases(works: Works, owner: string) {
  const take = async (workspaceId: string, key: string, from: string) => {
    const [row] = await works.work(
      systemOf(workspaceId),
      (work) => work.sql<{ fence: string }[]>`
      insert into leases (workspace_id, key, owner, fence, expires_at) values (${workspaceId}, ${key}, ${owner}, 1, clock_timestamp() + ${seconds} * interval '1 second')
      on conflict (workspace_id, key) do update set owner = excluded.owner, expires_at = excluded.expires_at,
        fence = leases.fence + case when leases.owner = excluded.owner then 0 else 1 end
      where leases.owner in (excluded.owner, ${from}) or leases.expires_at < clock_timestamp() returning fence`,
    )
    return row ? Number(row.fence) : null
  }
  const holderOf = async (workspaceId: string, key: string) => {
    const [row] = await works.read(
      systemOf(workspaceId),
      (work) => work.sql<{ owner: string }[]>`select owner from leases where workspace_id = ${workspaceId} and key = ${key}`,
    )
    return row?.owner
  }
  return {
    /** The fence while the lease is ours, else null. Renews it. */
    async hold(workspaceId: string, key: string): Promise<number | null> {
      const fence = await take(workspaceId, key, owner)
      if (fence !== null) return fence
      const holder = await holderOf(workspaceId, key)
      return holder !== undefined && isGone(holder) ? take(workspaceId, key, holder) : null
    },
    release: (workspaceId: string, key: string) =>
      works.work(
        systemOf(workspaceId),
        (work) =>
          work.sql`update leases set expires_at = clock_timestamp() where workspace_id = ${workspaceId} and key = ${key} and owner = ${owner}`,
      ),
  }
}

/** Throws when another hub owns the connection now. Without `lasting` it may change a moment later. */
export async function ensureOwner(work: Work, fence: Fence, lasting = true): Promise<void> {
  const rows =
    await work.sql`select 1 from leases where workspace_id = ${work.workspaceId} and key = ${fence.key} and fence = ${fence.value} ${lasting ? work.sql`for share` : work.sql``}`
  if (rows.length === 0) throw new StaleOwner('another hub owns this connection now')
}
