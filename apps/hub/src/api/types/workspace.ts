import { type Language as LanguageWord, limits } from '@parley/schema/vocabulary'
import { eq } from 'drizzle-orm'
import { users } from '../../db/tables/account.ts'
import { workspaces } from '../../db/tables/workspace.ts'
import { updateWorkspace, type Workspace as WorkspaceRow } from '../../domain/workspace.ts'
import { HubError, notFound, textOf } from '../../errors.ts'
import { asks, builder, command } from '../builder.ts'
import type { ApiContext } from '../context.ts'
import { Language } from './scalars.ts'

export const Workspace = builder
  .objectRef<Pick<WorkspaceRow, 'id' | 'slug' | 'name' | 'waitingAfterMinutes' | 'transferOffline' | 'country'> & { language: string }>(
    'Workspace',
  )
  .implement({
    description: 'One company using the hub.',
    fields: (t) => ({
      id: t.exposeID('id'),
      slug: t.exposeString('slug', { description: 'Its name in addresses.' }),
      name: t.exposeString('name'),
      language: t.field({ type: Language, resolve: (workspace) => workspace.language as LanguageWord }),
      country: t.exposeString('country', {
        nullable: true,
        description: 'ISO 3166: whose phones are meant where none is written; null: the country the language suggests.',
      }),
      waitingAfterMinutes: t.exposeInt('waitingAfterMinutes', {
        description: 'Minutes after which an unanswered chat of yours counts as waiting.',
      }),
      transferOffline: t.exposeBoolean('transferOffline', {
        description: 'Whether a chat may be transferred to an operator who is offline.',
      }),
    }),
  })

type AccountRow = NonNullable<ApiContext['account']>
const Account = builder.objectRef<AccountRow>('Account')

const AccountSession = builder
  .objectRef<{ id: string; createdAt: Date; lastSeenAt: Date; userAgent: string | null; ip: string | null; current: boolean }>(
    'AccountSession',
  )
  .implement({
    description: 'A place where you are signed in.',
    fields: (t) => ({
      id: t.exposeID('id'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
      userAgent: t.exposeString('userAgent', { nullable: true }),
      ip: t.exposeString('ip', { nullable: true }),
      current: t.exposeBoolean('current'),
    }),
  })

Account.implement({
  description: 'The person who is signed in.',
  fields: (t) => ({
    id: t.id({ resolve: (account) => account.userId }),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
    language: t.field({ type: Language, resolve: (account) => account.language }),
    workspaces: t.field({
      type: [Workspace],
      description: 'Where this account is an operator.',
      resolve: (account, _, { services }) => services.accounts.members.workspacesOf(account.userId),
    }),
    sessions: t.field({
      type: [AccountSession],
      resolve: async (account, _, { services }) =>
        (await services.accounts.sessions.listSessions(account.userId)).map((session) => ({
          ...session,
          current: session.id === account.sessionId,
        })),
    }),
  }),
})

builder.queryFields((t) => ({
  me: t.field({
    ...asks('anyone'),
    type: Account,
    nullable: true,
    description: 'The signed-in account; null when nobody is. Needs no workspace.',
    resolve: (_, _args, { account }) => account,
  }),
  workspace: t.field({
    ...asks('anyone'),
    type: Workspace,
    nullable: true,
    description: 'The workspace chosen by the header `x-parley-workspace`; null when there is none or it is not yours.',
    resolve: async (_, _args, { actor, services }) =>
      actor
        ? services.works.read(
            actor,
            async (work) => (await work.db.select().from(workspaces).where(eq(workspaces.id, work.workspaceId)))[0] ?? null,
          )
        : null,
  }),
}))

const accountOf = (context: ApiContext): AccountRow => {
  if (!context.account) throw new HubError('signed_out')
  return context.account
}

builder.mutationFields((t) => ({
  updateAccount: t.field({
    ...asks('account'),
    type: Account,
    errors: {},
    args: { name: t.arg.string(), language: t.arg({ type: Language }) },
    resolve: async (_, { name, language }, context) => {
      const account = accountOf(context)
      const next = { name: name == null ? account.name : textOf(name, 'name', limits.name), language: language ?? account.language }
      await context.services.database.db
        .update(users)
        .set({ ...next, updatedAt: new Date() })
        .where(eq(users.id, account.userId))
      context.services.accounts.sessions.forgetPerson(account.userId)
      return { ...account, ...next }
    },
  }),
  revokeSession: t.field({
    ...asks('account'),
    type: Account,
    errors: {},
    args: { sessionId: t.arg.id({ required: true }) },
    description: 'Ends one of your sessions; its sockets hear nothing more.',
    resolve: async (_, { sessionId }, context) => {
      const account = accountOf(context)
      if (!(await context.services.accounts.sessions.revokeSession(account.userId, sessionId))) throw notFound()
      return account
    },
  }),
  updateWorkspace: t.field({
    ...asks('workspace.edit'),
    type: Workspace,
    errors: {},
    args: {
      name: t.arg.string(),
      language: t.arg({ type: Language }),
      country: t.arg.string(),
      waitingAfterMinutes: t.arg.int(),
      transferOffline: t.arg.boolean(),
    },
    resolve: (_, change, context) => command(context, (work) => updateWorkspace(work, change)),
  }),
}))
