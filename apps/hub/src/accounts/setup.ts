import { type Language, languages, limits } from '@parley/schema/vocabulary'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../db/client.ts'
import { slugOf } from '../domain/workspace.ts'
import { HubError, textOf } from '../errors.ts'
import { type SystemActor, systemOf, type Work, type Works } from '../work.ts'
import { ensureStrong, hashPassword } from './passwords.ts'
import { addPerson, emailOf } from './people.ts'
import { hashToken, newToken, sameHash } from './token.ts'

/** Makes the workspace `work.workspaceId`: its row, the admin as operator, a first group with him in it, and a first web channel. */
export type Found = (work: Work<SystemActor>, founding: Founding) => Promise<unknown>
export interface Founding {
  /** Name of the company, and of its first web channel. */
  company: string
  slug: string
  language: Language
  admin: { userId: string; name: string; email: string }
}

export interface SetupInput {
  token: string
  company: string
  slug: string
  language: string
  name: string
  email: string
  password: string
}

export interface Setup {
  /** A link that makes the first workspace, once; null when there is a workspace already. Each call makes another one. */
  openSetup(): Promise<{ token: string; url: string } | null>
  /** `open`: there is no workspace yet. `valid`: this token may make it. */
  setupStatus(token: string): Promise<{ open: boolean; valid: boolean }>
  /** Makes the workspace and its admin, who still has to sign in. Of several at the same moment one succeeds. */
  completeSetup(input: SetupInput): Promise<{ workspaceId: string; slug: string; email: string }>
}

/** Of all hubs on one database, one at a time may found the first workspace. */
const lock = 7239105

export function setupOn({
  database: { sql },
  works,
  publicUrl,
  found,
}: {
  database: Database
  works: Works
  publicUrl: string
  found: Found
}): Setup {
  const hashes: string[] = []
  const isOpen = async (): Promise<boolean> => (await sql`select from workspaces limit 1`).length === 0
  const isValid = (token: string): boolean => {
    const hash = hashToken(token)
    return hashes.some((known) => sameHash(known, hash))
  }
  return {
    openSetup: async () => {
      if (!(await isOpen())) return null
      const token = newToken()
      hashes.push(hashToken(token))
      return { token, url: `${new URL(publicUrl).origin}/setup?token=${token}` }
    },
    setupStatus: async (token) => {
      const open = await isOpen()
      return { open, valid: open && isValid(token) }
    },
    completeSetup: async (input) => {
      if (!isValid(input.token)) throw new HubError((await isOpen()) ? 'link_used' : 'setup_done')
      const { password, ...checked } = await checkedInput(input)
      if (!(await isOpen())) throw new HubError('setup_done')
      const passwordHash = await hashPassword(password)
      const workspaceId = await works.work(systemOf(uuidv7()), (work) => foundOnce(work, { ...checked, passwordHash }, found))
      hashes.length = 0
      return { workspaceId, slug: checked.slug, email: checked.email }
    },
  }
}

interface CheckedInput {
  company: string
  slug: string
  language: Language
  name: string
  email: string
  passwordHash: string
}

async function foundOnce(
  work: Work<SystemActor>,
  { company, slug, language, name, email, passwordHash }: CheckedInput,
  found: Found,
): Promise<string> {
  await work.sql`select pg_advisory_xact_lock(${lock})`
  if ((await work.sql`select from workspaces limit 1`).length > 0) throw new HubError('setup_done')
  const userId = await addPerson(work.sql, { name, email, language, passwordHash })
  if (!userId) throw new HubError('taken', { field: 'email' })
  await found(work, { company, slug, language, admin: { userId, name, email } })
  return work.workspaceId
}

async function checkedInput(input: SetupInput): Promise<Omit<CheckedInput, 'passwordHash'> & { password: string }> {
  const company = textOf(input.company, 'company', limits.name)
  const slug = slugOf(input.slug)
  const language = languages.find((each) => each === input.language)
  if (!language) throw new HubError('invalid', { field: 'language' })
  const name = textOf(input.name, 'name', limits.name)
  const email = emailOf(input.email)
  await ensureStrong(input.password, [company, slug, name, email])
  return { company, slug, language, name, email, password: input.password }
}
