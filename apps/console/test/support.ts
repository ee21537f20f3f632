import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, vi } from 'vitest'
import type { FeedEvent, FeedFrame } from '../src/api/feed.ts'
import type { Chat, MessageFile, MessageNews, OperatorNews } from '../src/api/fragments.ts'
import { useSession } from '../src/stores/session.ts'

export const me = 'operator-me'

/** A storage as the browser's, but in memory. */
function memoryStorage(): Storage {
  const storage = Object.create({
    getItem: (key: string) => storage[key] ?? null,
    setItem: (key: string, value: string) => {
      storage[key] = String(value)
    },
    removeItem: (key: string) => {
      delete storage[key]
    },
  }) as Storage & Record<string, string>
  return storage
}

/** What the hub answers to each operation, by its name; an operation without an answer cannot be reached. */
export type Answers = Record<string, (variables: Record<string, unknown>) => unknown>
let answers: Answers = {}
export function hubAnswers(next: Answers): void {
  answers = next
}

export const colleague = (id: string, name: string): OperatorNews => ({
  id,
  name,
  role: 'operator',
  limited: false,
  presence: 'online',
  presenceSince: '2026-01-01T12:00:00.000Z',
  avatarUrl: null,
  languages: [],
  load: 0,
  capacity: 5,
  ownCapacity: null,
  active: true,
  joined: true,
  groups: [],
})

/** Every test starts with an empty desk of the operator `me`, a storage of its own and a hub that answers what it is told to. */
export function freshDesk(): void {
  beforeEach(() => {
    answers = {}
    vi.stubGlobal('localStorage', memoryStorage())
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      const { operationName, variables } = JSON.parse(String(init.body)) as { operationName: string; variables: Record<string, unknown> }
      const answer = answers[operationName]
      if (!answer) throw new TypeError(`${operationName} cannot reach the hub`)
      return new Response(JSON.stringify({ data: await answer(variables) }), { headers: { 'content-type': 'application/json' } })
    })
    setActivePinia(createPinia())
    useSession().$patch({
      operator: { ...colleague(me, 'Ana'), email: null },
      workspace: { id: 'w', slug: 'loja', name: 'Loja', language: 'pt_BR', waitingAfterMinutes: 5 },
    })
  })
}

/** Answers that are given one by one, when the test says so, in the order of the questions. */
export function held() {
  const waiting: ((answer: unknown) => void)[] = []
  return {
    answer: () => new Promise<unknown>((resolve) => waiting.push(resolve)),
    give: async (question: number, answer: unknown) => {
      await expect.poll(() => waiting.length).toBeGreaterThan(question)
      waiting[question]?.(answer)
    },
  }
}

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 12, n)).toISOString()

export function chat(id: string, over: Partial<Chat> & { minute?: number } = {}): Chat {
  const at = minute(over.minute ?? 0)
  const { minute: _minute, ...fields } = over
  return {
    id,
    number: 1,
    state: 'serving',
    openedAt: at,
    closedAt: null,
    lastMessageAt: at,
    waitingSince: null,
    unread: 0,
    firstUnreadId: null,
    replyWindowEndsAt: null,
    closedFully: false,
    snoozedAt: null,
    snoozedUntil: null,
    calmedAt: null,
    threadKind: 'direct',
    elsewhereSince: null,
    handOver: null,
    missedAt: null,
    channel: { id: 'channel', kind: 'web', name: 'Site' },
    tags: [],
    customer: { id: `customer of ${id}`, name: 'Maria', tags: [] },
    operator: { id: me, name: 'Ana', avatarUrl: null },
    group: null,
    participants: [],
    heldSeen: true,
    lastMessage: null,
    may: {
      reply: true,
      comment: true,
      commentToOperator: false,
      take: true,
      takeOver: false,
      transfer: true,
      share: true,
      leave: false,
      close: true,
      reopen: true,
      snooze: true,
      calm: true,
      handOver: false,
      block: true,
      transcript: false,
    },
    ...fields,
  }
}

export function message(id: string, over: Partial<MessageNews> & { minute?: number } = {}): MessageNews {
  const { minute: at, ...fields } = over
  return {
    __typename: 'Message',
    id,
    chatId: 'a',
    changes: [],
    direction: 'in',
    authorKind: 'customer',
    authorName: 'Maria',
    text: id,
    at: minute(at ?? 0),
    position: 0,
    platformAt: null,
    editedAt: null,
    removedAt: null,
    late: false,
    albumId: null,
    unsupported: null,
    delivery: null,
    clientId: null,
    signature: null,
    letter: null,
    operator: null,
    files: [],
    replyTo: null,
    location: null,
    contacts: [],
    referral: [],
    reactions: [],
    buttons: [],
    failure: null,
    ...fields,
  }
}

export function file(id: string, over: Partial<MessageFile> = {}): MessageFile {
  return {
    id,
    name: `${id}.png`,
    mime: 'image/png',
    size: 10,
    kind: 'image',
    state: 'stored',
    width: 1,
    height: 1,
    durationMs: null,
    url: `/files/${id}`,
    thumbnailUrl: null,
    letter: false,
    goneReason: null,
    ...over,
  }
}

/** A frame of the feed; without an event it is the first one. */
export function frame(cursor: number, event?: Partial<FeedEvent>, over: Partial<FeedFrame> = {}): FeedFrame {
  const empty = {
    goneChatId: null,
    chat: null,
    message: null,
    comment: null,
    activity: null,
    customer: null,
    note: null,
    operator: null,
    alert: null,
    tag: null,
    goneTag: null,
    group: null,
    channel: null,
    workspace: null,
    file: null,
    bulkRun: null,
  }
  return {
    cursor,
    reset: false,
    signal: null,
    event: event ? { type: 'message_received', at: minute(0), ...empty, ...event } : null,
    ...over,
  }
}

/** A page of chats as the hub lists them. */
export function pageOf(chats: Chat[], hasNextPage = false) {
  return { chats: { edges: chats.map((node) => ({ node })), pageInfo: { hasNextPage, endCursor: chats.at(-1)?.id ?? null } } }
}

/** The end of a timeline as the hub lists it. */
export function timelineOf(id: string, messages: MessageNews[], hasPreviousPage = false) {
  return {
    chat: {
      id,
      timeline: { edges: messages.map((node) => ({ node })), pageInfo: { hasPreviousPage, startCursor: messages[0]?.id ?? null } },
    },
  }
}
