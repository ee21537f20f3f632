import type { SendOutcome } from '@parley/schema/connector'
import type { HandOverTarget } from '@parley/schema/vocabulary'
import { GraphRefused, troubleOf } from '../errors.ts'
import type { Graph } from '../graph.ts'
import { idOf, listOf, objectOf } from '../reading.ts'

interface Settings {
  pageId: string
  appId: string
  inboxAppId: string
  callMs: number
  secrets: string[]
}

/** Codes that speak of what this app may do with this conversation, and not of its token. */
const notAllowed = new Set([3, 10, 200, 230])

/** Passes conversations on and takes them back: https://developers.facebook.com/docs/messenger-platform/handover-protocol */
export function createHandOver(graph: Graph, { pageId, appId, inboxAppId, callMs, secrets }: Settings) {
  const ask = (signal: AbortSignal) => ({ ms: callMs, signal })
  const done = (): SendOutcome => ({ outcome: 'sent', id: '', at: Date.now() })

  const take = (person: string, signal: AbortSignal) =>
    graph.post(`${pageId}/take_thread_control`, { ...ask(signal), json: { recipient: { id: person } } })

  const give = (person: string, signal: AbortSignal) =>
    graph.post(`${pageId}/pass_thread_control`, { ...ask(signal), json: { recipient: { id: person }, target_app_id: inboxAppId } })

  /** Undefined: nobody's, or Meta does not say; it says so to the first of several programs only. */
  async function ownerOf(person: string, signal: AbortSignal): Promise<string | undefined> {
    const said = await graph.get(`${pageId}/thread_owner`, { ...ask(signal), query: { recipient: person } }).catch(() => undefined)
    const [first] = listOf(said?.data)
    return idOf(objectOf(objectOf(first)?.thread_owner)?.app_id)
  }

  const isNotAllowed = (error: unknown): error is GraphRefused => error instanceof GraphRefused && notAllowed.has(error.code)

  /** A lost answer may have been a yes, and what was asked for before is refused as done: whose it is now decides. */
  async function pass(person: string, to: HandOverTarget, signal: AbortSignal): Promise<SendOutcome> {
    try {
      await (to === 'inbox' ? give : take)(person, signal)
      return done()
    } catch (error) {
      if ((await ownerOf(person, signal)) === (to === 'inbox' ? inboxAppId : appId)) return done()
      if (!isNotAllowed(error)) throw error
      const { message, platformCode } = troubleOf(error, secrets)
      return { outcome: 'failed', scope: 'part', failure: { code: 'not_allowed', message, platformCode } }
    }
  }
  return { take, pass, isNotAllowed }
}
