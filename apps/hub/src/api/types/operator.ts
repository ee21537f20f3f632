import { asc, eq } from 'drizzle-orm'
import { groups } from '../../db/tables/group.ts'
import { operators } from '../../db/tables/operator.ts'
import { onGroups, plain } from '../../domain/access.ts'
import { createGroup, type Group as GroupRow, updateGroup } from '../../domain/group.ts'
import { idOf } from '../../domain/ids.ts'
import { addOperator, type Operator as OperatorRow, setPresence, updateOperator } from '../../domain/operator.ts'
import { avatarPath } from '../../domain/profile.ts'
import { asks, builder, command, look, operatorOf } from '../builder.ts'
import type { ApiContext } from '../context.ts'
import { Presence, Role } from './scalars.ts'

export const Operator = builder.objectRef<OperatorRow>('Operator')
export const Group = builder.objectRef<GroupRow>('Group')

const seesContact = (context: ApiContext, operator: OperatorRow): boolean =>
  context.actor !== null && (plain['operator.contact'](context.actor) || operator.id === context.actor.operatorId)

Operator.implement({
  description: 'Someone who answers.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    email: t.string({
      nullable: true,
      description: 'Only for admins, supervisors and yourself.',
      resolve: (operator, _, context) => (seesContact(context, operator) ? operator.email : null),
    }),
    role: t.field({ type: Role, resolve: (operator) => operator.role }),
    limited: t.boolean({
      description: 'Of a supervisor: sees and leads his groups only.',
      resolve: (operator) => operator.role === 'supervisor' && operator.limited,
    }),
    presence: t.field({ type: Presence, resolve: (operator) => operator.presence }),
    presenceSince: t.expose('presenceAt', { type: 'DateTime', description: 'Since when the presence is what it is.' }),
    avatarUrl: t.string({
      nullable: true,
      description: 'His picture, square, on the hub. Null: he has none.',
      resolve: (operator) => avatarPath(operator),
    }),
    languages: t.exposeStringList('languages', { description: 'Languages he speaks with customers, as BCP 47 tags.' }),
    active: t.exposeBoolean('active', { description: 'False once access was withdrawn.' }),
    joined: t.boolean({ description: 'False until the invitation is accepted.', resolve: (operator) => operator.userId !== null }),
    load: t.int({
      description: 'Chats this operator holds now.',
      complexity: 3,
      resolve: (operator, _, { loaders }) => loaders.loadOf.load(operator.id),
    }),
    capacity: t.int({
      description: 'Chats he is given by the hub at most.',
      complexity: 3,
      resolve: async (operator, _, { loaders }) => operator.capacity ?? (await loaders.workspace.load(operator.workspaceId))?.capacity ?? 0,
    }),
    ownCapacity: t.exposeInt('capacity', { nullable: true, description: 'His own figure; null: as the workspace says.' }),
    groups: t.field({
      type: [Group],
      description: 'Groups he is a member of.',
      complexity: 5,
      resolve: async (operator, _, { loaders }) =>
        present(await loaders.group.loadMany((await loaders.membershipsOf.load(operator.id)).map((row) => row.groupId))),
    }),
  }),
})

const membersOf = async (group: GroupRow, supervises: boolean, { loaders, actor }: ApiContext): Promise<OperatorRow[]> => {
  if (!actor || !onGroups['group.members'](actor, [group.id])) return []
  const rows = (await loaders.membersOf.load(group.id)).filter((row) => row.supervises === supervises)
  return present(await loaders.operator.loadMany(rows.map((row) => row.operatorId)))
}

Group.implement({
  description: 'Operators who share a queue of chats.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    assigns: t.exposeBoolean('assigns', { description: 'Chats that wait in it are given to its members by the hub.' }),
    online: t.int({
      description: 'Members who are online now.',
      complexity: 3,
      resolve: (group, _, { loaders }) => loaders.onlineIn.load(group.id),
    }),
    members: t.field({
      type: [Operator],
      description: 'Empty for those outside the group.',
      complexity: 5,
      resolve: (group, _, context) => membersOf(group, false, context),
    }),
    supervisors: t.field({
      type: [Operator],
      description: 'Supervisors who see only their groups.',
      complexity: 5,
      resolve: (group, _, context) => membersOf(group, true, context),
    }),
  }),
})

