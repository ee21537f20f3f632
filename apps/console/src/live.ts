import { type FeedEvent, type FeedFrame, followFeed } from './api/feed.ts'
import { findAccount } from './api/workspace.ts'
import { useAlerts } from './stores/alerts.ts'
import { useBulkRuns } from './stores/bulkRuns.ts'
import { useChanges } from './stores/changes.ts'
import { useChannels } from './stores/channels.ts'
import { useChats } from './stores/chats.ts'
import { useClosing } from './stores/closing.ts'
import { useConnection } from './stores/connection.ts'
import { useCustomerFields } from './stores/customerFields.ts'
import { useCustomers } from './stores/customers.ts'
import { useFiltered } from './stores/filtered.ts'
import { useGroups } from './stores/groups.ts'
import { useNews } from './stores/news.ts'
import { useNotes } from './stores/notes.ts'
import { useOperators } from './stores/operators.ts'
import { usePending } from './stores/pending.ts'
import { useProfile } from './stores/profile.ts'
import { useSavedFilters } from './stores/savedFilters.ts'
import { useSession } from './stores/session.ts'
import { useSignals } from './stores/signals.ts'
import { useTags } from './stores/tags.ts'
import { useTemplateNews } from './stores/templates.ts'
import { useTimelines } from './stores/timelines.ts'

const countsEveryMs = 1_000
const agesEveryMs = 15_000

/**
 * Keeps the stores as the hub is: loads what every desk needs, then follows the feed. The only writer of server state.
 * Answers with the function that ends it.
 */
export function startLive(workspace: string, onEnded: (why: 'signed_out' | 'forbidden') => void): () => void {
  const connection = useConnection()
  const chats = useChats()
  connection.$reset()
  clearServerState()
  const counts = recount()
  const life = { over: false }
  // Nothing is counted for tabs that nobody sees.
  const onSight = () => document.hidden || useSavedFilters().countSoon()
  document.addEventListener('visibilitychange', onSight)
  const stopFeed = followFeed({
    workspace,
    after: () => connection.cursor,
    onFrame: (frame) => {
      const fresh = connection.cursor === undefined || frame.reset
      applyFrame(frame, counts.soon)
      if (connection.status === 'lost') {
        askOwed()
        counts.soon()
      }
      if (fresh) void loadAnew(life)
      else if (connection.status !== 'loading') connection.status = 'live'
    },
    onLost: () => {
      connection.status = 'lost'
    },
    isSignedIn: () =>
      findAccount().then(
        (account) => account !== null,
        () => true,
      ),
    onEnded,
  })
  const ages = setInterval(() => {
    if (chats.refileByAge()) counts.soon()
    askOwed()
  }, agesEveryMs)
  return () => {
    life.over = true
    owed.clear()
    document.removeEventListener('visibilitychange', onSight)
    stopFeed()
    counts.stop()
    clearInterval(ages)
  }
}

/** What an event made worth asking and the hub has not answered yet, by name. */
const owed = new Map<string, { load: () => Promise<unknown> }>()
function askFor(name: string, load: () => Promise<unknown>): void {
  const asking = { load }
  owed.set(name, asking)
  load().then(
    () => owed.get(name) === asking && owed.delete(name),
    () => {},
  )
}
/** Asks again for what could not be asked while the line was down. */
export function askOwed(): void {
  useTimelines().renewOwed()
  for (const [name, { load }] of owed) askFor(name, load)
}

/** Applies one frame of the feed: once, in order, and only if it is newer than what is shown. */
export function applyFrame(frame: FeedFrame, chatsChanged: () => void = () => {}): void {
  const connection = useConnection()
  if (frame.signal) {
    applySignal(frame.signal)
    return
  }
  if (frame.reset || connection.cursor === undefined) {
    if (frame.reset) {
      clearServerState()
      useChanges().all()
      useTemplateNews().all()
    }
    connection.cursor = frame.cursor
    return
  }
  if (frame.cursor <= connection.cursor) return
  connection.cursor = frame.cursor
  if (frame.event) applyEvent(frame.event, frame.cursor, chatsChanged)
}

function applySignal({ kind, chatId, operator, on, text }: NonNullable<FeedFrame['signal']>): void {
  if (kind === 'typing') useSignals().put({ chatId, operator, text }, on)
  else if (operator) useSignals().view({ chatId, operator }, on)
}

function applyEvent(event: FeedEvent, cursor: number, chatsChanged: () => void): void {
  if (event.goneChatId) {
    dropChat(event.goneChatId, cursor)
    chatsChanged()
    return
  }
  applyChat(event, cursor)
  if (event.chat) {
    useFiltered().touch(event.chat.id)
    chatsChanged()
  }
  if (event.customer) {
    if (event.type === 'customer_merged') {
      useNotes().renew(event.customer.id)
      useChanges().merges += 1
    }
    useCustomers().put(event.customer, cursor)
    for (const chat of useChats().byId.values())
      if (chat.customer.id === event.customer.id) useTimelines().renameCustomer(chat.id, chat.customer.name, event.customer.name)
    useChats().putCustomer(event.customer)
    useFiltered().customerChanged()
  }
  if (event.note) useNotes().put(event.note)
  if (event.type === 'field_changed') askFor('fields', useCustomerFields().changed)
  applyTag(event)
  if (event.alert) applyAlert(event)
  if (event.bulkRun) useBulkRuns().put(event.bulkRun)
  if (event.type === 'message_delivery') useNews().deliveries += 1
  if (event.type === 'filter_changed') askFor('filters', useSavedFilters().load)
  if (event.type === 'template_changed') useTemplateNews().templates += 1
  if (event.type === 'block_changed') useChanges().blocks += 1
  if (event.type === 'request_changed') useChanges().requests += 1
  if (event.type === 'chat_tagged' || event.customer) useChanges().tagging += 1
  if (event.type === 'library_changed') useTemplateNews().library += 1
  applyClosing(event)
  if (event.channel) useChannels().put(event.channel)
  if (event.workspace) useSession().putWorkspace(event.workspace)
  if (event.file) useTimelines().putFile(event.file, cursor)
  if (event.operator) applyOperator(event.operator)
  if (event.type === 'profile_changed') askFor('profile', useProfile().load)
  if (event.type === 'group_changed' || event.type === 'operator_changed') sightChanged(event, chatsChanged)
}

