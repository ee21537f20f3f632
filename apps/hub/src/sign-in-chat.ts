import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Database } from './db/client.ts'
import { channels } from './db/tables/channel.ts'
import { workspaces } from './db/tables/workspace.ts'
import { systemOf, type Works } from './work.ts'

/**
 * The key of the website whose chat its admin wishes on the sign-in page. Who has not said which company he means is shown one where
 * there is no other company on this hub.
 */
export async function signInChat(works: Works, { db }: Database, slug: string | undefined): Promise<string | null> {
  const [company, another] = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(slug ? eq(workspaces.slug, slug) : undefined)
    .limit(2)
  if (!company || another) return null
  const [row] = await works.read(systemOf(company.id), (work) =>
    work.db
      .select({ key: channels.publicKey })
      .from(channels)
      .where(
        and(
          eq(channels.workspaceId, company.id),
          eq(channels.kind, 'web'),
          eq(channels.paused, false),
          isNull(channels.removedAt),
          sql`${channels.options} -> 'onSignIn' = 'true'`,
        ),
      )
      .orderBy(asc(channels.createdAt))
      .limit(1),
  )
  return row?.key ?? null
}
