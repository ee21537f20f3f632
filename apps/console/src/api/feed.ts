import { stringifyDocument } from '@urql/vue'
import { type Client, createClient } from 'graphql-ws'
import {
  activityFields,
  alertFields,
  bulkRunFields,
  channelFields,
  chatNews,
  commentNews,
  customerFields,
  fileNews,
  messageNews,
  noteFields,
  operatorNews,
  tagFields,
  workspaceFields,
} from './fragments.ts'
import { graphql, type ResultOf } from './graphql.ts'

const feedSubscription = graphql(
  `
  subscription Feed($after: Int) {
    feed(after: $after) {
      cursor
      reset
      signal { kind chatId on text operator { id name avatarUrl } }
      event {
        type at goneChatId
        chat { ...ChatNews }
        message { ...MessageNews }
        comment { ...CommentNews }
        activity { ...ActivityFields }
        customer { ...CustomerFields }
        note { ...NoteFields }
        operator { ...OperatorNews }
        alert { ...AlertFields }
        tag { ...TagFields }
        goneTag { id intoId }
        group { id }
        channel { ...ChannelFields }
        workspace { ...WorkspaceFields }
        file { ...FileNews }
        bulkRun { ...BulkRunFields }
      }
    }
  }
`,
  [
    chatNews,
    messageNews,
    commentNews,
    activityFields,
    customerFields,
    noteFields,
    operatorNews,
    alertFields,
    tagFields,
    channelFields,
    workspaceFields,
    fileNews,
    bulkRunFields,
  ],
)
export type FeedFrame = ResultOf<typeof feedSubscription>['feed']
export type FeedEvent = NonNullable<FeedFrame['event']>

export interface FeedOptions {
  workspace: string
  /** The cursor of the last frame applied; undefined asks for no replay. */
  after: () => number | undefined
  onFrame: (frame: FeedFrame) => void
  /** The line is down; the feed tries again by itself. */
  onLost: () => void
  /** The session or the right to this workspace has ended; the feed does not try again. */
  /** Whether the browser is still signed in, when the hub has ended the line's session. */
  isSignedIn: () => Promise<boolean>
  onEnded: (why: 'signed_out' | 'forbidden') => void
}

const closeCodes = { signedOut: 4401, forbidden: 4403 }
const pingEveryMs = 4_000
const silenceAllowedMs = 9_000
const waitMs = { least: 500, most: 15_000 }

/** Full jitter between half a second and a doubling limit, so that a thousand desks do not come back at once. */
export function reconnectDelay(attempt: number, random = Math.random()): number {
  const ceiling = Math.min(waitMs.most, 1_000 * 2 ** attempt)
  return waitMs.least + random * (ceiling - waitMs.least)
}

/** Follows the feed until the returned function is called: connects, resumes, and notices a line that is only half open. */
export function followFeed(options: FeedOptions): () => void {
  let ended = false
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let client: Client | undefined

  function connect(): void {
    clearTimeout(timer)
    if (ended) return
    client?.terminate()
    client = openLine(options, { heard: () => (attempt = 0), lost: onLineLost })
  }
  function onLineLost(from: Client, code: number | undefined): void {
    if (ended || from !== client) return
    client = undefined
    if (code === closeCodes.forbidden) {
      options.onEnded('forbidden')
      return
    }
    options.onLost()
    timer = setTimeout(code === closeCodes.signedOut ? () => void makeSure() : connect, reconnectDelay(attempt++))
  }
  /** A password that was changed in this browser ends its session and begins another: its line is opened again. */
  async function makeSure(): Promise<void> {
    const isSignedIn = await options.isSignedIn()
    if (ended || client) return
    if (isSignedIn) connect()
    else options.onEnded('signed_out')
  }
  const onBack = () => client === undefined && connect()
  const onGone = () => client?.terminate()

  addEventListener('online', onBack)
  addEventListener('offline', onGone)
  connect()
  return () => {
    ended = true
    clearTimeout(timer)
    removeEventListener('online', onBack)
    removeEventListener('offline', onGone)
    client?.terminate()
  }
}

function openLine(options: FeedOptions, told: { heard: () => void; lost: (from: Client, code: number | undefined) => void }): Client {
  let heardAt = Date.now()
  let over = false
  const heard = () => {
    heardAt = Date.now()
  }
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { workspace: options.workspace },
    connectionAckWaitTimeout: silenceAllowedMs,
    retryAttempts: 0,
    keepAlive: pingEveryMs,
    on: { message: heard, pong: heard, opened: heard, ping: heard },
  })
  const watchdog = setInterval(() => Date.now() - heardAt > silenceAllowedMs && finish(), 1_000)
  const finish = (reason?: unknown) => {
    if (over) return
    over = true
    clearInterval(watchdog)
    told.lost(client, codeOf(reason))
    client.terminate()
  }
  client.subscribe<{ feed: FeedFrame }>(
    { query: stringifyDocument(feedSubscription), variables: { after: options.after() } },
    {
      next: ({ data, errors }) => {
        if (!data) return finish(errors)
        told.heard()
        options.onFrame(data.feed)
      },
      error: finish,
      complete: finish,
    },
  )
  return client
}

/** The close code of a lost line, or the one that an error of the subscription stands for. */
function codeOf(reason: unknown): number | undefined {
  if (Array.isArray(reason)) return reason.some((error) => error?.extensions?.code === 'signed_out') ? closeCodes.signedOut : undefined
  return typeof reason === 'object' && reason !== null && 'code' in reason && typeof reason.code === 'number' ? reason.code : undefined
}
