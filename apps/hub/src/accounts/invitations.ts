import { type Language, limits } from '@parley/schema/vocabulary'
import { uuidv7 } from 'uuidv7'
import { HubError, notFound, textOf } from '../errors.ts'
import { systemOf, type Work, type Works } from '../work.ts'
import { ensureBearable, ensureStrong, hashPassword, passwordFits } from './passwords.ts'
import { addPerson, emailOf } from './people.ts'
import { hashToken, newToken } from './token.ts'
import type { Tries } from './tries.ts'

export interface InvitationStatus {
  valid: boolean
  /** Name of the company. This and the rest is empty when the link is not valid. */
  workspace: string
  name: string
  email: string
  /** The e-mail has an account: its password is asked for instead of a new one. */
  hasAccount: boolean
}

export interface AcceptInput {
  token: string
  password: string
  name?: string | undefined
  language: Language
}

export interface Invitations {
  /** A link with which the operator gets his account, once, within 7 days. Earlier links of his end with this work. */
  invite(work: Work, operatorId: string): Promise<{ token: string; url: string }>
  invitationStatus(token: string): Promise<InvitationStatus>
  /** Gives the operator an account, or links the one he has if the password is right. He still has to sign in. */
  acceptInvitation(input: AcceptInput): Promise<{ workspaceId: string; slug: string; email: string }>
}

interface Open {
  invitationId: string
  workspaceId: string
  slug: string
  company: string
  operatorId: string
  name: string
  email: string
  userId: string | null
  passwordHash: string | null
}

const none: InvitationStatus = { valid: false, workspace: '', name: '', email: '', hasAccount: false }

export interface InvitationsOptions {
  works: Works
  tries: Tries
  publicUrl: string
  /** Called after an operator got his account. */
  joined: (workspaceId: string) => void
}

export function invitationsOn({ works, tries, publicUrl, joined }: InvitationsOptions): Invitations {
  const find = async (token: string): Promise<Open | null> => {
    const workspaceId = workspaceIn(token)
    return workspaceId ? works.read(systemOf(workspaceId), (work) => findOpen(work, token)) : null
  }
  return {
    invite: async (work, operatorId) => {
      await ensureInvitable(work, operatorId)
      const token = `${Buffer.from(work.workspaceId.replaceAll('-', ''), 'hex').toString('base64url')}.${newToken()}`
      await work.sql`delete from invitations where workspace_id = ${work.workspaceId} and operator_id = ${operatorId} and used_at is null`
      await work.sql`
        insert into invitations (workspace_id, id, operator_id, token_hash, expires_at)
        values (${work.workspaceId}, ${uuidv7()}, ${operatorId}, ${hashToken(token)}, now() + interval '7 days')`
      return { token, url: `${new URL(publicUrl).origin}/invite?token=${token}` }
    },
    invitationStatus: async (token) => {
      const open = await find(token)
      return open ? { valid: true, workspace: open.company, name: open.name, email: open.email, hasAccount: open.userId !== null } : none
    },
    acceptInvitation: async ({ token, password, name, language }) => {
      ensureBearable(password)
      const open = await find(token)
      if (!open) throw new HubError('link_used')
      const chosen = name === undefined || open.userId ? open.name : textOf(name, 'name', limits.name)
      const passwordHash = open.userId ? await provenBy(password, open, tries) : await newHash(password, { ...open, name: chosen })
      await works.work(systemOf(open.workspaceId), (work) => join(work, token, { name: chosen, language, passwordHash }))
      joined(open.workspaceId)
      return { workspaceId: open.workspaceId, slug: open.slug, email: open.email }
    },
  }
}

/** Whoever has an account here needs no link; an e-mail that nobody can sign in with would make a dead one. */
async function ensureInvitable(work: Work, operatorId: string): Promise<void> {
  const [operator] = await work.sql<{ email: string; user_id: string | null }[]>`
    select email, user_id from operators where workspace_id = ${work.workspaceId} and id = ${operatorId} and active`
  if (!operator) throw notFound()
  if (operator.user_id) throw new HubError('already_member', { field: 'email' })
  emailOf(operator.email)
}

/** The workspace a token belongs to stands before its dot, because nothing can be looked up without one. */
function workspaceIn(token: string): string | null {
  const [first = '', rest = ''] = token.split('.')
  if (!/^[\w-]{22}$/.test(first) || !/^[\w-]{43}$/.test(rest)) return null
  return Buffer.from(first, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

async function findOpen(work: Work, token: string): Promise<Open | null> {
  const [open] = await work.sql<Open[]>`
    select i.id as "invitationId", i.workspace_id as "workspaceId", w.slug, w.name as company, o.id as "operatorId", o.name, o.email,
      u.id as "userId", c.password as "passwordHash"
    from invitations i
    join workspaces w on w.workspace_id = i.workspace_id
    join operators o on o.workspace_id = i.workspace_id and o.id = i.operator_id and o.active and o.user_id is null
    left join account_users u on u.email = lower(o.email)
    left join account_credentials c on c.user_id = u.id and c.provider_id = 'credential'
    where i.workspace_id = ${work.workspaceId} and i.token_hash = ${hashToken(token)} and i.used_at is null and i.expires_at > now()`
  return open ?? null
}

/** Nobody proved that the e-mail of an account is the invited person's: only its password links it. */
async function provenBy(password: string, { invitationId, passwordHash }: Open, tries: Tries): Promise<string> {
  await tries.take([{ key: `invitation:${invitationId}`, max: 10, seconds: 300 }])
  if (!passwordHash || !(await passwordFits(passwordHash, password))) throw new HubError('bad_credentials', { field: 'password' })
  return passwordHash
}

async function newHash(password: string, { name, email, company }: Open): Promise<string> {
  await ensureStrong(password, [name, email, company])
  return hashPassword(password)
}

/** The row is locked and read again: of two that use the link at the same moment one succeeds. */
async function join(
  work: Work,
  token: string,
  { name, language, passwordHash }: { name: string; language: Language; passwordHash: string },
): Promise<void> {
  const [mine] = await work.sql`
    update invitations set used_at = now()
    where workspace_id = ${work.workspaceId} and token_hash = ${hashToken(token)} and used_at is null and expires_at > now() returning operator_id`
  const [operator] = mine
    ? await work.sql<
        { email: string }[]
      >`select email from operators where workspace_id = ${work.workspaceId} and id = ${mine.operator_id} for update`
    : []
  if (!mine || !operator) throw new HubError('link_used')
  const userId =
    (await knownWith(work, operator.email, passwordHash)) ??
    (await addPerson(work.sql, { name, email: operator.email, language, passwordHash }))
  const linked = userId
    ? await work.sql`
        update operators set user_id = ${userId}, name = ${name}
        where workspace_id = ${work.workspaceId} and id = ${mine.operator_id} and active and user_id is null returning id`
    : []
  if (linked.length === 0) throw new HubError('link_used')
  work.record({ type: 'operator.changed', subjectId: mine.operator_id })
}

/** The account whose password was just proved; changed since then, it is not the one. */
async function knownWith(work: Work, email: string, passwordHash: string): Promise<string | null> {
  const [known] = await work.sql<{ id: string }[]>`
    select u.id from account_users u join account_credentials c on c.user_id = u.id and c.provider_id = 'credential'
    where u.email = lower(${email}) and c.password = ${passwordHash}`
  return known?.id ?? null
}
