import {
  acknowledgeMutation,
  describeMutation,
  olderQuery,
  sendMutation,
  siteQuery,
  snapshotQuery,
  startMutation,
  typingMutation,
} from '../documents.ts'
import type { Given, Message, MessagePage, Site, Snapshot, Visitor } from '../types.ts'
import { command, type Hub } from './hub.ts'

/** What the visitor's chat asks of the hub, one function each. */

/** Messages at once; the hub counts what each could carry and refuses a visitor who asks for much more. */
const pageSize = 20

export interface Sending {
  clientId: string
  text?: string
  fileIds?: string[]
  pageUrl?: string
  pageTitle?: string
}

export interface Starting {
  key: string
  values: Given[]
  language: string
  pageUrl?: string
  pageTitle?: string
}

/** Who is known from now on. */
export interface Started {
  token: string
  visitor: Visitor
}

export function createCalls(hub: Hub) {
  return {
    site: (key: string) => hub.ask<{ site: Site | null }>(siteQuery, { key }),

    snapshot: (key: string) => hub.ask<Snapshot>(snapshotQuery, { key, last: pageSize }),

    /** The page that ends before the cursor, or the newest one; undefined when it could not be had. */
    async pageBefore(before: string | null): Promise<MessagePage | undefined> {
      type Older = { visitor: { chat: { messages: MessagePage } | null } | null }
      const answer = await hub.ask<Older>(olderQuery, { last: pageSize, before })
      return answer.kind === 'done' ? answer.data.visitor?.chat?.messages : undefined
    },

    start: (input: Starting) => command<Started>(hub, startMutation, input),

    /** `bySite`: the page says it, not he. */
    describe: (values: Given[], bySite = false) => command<Visitor>(hub, describeMutation, { values, bySite }),

    send: (input: Sending) => command<Message>(hub, sendMutation, input),

    acknowledge: (messageId: string, read: boolean) => hub.ask(acknowledgeMutation, { messageId, read }),

    typing: (on: boolean, text?: string) => hub.ask(typingMutation, { on, text }),
  }
}

export type Calls = ReturnType<typeof createCalls>
