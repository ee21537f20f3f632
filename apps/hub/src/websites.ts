import type { Language } from '@parley/schema/vocabulary'
import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Database } from './db/client.ts'
import { channels } from './db/tables/channel.ts'
import { workspaces } from './db/tables/workspace.ts'
import { workspaceOfKey } from './domain/channel.ts'
import { findPublished, picturesOf } from './domain/look.ts'
import { accentOf, faceOf, textIn } from './domain/look-face.ts'
import { showsOn, usualLook } from './domain/look-shape.ts'
import { isOnline } from './domain/visitor.ts'
import { findWebsite } from './domain/website.ts'
import type { SiteStatus } from './routes/site.ts'
import { languageOf } from './words/index.ts'
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
  const isWished = sql`${channels.options} -> 'onSignIn' = 'true'`
  return oldestKey(works, company.id, and(eq(channels.paused, false), isWished))
}

/** The key of a company's first website; null: none is so. */
async function oldestKey(works: Works, workspaceId: string, isSo?: SQL): Promise<string | null> {
  const [row] = await works.read(systemOf(workspaceId), (work) =>
    work.db
      .select({ key: channels.publicKey })
      .from(channels)
      .where(and(eq(channels.workspaceId, workspaceId), eq(channels.kind, 'web'), isNull(channels.removedAt), isSo))
      .orderBy(asc(channels.createdAt))
      .limit(1),
  )
  return row?.key ?? null
}

/** Where the website does not wish to show it. */
const hidden = ':host{display:none!important}'

/** What a page that names this key may know; null: there is no such website, or it is paused. */
export async function siteOf(works: Works, publicUrl: string, key: string): Promise<SiteStatus | null> {
  const workspaceId = workspaceOfKey(key)
  if (!workspaceId) return null
  return works.read(systemOf(workspaceId), async (work) => {
    const row = await findWebsite(work, key)
    if (!row) return null
    const { name, accent, greeting, allowedOrigins } = row.channel.options as {
      name: string
      accent?: string
      greeting?: Record<string, string>
      allowedOrigins?: string[]
    }
    const look = (await findPublished(work, row.channel.id))?.look ?? usualLook
    const { launcherStyle } = faceOf(look, await picturesOf(work, look, publicUrl), accent)
    return {
      online: await isOnline(work, row.channel.id),
      name,
      accent: accentOf(look, accent),
      language: row.language,
      greeting: greeting?.[row.language] ?? null,
      allowedOrigins: allowedOrigins ?? [],
      website: { workspaceId, channelId: row.channel.id, groupId: row.channel.groupId },
      lookOn: (page, spoken) => ({
        css: page === undefined || showsOn(look, page) ? launcherStyle : hidden,
        online: textIn(look, 'online', spoken, languageOf(row.language)),
        offline: textIn(look, 'offline', spoken, languageOf(row.language)),
      }),
    }
  })
}

/** The website the demo's own page shows: the oldest of the oldest company. */
export async function firstWebsite(works: Works, { db }: Database): Promise<{ key: string; language: Language } | null> {
  const [company] = await db
    .select({ id: workspaces.id, language: workspaces.language })
    .from(workspaces)
    .orderBy(asc(workspaces.createdAt))
    .limit(1)
  if (!company) return null
  const key = await oldestKey(works, company.id)
  return key === null ? null : { key, language: languageOf(company.language) }
}
