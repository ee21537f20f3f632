import { systemOf, type Works } from '../work.ts'

const seconds = 20

/** Owns connections by time, judged by the database's clock. A take-over gets a higher fence; effects of the old one are refused. */
export function createLeases(works: Works, owner: string) {
  return {
    /** The fence while the lease is ours, else null. Renews it. */
    async hold(workspaceId: string, key: string): Promise<number | null> {
      const [row] = await works.work(systemOf(workspaceId), (work) => work.sql<{ fence: string }[]>`
        insert into leases (workspace_id, key, owner, fence, expires_at) values (${workspaceId}, ${key}, ${owner}, 1, clock_timestamp() + ${seconds} * interval '1 second')
        on conflict (workspace_id, key) do update set owner = excluded.owner, expires_at = excluded.expires_at,
          fence = leases.fence + case when leases.owner = excluded.owner then 0 else 1 end
        where leases.owner = excluded.owner or leases.expires_at < clock_timestamp() returning fence`)
      return row ? Number(row.fence) : null
    },
    release: (workspaceId: string, key: string) => works.work(systemOf(workspaceId), (work) => work.sql`update leases set expires_at = clock_timestamp() where workspace_id = ${workspaceId} and key = ${key} and owner = ${owner}`),
  }
}