/** One that was read elsewhere and is not known here only changes the count. */
function applyAlert({ alert, type }: FeedEvent): void {
  const alerts = useAlerts()
  if (!alert) return
  if (type === 'alert_added' || alerts.all.some(({ id }) => id === alert.id)) alerts.put(alert)
  else askFor('alerts', alerts.load)
}

function applyTag({ tag, goneTag }: FeedEvent): void {
  if (tag) useTags().put(tag)
  if (!goneTag) return
  useTags().drop(goneTag.id)
  useChats().replaceTag(goneTag.id, goneTag.intoId)
  useCustomers().replaceTag(goneTag.id, goneTag.intoId)
  useFiltered().reload()
}

function applyClosing({ type, chat }: FeedEvent): void {
  if (type === 'chat_form' && chat) useClosing().touch(chat.id)
  if (type === 'form_changed' || type === 'workspace_changed') askFor('closing', useClosing().load)
}

function applyOperator(news: NonNullable<FeedEvent['operator']>): void {
  const before = useOperators().byId[news.id]
  useOperators().put(news)
  useSession().putOperator(news)
  const now = useOperators().byId[news.id]
  if (!before || !now || (before.name === now.name && before.avatarUrl === now.avatarUrl)) return
  for (const store of [useChats(), useTimelines(), useNotes(), useAlerts()]) store.putOperator(now)
}

/** Who belongs where decides which chats one sees, so the lists are asked anew. */
function sightChanged(event: FeedEvent, chatsChanged: () => void): void {
  askFor('groups', useGroups().load)
  if (event.type === 'operator_changed' && event.operator?.id !== useSession().operator?.id) return
  useChats().clearSections()
  useFiltered().reload()
  chatsChanged()
}

function applyChat(event: FeedEvent, cursor: number): void {
  const { chat, message, comment, activity } = event
  const before = chat && useChats().byId.get(chat.id)
  if (chat) useChats().put(chat, cursor)
  if (chat && before) useTimelines().renameCustomer(chat.id, before.customer.name, chat.customer.name)
  if (chat && activity) useTimelines().put(chat.id, activity, cursor)
  // Some of what was said there is in another chat now.
  if (chat && (activity?.continuesIn || event.type === 'chat_parted') && useTimelines().byChat.has(chat.id))
    askFor(`timeline ${chat.id}`, () => useTimelines().load(chat.id))
  if (comment) useTimelines().put(comment.chatId, comment, cursor)
  if (message) {
    useTimelines().put(message.chatId, message, cursor)
    if (message.clientId) usePending().remove(message.clientId)
    if (event.type === 'message_received') useSignals().stop(message.chatId, null)
    if (event.type === 'message_sent' && message.operator) useSignals().stop(message.chatId, message.operator.id)
  }
  if (chat) useNews().tell({ event, before: before ?? null, chat })
}

function dropChat(chatId: string, cursor: number): void {
  const chat = useChats().byId.get(chatId)
  useChats().drop(chatId, cursor)
  useTimelines().drop(chatId, cursor)
  useFiltered().drop(chatId)
  if (chat) useNews().gone(chat)
}

function clearServerState(): void {
  useChats().clear()
  useTimelines().clear()
  useCustomers().clear()
  useNotes().clear()
  useCustomerFields().clear()
  useAlerts().clear()
  useBulkRuns().clear()
  useSavedFilters().clear()
}

/** Loads what every desk needs; what the feed tells meanwhile is newer and stays. */
async function loadAnew(life: { over: boolean }, attempt = 0): Promise<void> {
  const connection = useConnection()
  if (life.over) return
  connection.status = 'loading'
  try {
    await Promise.all([
      useSession().renewWorkspace(),
      useOperators().load(),
      useGroups().load(),
      useChannels().load(),
      useTags().load(),
      useAlerts().load(),
      useProfile().load(),
      useClosing().load(),
      useSavedFilters().load(),
      useBulkRuns().load(),
      useChats().loadCounts(),
    ])
    connection.trouble = false
    if (connection.status === 'loading') connection.status = 'live'
  } catch {
    connection.trouble = true
    setTimeout(() => void loadAnew(life, attempt + 1), Math.min(15_000, 1_000 * 2 ** attempt))
  }
}

/** Counts the sections anew, at most once a second however much happens. */
function recount() {
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = () => {
    useSavedFilters().countSoon()
    timer ??= setTimeout(() => {
      timer = undefined
      useChats()
        .loadCounts()
        .catch(() => {})
    }, countsEveryMs)
  }
  return { soon, stop: () => clearTimeout(timer) }
}
