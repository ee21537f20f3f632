import { type GraphStandIn, startGraphStandIn } from '@parley/conformance/graph'
import type { Person } from './hub.ts'
import { startTestHub } from './hub.ts'
import { untilState } from './telegram.ts'

export type { GraphStandIn }
export type MetaKind = 'messenger' | 'instagram' | 'whatsapp-cloud'

/** A hub that may reach the stand-in of the Graph API, and the stand-in. */
export async function startWithMeta(more: Record<string, string> = {}) {
  const graph = await startGraphStandIn({ redelivery: { firstMs: 50, longestMs: 500 } })
  const allowed = [new URL(graph.apiRoot).host, more.PARLEY_ALLOW_PRIVATE_FETCH].filter(Boolean).join(',')
  const hub = await startTestHub({ ...more, PARLEY_ALLOW_PRIVATE_FETCH: allowed })
  return {
    graph,
    hub,
    drop: async () => {
      await hub.drop()
      await graph.stop()
    },
  }
}

const create = `mutation($input: CreateChannelInput!) { createChannel(input: $input) { ... on Channel { id } ... on Refusal { code message field } } }`

/** Connects an account of the stand-in and waits until it is connected. */
export async function connectMeta(admin: Person, graph: GraphStandIn, kind: MetaKind, more: object = {}): Promise<string> {
  const { appId, pageId, instagramId, phoneNumberId, businessId } = graph.accounts
  const own = { accessToken: graph.token(), appSecret: graph.appSecret(), apiRoot: graph.apiRoot }
  const page = { ...own, appId, pageId, ...(kind === 'instagram' && { instagramId }) }
  const options = kind === 'whatsapp-cloud' ? { ...own, phoneNumberId, businessId } : page
  const { createChannel } = await admin.get(create, {
    input: { kind: kind.replace('-', '_'), name: kind, options: { ...options, ...more } },
  })
  if (!createChannel.id) throw new Error(JSON.stringify(createChannel))
  await untilState(admin, createChannel.id, 'connected')
  return createChannel.id
}
