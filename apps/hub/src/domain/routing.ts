import { eq } from 'drizzle-orm'
import type { Reason } from '../db/tables/event.ts'
import { workspaces } from '../db/tables/workspace.ts'
import type { Work } from '../work.ts'
import { change, holding, lockAll, tell, waiting } from './chat.ts'
import { type Free, findFree, serves } from './queue.ts'

interface Candidate {
  id: string
  group_id: string | null
  returned_from: string | null
  /** Who last served the customer. */
  known_id: string | null
}

/** Chats given out in one work: short enough to hold up nobody. */
const batch = 50

/**
 * Gives waiting chats to operators who are online and have room, the oldest first: to the one the customer knows, else to
 * the one whose last turn is the longest ago. Only chats whose channel or group says so; members of the group alone, and for
 * chats of no group everybody with the role operator. Answers whether there may be more to give.
 */
export async function assignWaiting(work: Work): Promise<boolean> {
  // Most looks find nothing, and hold up nobody.
  if (!(await isSwitchedOn(work))) return false
  const open = await findFree(work)
  if (open.length === 0 || (await findCandidates(work, open)).length === 0) return false
  // Two hubs at once would each count the same room.
  await work.sql`insert into counters (workspace_id, name) values (${work.workspaceId}, 'assignment') on conflict do nothing`
  await work.sql`select value from counters where workspace_id = ${work.workspaceId} and name = 'assignment' for update`
  const free = await lockFree(work)
  const candidates = free.length === 0 ? [] : await findCandidates(work, free)
  if (candidates.length === 0) return false
  // Whoever writes to a chat just now is not waited for; the chat is looked at again in a moment.
  const locked = await lockAll(
    work,
    candidates.map(({ id }) => id),
    'queued',
  )
  const served = new Set<string>()
  for (const candidate of candidates) {
    const chat = locked.get(candidate.id)
    const choice = chat && choose(free, candidate)
    if (!chat || !choice) continue
    const { operator, reason } = choice
    const given = await change(work, chat, holding(chat, operator.id, false))
    tell(work, 'chat.assigned', chat, given, { toOperatorId: operator.id, reason })
    served.add(operator.id)
  }
  await takeTurns(work, [...served])
  return locked.size < candidates.length || candidates.length === batch
}

async function isSwitchedOn(work: Work): Promise<boolean> {
  const [row] = await work.sql<{ on: boolean }[]>`
    select exists (select from groups where workspace_id = ${work.workspaceId} and assigns)
      or exists (select from channels where workspace_id = ${work.workspaceId} and assigns) as on`
  return row?.on ?? false
}

/** Whom the hub gives this chat, and why; the list is kept up to date for the next one. */
function choose(free: Free[], chat: Candidate): { operator: Free; reason: Reason } | null {
  const fit = free.filter((one) => one.load < one.capacity && one.id !== chat.returned_from && serves(one, chat.group_id))
  const known = fit.find((one) => one.id === chat.known_id)
  const [operator = known] = known ? [known] : fit
  if (!operator) return null
  operator.load += 1
  // To the end of the line.
  free.push(...free.splice(free.indexOf(operator), 1))
  const code = known ? 'known' : fit.length === 1 ? 'only' : 'turn'
  return { operator, reason: { code, free: fit.length, load: operator.load, capacity: operator.capacity } }
}

/** Those with room, in the order of their turns; locked, so that nobody goes offline or is given a turn elsewhere meanwhile. */
async function lockFree(work: Work): Promise<Free[]> {
  await work.sql`select id from operators where workspace_id = ${work.workspaceId} and active and presence = 'online' order by id for no key update`
  return findFree(work)
}

/** The oldest waiting chats that one of the free could be given. */
function findCandidates(work: Work, free: Free[]): Promise<Candidate[]> {
  const seats = free.flatMap(({ id, role, groupIds }) => [
    ...(role === 'operator' ? [{ operator_id: id, group_id: null }] : []),
    ...groupIds.map((groupId) => ({ operator_id: id, group_id: groupId })),
  ])
  return work.sql<Candidate[]>`
    with seats as (select * from jsonb_to_recordset(${work.sql.json(seats)}) as s(operator_id uuid, group_id uuid))
    select c.id, c.group_id, c.returned_from, (
      select p.operator_id from chats p where p.workspace_id = c.workspace_id and p.customer_id = c.customer_id and p.id <> c.id
        and p.operator_id is not null order by p.opened_at desc limit 1
    ) as known_id
    from chats c
    join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
    left join groups g on g.workspace_id = c.workspace_id and g.id = c.group_id
    where c.workspace_id = ${work.workspaceId} and c.state = 'queued' and c.missed_at is null and (ch.assigns or g.assigns)
      and exists (select from seats s where s.group_id is not distinct from c.group_id and s.operator_id is distinct from c.returned_from)
    order by c.opened_at, c.id limit ${batch}`
}

/** Whoever was given a chat stands at the end of the line, in the order in which they were. */
async function takeTurns(work: Work, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((id, n) => ({ id, n }))
  await work.sql`update operators o set assigned_at = clock_timestamp() + r.n * interval '1 microsecond'
    from jsonb_to_recordset(${work.sql.json(rows)}) as r(id uuid, n int) where o.workspace_id = ${work.workspaceId} and o.id = r.id`
}

/** Takes chats back from those who let their customers wait beyond the limits the admin set. Answers whether there may be more. */
export async function returnForgotten(work: Work): Promise<boolean> {
  const found = await work.sql<({ id: string } & Reason)[]>`
    select * from (
      select c.id, c.held_since, w.return_silent_minutes, w.return_offline_minutes, w.return_unopened_minutes,
        case when not o.active then 'withdrawn'
          when not c.held_seen and c.held_since < clock_timestamp() - w.return_unopened_minutes * interval '1 minute' then 'unopened'
          when o.presence = 'offline' and c.waiting_since is not null and greatest(o.presence_at, c.held_since) < clock_timestamp() - w.return_offline_minutes * interval '1 minute' then 'offline'
          when greatest(c.waiting_since, c.held_since) < clock_timestamp() - w.return_silent_minutes * interval '1 minute' and c.waiting_since is not null then 'silent'
        end as code
      from chats c join operators o on o.workspace_id = c.workspace_id and o.id = c.operator_id join workspaces w on w.workspace_id = c.workspace_id
      where c.workspace_id = ${work.workspaceId} and c.state = 'serving'
    ) held where code is not null order by held_since limit ${batch}`
  const locked = await lockAll(
    work,
    found.map(({ id }) => id),
    'serving',
  )
  const minutes = await returnLimits(work)
  for (const { id, code } of found) {
    const chat = locked.get(id)
    if (!chat) continue
    // Whoever was away gets it again when he is back and nobody else was there; whoever let it lie does not.
    const returnedFrom = code === 'silent' || code === 'unopened' ? chat.operatorId : null
    const back = await change(work, chat, { ...waiting, returnedFrom })
    tell(work, 'chat.returned', chat, back, {
      leaverId: chat.operatorId,
      reason: { code, ...(code !== 'withdrawn' && { minutes: minutes[code as keyof typeof minutes] ?? 0 }) },
    })
  }
  return found.length === batch
}

async function returnLimits(work: Work) {
  const [row] = await work.db.select().from(workspaces).where(eq(workspaces.id, work.workspaceId))
  return { silent: row?.returnSilentMinutes, offline: row?.returnOfflineMinutes, unopened: row?.returnUnopenedMinutes }
}
