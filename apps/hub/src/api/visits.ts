import { randomUUID } from 'node:crypto'
import { type DocumentNode, type GraphQLSchema, Kind, print } from 'graphql'
import { websitesInSight } from '../domain/visit.ts'
import type { OperatorActor } from '../work.ts'
import type { ApiAsker, Services } from './context.ts'
import { type Asked, type EndFeed, renderFrame, write } from './feed.ts'
import { keepsUp } from './keeping-up.ts'
import { createLoaders } from './loaders.ts'
import { isShareable } from './sharing.ts'
import type { VisitFrameRow } from './types/visit.ts'

/** A change stands on every list within a second, what it takes to tell included. */
const tickMs = 850
const mostAtOnce = 500

interface Watcher {
  actor: OperatorActor
  context: ApiAsker
  asked: Asked
  /** What he was last told; before the first time nothing. */
  version: number
  /** Whoever has the same key is given the same frames. */
  key: string
  busy: boolean
}

/** Whether a subscription asks for the visitors, not for the feed. */
export const asksForVisits = (document: DocumentNode): boolean =>
  document.definitions.some(
    (each) =>
      each.kind === Kind.OPERATION_DEFINITION &&
      each.selectionSet.selections.some((field) => field.kind === Kind.FIELD && field.name.value === 'visits'),
  )

/** The list of visitors, live: about once a second, each frame made once for all who see the same websites. */
export function createVisitFeeds(services: Services, schema: GraphQLSchema) {
  const watchers = new Set<Watcher>()
  const ticking = setInterval(tick, tickMs)
  ticking.unref()

  function keyOf(context: ApiAsker, actor: OperatorActor, { document, variables }: Asked): string {
    const whose = isShareable(schema, document) ? '' : randomUUID()
    return [actor.workspaceId, websitesInSight(actor), context.language, JSON.stringify(variables), print(document), whose].join('\n')
  }

  function tick(): void {
    const groups = new Map<string, Watcher[]>()
    for (const watcher of watchers) {
      // Who does not keep up is told less often, of more at once.
      if (watcher.busy || !keepsUp(watcher.asked.socket)) continue
      const key = `${watcher.version} ${watcher.key}`
      groups.set(key, [...(groups.get(key) ?? []), watcher])
    }
    for (const group of groups.values()) void tell(group).catch((error) => services.log.warn({ err: error }, 'visitors were not told'))
  }

  async function tell(group: Watcher[]): Promise<void> {
    const [first] = group
    if (!first) return
    const { visits, goneIds, version } = services.visits.changes(first.actor, first.version)
    const { key } = first
    const reset = first.version < 0
    if (!reset && visits.length === 0 && goneIds.length === 0) return
    for (const watcher of group) watcher.busy = true
    try {
      for (let from = 0; from === 0 || from < visits.length; from += mostAtOnce) {
        const begins = from === 0
        const row = { reset: reset && begins, goneIds: begins && !reset ? goneIds : [], visits: visits.slice(from, from + mostAtOnce) }
        const frame = await render(first, row)
        for (const watcher of group) if (watchers.has(watcher)) write(watcher.asked, frame)
        // Between the frames others have their turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
      // Whose sight changed meanwhile begins anew.
      for (const watcher of group) if (watcher.key === key) watcher.version = version
    } finally {
      for (const watcher of group) watcher.busy = false
    }
  }

  const render = ({ context, actor, asked }: Watcher, row: VisitFrameRow): Promise<string> =>
    renderFrame(services, schema, asked, row, { ...context, actor, loaders: createLoaders(services.works, actor.workspaceId) }, true)

  return {
    async watch(context: ApiAsker, asked: Asked): Promise<EndFeed> {
      const { actor, account, workspaceSlug } = context
      if (!actor || !account || !workspaceSlug) throw new Error('a list of visitors needs an operator')
      const watcher: Watcher = { actor, context, asked, version: -1, key: keyOf(context, actor, asked), busy: false }
      const refresh = async () => {
        const next = await services.accounts.members.operatorActor(account.userId, workspaceSlug, context.language)
        if (!next) return asked.socket.close(4403, 'Forbidden')
        if (websitesInSight(next) === websitesInSight(watcher.actor)) return
        Object.assign(watcher, { actor: next, key: keyOf(context, next, asked), version: -1 })
      }
      const offForgotten = services.accounts.members.onForgotten((id) => {
        if (id === actor.workspaceId) refresh().catch(() => {})
      })
      watchers.add(watcher)
      void tell([watcher]).catch((error) => services.log.warn({ err: error }, 'visitors were not told'))
      return () => {
        offForgotten()
        watchers.delete(watcher)
      }
    },
    close: () => clearInterval(ticking),
  }
}
