import { acknowledgeMutation, olderQuery, sendMutation, siteQuery, snapshotQuery, startMutation, typingMutation } from '../documents.ts'
import type { Message, MessagePage, Refusal, Site, Snapshot, Visitor } from '../types.ts'
import { type Answer, type Hub, passing } from './hub.ts'

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
  name: string
  email: string
  language: string
  pageUrl?: string
  pageTitle?: string
}

type Refused = Refusal & { __typename: 'Refusal' }
type Started = { __typename: 'StartVisitorSuccess'; token: string; visitor: Visitor }

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

    async start(input: Starting): Promise<Answer<Omit<Started, '__typename'>>> {
      const answer = await hub.ask<{ startVisitor: Started | Refused }>(startMutation, { input })
      if (answer.kind !== 'done') return answer
      const { startVisitor } = answer.data
      return startVisitor.__typename === 'Refusal' ? { kind: 'refused', refusal: startVisitor } : { kind: 'done', data: startVisitor }
    },

    async send(input: Sending): Promise<Answer<Message>> {
      const answer = await hub.ask<{ sendMessage: (Message & { __typename: 'VisitorMessage' }) | Refused }>(sendMutation, { input })
      if (answer.kind !== 'done') return answer
      const { __typename, ...result } = answer.data.sendMessage
      if (__typename !== 'Refusal') return { kind: 'done', data: result as Message }
      const refusal = result as Refusal
      return passing.includes(refusal.code) ? { kind: 'later', fault: refusal.code === 'defect' } : { kind: 'refused', refusal }
    },

    acknowledge: (messageId: string, read: boolean) => hub.ask(acknowledgeMutation, { messageId, read }),

    typing: (on: boolean) => hub.ask(typingMutation, { on }),
  }
}

export type Calls = ReturnType<typeof createCalls>