builder.queryFields((t) => ({
  operator: t.field({
    ...asks('anyone'),
    type: Operator,
    nullable: true,
    description: 'The operator you are in the chosen workspace.',
    resolve: (_, _args, { actor, loaders }) => (actor ? loaders.operator.load(actor.operatorId) : null),
  }),
  operators: t.field({
    ...asks('operator.list'),
    type: [Operator],
    description: 'Everybody of the workspace, by name.',
    complexity: 5,
    resolve: (_, _args, context) =>
      look(context, (work) =>
        work.db.select().from(operators).where(eq(operators.workspaceId, work.workspaceId)).orderBy(asc(operators.name)).limit(1_000),
      ),
  }),
  groups: t.field({
    ...asks('group.list'),
    type: [Group],
    description: 'All groups, by name.',
    complexity: 5,
    resolve: (_, _args, context) =>
      look(context, (work) =>
        work.db.select().from(groups).where(eq(groups.workspaceId, work.workspaceId)).orderBy(asc(groups.name)).limit(1_000),
      ),
  }),
}))

const OperatorInvitation = builder.objectRef<{ operator: OperatorRow; url: string }>('OperatorInvitation').implement({
  fields: (t) => ({
    operator: t.field({ type: Operator, resolve: (invitation) => invitation.operator }),
    url: t.exposeString('url', {
      description: 'A one-time link for this person, good for seven days. Who has an account already joins with its password.',
    }),
  }),
})

const InviteOperatorInput = builder.inputType('InviteOperatorInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    email: t.string({ required: true }),
    role: t.field({ type: Role, required: true }),
    groupIds: t.idList(),
  }),
})

/** Rights are cached for a second: whoever changed them sees them changed at once, on every hub. */
const withNewRights = async <T>(context: ApiContext, change: Promise<T>): Promise<T> => {
  const result = await change
  context.services.accounts.members.forgetMember(operatorOf(context).workspaceId)
  return result
}

builder.mutationFields((t) => ({
  setPresence: t.field({
    ...asks('presence.set'),
    type: Operator,
    errors: {},
    args: { presence: t.arg({ type: Presence, required: true }) },
    description: 'Chosen by you; stays your choice when you come back.',
    resolve: (_, { presence }, context) => command(context, (work) => setPresence(work, presence)),
  }),
  inviteOperator: t.field({
    ...asks('operator.invite'),
    type: OperatorInvitation,
    errors: {},
    args: { input: t.arg({ type: InviteOperatorInput, required: true }) },
    resolve: async (_, { input }, context) =>
      withNewRights(
        context,
        command(context, async (work) => {
          const operator = await addOperator(work, {
            name: input.name,
            email: input.email,
            role: input.role,
            groupIds: input.groupIds?.map(idOf),
          })
          return { operator, url: (await context.services.accounts.invite(work, operator.id)).url }
        }),
      ),
  }),
  updateOperator: t.field({
    ...asks('operator.manage'),
    type: Operator,
    errors: {},
    description:
      'Withdrawing access ends all sessions of that person within a second. A role that is given anew lifts the limit a supervisor kept when he lost the last group he supervised. `capacity: null` gives him the figure of the workspace.',
    args: {
      operatorId: t.arg.id({ required: true }),
      name: t.arg.string(),
      role: t.arg({ type: Role }),
      active: t.arg.boolean(),
      capacity: t.arg.int(),
    },
    resolve: async (_, { operatorId, ...change }, context) => {
      const operator = await withNewRights(
        context,
        command(context, (work) => updateOperator(work, idOf(operatorId), change)),
      )
      if (!operator.active && operator.userId) await context.services.accounts.withdraw(operator.workspaceId, operator.userId)
      return operator
    },
  }),
  createGroup: t.field({
    ...asks('group.manage'),
    type: Group,
    errors: {},
    args: {
      name: t.arg.string({ required: true }),
      memberIds: t.arg.idList({ required: true }),
      supervisorIds: t.arg.idList(),
      assigns: t.arg.boolean(),
    },
    resolve: (_, { name, memberIds, supervisorIds, assigns }, context) =>
      withNewRights(
        context,
        command(context, (work) => createGroup(work, name, memberIds.map(idOf), (supervisorIds ?? []).map(idOf), assigns ?? false)),
      ),
  }),
  updateGroup: t.field({
    ...asks('group.manage'),
    type: Group,
    errors: {},
    description: 'Lists that are given replace those that were.',
    args: {
      groupId: t.arg.id({ required: true }),
      name: t.arg.string(),
      memberIds: t.arg.idList(),
      supervisorIds: t.arg.idList(),
      assigns: t.arg.boolean(),
    },
    resolve: (_, { groupId, name, memberIds, supervisorIds, assigns }, context) =>
      withNewRights(
        context,
        command(context, (work) =>
          updateGroup(work, idOf(groupId), { name, memberIds: memberIds?.map(idOf), supervisorIds: supervisorIds?.map(idOf), assigns }),
        ),
      ),
  }),
}))

/** Rows that are there. */
export const present = <Row>(rows: (Row | Error | null)[]): Row[] =>
  rows.filter((row): row is Row => row !== null && !(row instanceof Error))
