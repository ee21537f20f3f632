import { type Language, limits } from '@parley/schema/vocabulary'
import type { TransactionSql } from 'postgres'
import { uuidv7 } from 'uuidv7'
import { z } from 'zod'
import { HubError } from '../errors.ts'

export interface NewPerson {
  name: string
  email: string
  language: Language
  passwordHash: string
}

/** Adds someone who signs in with e-mail and password; answers with his id, or null when the e-mail has an account already. */
export async function addPerson(sql: TransactionSql, { name, email, language, passwordHash }: NewPerson): Promise<string | null> {
  const userId = uuidv7()
  const [added] = await sql`
    insert into account_users (id, name, email, language) values (${userId}, ${name}, ${email.toLowerCase()}, ${language})
    on conflict (email) do nothing returning id`
  if (!added) return null
  await sql`
    insert into account_credentials (id, user_id, account_id, provider_id, password)
    values (${uuidv7()}, ${userId}, ${userId}, 'credential', ${passwordHash})`
  return userId
}

/** The e-mail in the form accounts are kept by; refuses what is none. */
export function emailOf(value: string, field = 'email'): string {
  const email = value.trim().toLowerCase()
  if (!email) throw new HubError('required', { field })
  if (email.length > limits.email) throw new HubError('too_long', { field, max: limits.email })
  if (!z.email().safeParse(email).success) throw new HubError('bad_email', { field })
  return email
}
