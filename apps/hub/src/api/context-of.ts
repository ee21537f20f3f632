import type { Language } from '@parley/schema/vocabulary'
import { findVisitor, readToken } from '../domain/visitor-token.ts'
import { languageOf } from '../words/index.ts'
import { systemOf, type VisitorActor } from '../work.ts'
import type { ApiContext, Services, VisitorContext } from './context.ts'
import type { Limits } from './limits.ts'
import { createLoaders } from './loaders.ts'

/** Nobody's workspace: look-ups find nothing in it. */
const nowhere = '00000000-0000-0000-0000-000000000000'

/** Who asks, from cookies and headers. `slug`: the workspace chosen by header or connection parameter. */
export async function apiContextOf(services: Services, headers: Headers, slug: string | null): Promise<ApiContext> {
  const account = await services.accounts.sessions.of(headers)
  const language = account?.language ?? languageOf(headers.get('accept-language'))
  const workspaceSlug = slug && slug.length <= 40 ? slug : null
  const actor = account && workspaceSlug ? await services.accounts.members.operatorActor(account.userId, workspaceSlug, language) : null
  return { services, account, actor, workspaceSlug, language, loaders: createLoaders(services.works, actor?.workspaceId ?? nowhere) }
}

export interface VisitorRequest {
  token: string | null
  language: string | null
  address: string
}

export async function visitorContextOf(services: Services, limits: Limits, request: VisitorRequest): Promise<VisitorContext> {
  const language = languageOf(request.language)
  const actor = request.token ? await visitorActorOf(services, request.token, language) : null
  return {
    services,
    limits,
    actor,
    language,
    loaders: createLoaders(services.works, actor?.workspaceId ?? nowhere),
    tokenHash: request.token ? (readToken(request.token)?.hash ?? null) : null,
    address: request.address,
  }
}

export async function visitorActorOf({ works }: Pick<Services, 'works'>, token: string, language: Language): Promise<VisitorActor | null> {
  const read = readToken(token)
  if (!read) return null
  const found = await works.read(systemOf(read.workspaceId), (work) => findVisitor(work, read.hash))
  return found && { kind: 'visitor', workspaceId: read.workspaceId, ...found, tokenHash: read.hash, language }
}

/** `authorization: Visitor <token>`. */
export const visitorToken = (header: string | null | undefined): string | null =>
  /^Visitor ([\w.-]{20,200})$/.exec(header ?? '')?.[1] ?? null
