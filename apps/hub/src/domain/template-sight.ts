import { type SQL, sql } from 'drizzle-orm'
import { templates } from '../db/tables/template.ts'
import type { Actor } from '../work.ts'
import { groupsInSight, seesAll } from './sight.ts'

/** `template.read` of access.ts as SQL. */
export function visibleTemplates(actor: Actor): SQL {
  if (actor.kind === 'visitor') return sql`false`
  if (actor.kind !== 'operator') return sql`${templates.workspaceId} = ${actor.workspaceId}`
  const groups = [...groupsInSight(actor)]
  return sql`(${templates.workspaceId} = ${actor.workspaceId} and (${templates.scope} in ('all', 'shared')
    or (${templates.scope} = 'own' and ${templates.ownerId} = ${actor.operatorId})
    or (${templates.scope} = 'group' and (${seesAll(actor)} or ${templates.groupId} = any(${sql.param(groups)}::uuid[])))))`
}
