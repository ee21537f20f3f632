import messenger, { type MessengerClient } from 'messaging-api-messenger'
import type { Ask, Graph } from '../graph.ts'
import { type Json, objectOf } from '../reading.ts'

// A CommonJS module: Node and bundlers hand it out differently.
const Client = messenger.MessengerClient

/**
 * Sends with messaging-api-messenger through the guarded fetch. That library writes its token into every address, so it is given
 * none: `graph` adds it, in a header. What `graph` throws comes out as it was.
 */
export function createSender(graph: Graph, version: string) {
  return async function send(body: object, within: Pick<Ask, 'ms' | 'signal'>): Promise<string> {
    const client: MessengerClient = new Client({ accessToken: '', version })
    let trouble: unknown
    client.axios.defaults.adapter = async (config) => {
      try {
        const [, path = ''] = /^\/?([^?]+)/.exec(config.url ?? '') ?? []
        const data: Json = await graph.post(path, { ...within, json: objectOf(JSON.parse(config.data)) ?? {} })
        return { data, status: 200, statusText: '', headers: {}, config }
      } catch (error) {
        trouble = error
        throw error
      }
    }
    const said = await client.sendRawBody(body as never).catch((error) => {
      throw trouble ?? error
    })
    return String(said.messageId)
  }
}
