import type { Language, Role } from '@parley/schema/vocabulary'
import type { Database } from '../db/client.ts'
import type { Bus } from '../feed/bus.ts'
import type { OperatorActor } from '../work.ts'
import { recent } from './recent.ts'

/** A workspace in which someone is an operator now. */
export interface Membership {
  id: string
  slug: string
  name: string
  language: Language
  country: string | null
  waitingAfterMinutes: number
  transferOffline: boolean
  operatorId: string
  role: Role
}

export interface Members {
  /** The user as an operator of this workspace, at most a second old; null when he is none, or no longer active. */
  operatorActor(userId: string, workspaceSlug: string, language: Language): Promise<OperatorActor | null>
  /** Where the user is an active operator, by name. */
  workspacesOf(userId: string): Promise<Membership[]>
  /** Roles, groups or operators of the workspace have changed: every hub asks anew. Call after COMMIT. */
  forgetMember(workspaceId: string): void
  /** Hears, on every hub, of workspaces whose operators have changed: what their sockets may see must be asked anew. */
  onForgotten(listener: (workspaceId: string) => void): () => void
  close(): void
}

type Standing = Omit<OperatorActor, 'language'> | null

const topic = 'members.changed'

export function membersOn({ sql }: Pick<Database, 'sql'>, bus: Bus): Members {
  const known = recent<Standing>()
  const listeners = new Set<(workspaceId: string) => void>()

  const forget = (workspaceId: string) => {
    known.forget((actor) => actor === null || actor.workspaceId === workspaceId)
    for (const listener of listeners) listener(workspaceId)
  }
  const deaf = bus.onSignal((heard, payload) => {
    if (heard === topic) forget((payload as { workspaceId: string }).workspaceId)
  })
  return {
    operatorActor: async (userId, workspaceSlug, language) => {
      if (!/^[a-z0-9-]{1,100}$/.test(workspaceSlug)) return null
      const actor = await known.get(`${userId} ${workspaceSlug}`, () => findOperator(sql, userId, workspaceSlug))
      return actor && { ...actor, language }
    },
    workspacesOf: (userId) => workspacesOf(sql, userId),
    forgetMember: (workspaceId) => {
      forget(workspaceId)
      bus.signal(topic, { workspaceId })
    },
    onForgotten: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: deaf,
  }
}

type Sql = Database['sql']

interface OperatorRow {
  workspace_id: string
  id: string
  role: Role
  group_ids: string[]
  supervised_ids: string[]
  limited: boolean
}

async function findOperator(sql: Sql, userId: string, slug: string): Promise<Standing> {
  const rows = await sql.begin('read only', async (tx) => {
    const [, found] = await Promise.all([
      tx`select set_config('parley.workspace', coalesce((select workspace_id::text from workspaces where slug = ${slug}), ''), true)`,
      tx<OperatorRow[]>`
        select o.workspace_id, o.id, o.role, o.limited,
          coalesce(array_agg(m.group_id) filter (where m.group_id is not null), '{}') as group_ids,
          coalesce(array_agg(m.group_id) filter (where m.supervises), '{}') as supervised_ids
        from operators o left join group_members m on m.workspace_id = o.workspace_id and m.operator_id = o.id
        where o.workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid and o.user_id = ${userId} and o.active
        group by o.workspace_id, o.id, o.role, o.limited`,
    ])
    return found
  })
  const [row] = rows
  return row ? actorOf(row, userId) : null
}

function actorOf(row: OperatorRow, userId: string): Standing {
  const limited = row.role === 'supervisor' && (row.limited || row.supervised_ids.length > 0)
  return {
    kind: 'operator',
    workspaceId: row.workspace_id,
    operatorId: row.id,
    userId,
    role: row.role,
    groupIds: new Set(row.group_ids),
    supervisedIds: limited ? new Set(row.supervised_ids) : null,
  }
}

async function workspacesOf(sql: Sql, userId: string): Promise<Membership[]> {
  return sql.begin('read only', async (tx) => {
    const [, found] = await Promise.all([
      tx`select set_config('parley.gateway', 'on', true)`,
      tx<Membership[]>`
        select w.workspace_id as id, w.slug, w.name, w.language, w.country, w.waiting_after_minutes as "waitingAfterMinutes", w.transfer_offline as "transferOffline",
          o.id as "operatorId", o.role
        from operators o join workspaces w on w.workspace_id = o.workspace_id
        where o.user_id = ${userId} and o.active order by lower(w.name), w.workspace_id limit 1000`,
    ])
    return [...found]
  })
}
