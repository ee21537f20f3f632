import { type Channel, findChannel } from '../domain/channel.ts'
import { hasAnswerFor } from '../domain/identify.ts'
import { readClaims } from '../signed-identity.ts'
import { systemOf, type Works } from '../work.ts'
import type { Website } from './live.ts'

const secretFreshMs = 10_000
/** A page is looked at for long and says the same each time; each further page has a token of its own. */
const answerFreshMs = 60_000
const mostKept = 20_000

/**
 * Whether an answer waits for whom a website has signed in on a page, where the chat is not loaded yet: only the page can have it loaded
 * then. The token is not used up by it, and nothing but this is told.
 */
export function watchSigned(works: Works, secrets: { open(channel: Channel): string | null }) {
  const known = new Map<string, { at: number; secret: string | null }>()
  const told = new Map<string, { at: number; waits: boolean }>()

  async function secretOf({ workspaceId, channelId }: Website): Promise<string | null> {
    const kept = recent(known, channelId, secretFreshMs)
    if (kept) return kept.secret
    const secret = secrets.open(await works.read(systemOf(workspaceId), (work) => findChannel(work, channelId)))
    keep(known, channelId, { at: Date.now(), secret })
    return secret
  }

  /** `said`: what the page said; the fifth thing in it is what its website signed. */
  return async (website: Website, key: string, said: unknown): Promise<boolean> => {
    const token: unknown = Array.isArray(said) ? said[4] : undefined
    const secret = typeof token === 'string' && token.includes('.') && (await secretOf(website))
    const claims = secret && readClaims(secret, key, token as string)
    if (!claims) return false
    const kept = recent(told, claims.hash, answerFreshMs)
    if (kept) return kept.waits
    const waits = await works.read(systemOf(website.workspaceId), (work) => hasAnswerFor(work, website.channelId, claims.id))
    keep(told, claims.hash, { at: Date.now(), waits })
    return waits
  }
}

function recent<T extends { at: number }>(map: Map<string, T>, key: string, freshMs: number): T | undefined {
  const kept = map.get(key)
  return kept && Date.now() - kept.at < freshMs ? kept : undefined
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= mostKept) map.clear()
  map.set(key, value)
}
