import { computed, type Ref, reactive, ref, watch } from 'vue'
import { readChat } from '../api/chats.ts'
import { useChats } from '../stores/chats.ts'
import { useConnection } from '../stores/connection.ts'
import { usePending } from '../stores/pending.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useSession } from '../stores/session.ts'
import { useTimelines } from '../stores/timelines.ts'
import { threadRows } from './threadRows.ts'

/** One more than a page of the timeline can hold is looked for by loading older pages, but not without end. */
const pagesForUnread = 8
const againAfterMs = 3_000

/** Where in a chat is to be looked: a message or comment, and a cursor right before it. */
export interface Spot {
  id: string
  place: string
}

/** The thread of the chosen chat: its rows, loading its past, and having read it. */
export function useThread(chatId: Ref<string | null>, spot: Ref<Spot | null>) {
  const chats = useChats()
  const timelines = useTimelines()
  const pending = usePending()
  const connection = useConnection()
  const session = useSession()
  const preferences = usePreferences()

  const status = ref<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  const unreadFromId = ref<string | null>(null)
  const chat = computed(() => (chatId.value ? chats.byId.get(chatId.value) : undefined))
  const timeline = computed(() => (chatId.value ? timelines.byChat.get(chatId.value) : undefined))
  const rows = computed(() =>
    threadRows(timeline.value?.items ?? [], chatId.value ? pending.of(chatId.value) : [], unreadFromId.value, preferences.movesShown),
  )

  async function open(id: string): Promise<void> {
    status.value = 'loading'
    try {
      if (!(await chats.ensure(id))) return settle(id, 'missing')
      const known = chats.byId.get(id)
      if (id === chatId.value) unreadFromId.value = known && isMine.value ? known.firstUnreadId : null
      if (id !== chatId.value) return
      if (spot.value) {
        // Another place may have been asked for while this one was on its way.
        for (let looked: Spot | null = null; spot.value && spot.value !== looked && id === chatId.value; ) {
          looked = spot.value
          if (!(await ensureSpot(id, looked))) return settle(id, 'missing')
        }
        return settle(id, 'ready')
      }
      const isEndHere = timelines.byChat.get(id)?.hasNewer === false
      if (!isEndHere && !(await timelines.load(id, (known?.unread ?? 0) + 20))) return settle(id, 'missing')
      await loadUpToUnread(id)
      settle(id, 'ready')
    } catch {
      settle(id, 'failed')
    }
  }
  const ensureSpot = async (id: string, { id: itemId, place }: Spot): Promise<boolean> =>
    timelines.byChat.get(id)?.items.some((item) => item.id === itemId) || timelines.loadAround(id, place)
  function settle(id: string, next: typeof status.value): void {
    if (id === chatId.value) status.value = next
  }
  async function loadUpToUnread(id: string): Promise<void> {
    const wanted = unreadFromId.value
    const isHere = () => timelines.byChat.get(id)?.items.some((item) => item.id === wanted)
    for (let page = 0; wanted && !isHere() && page < pagesForUnread && id === chatId.value; page++) await timelines.loadOlder(id)
  }

  const isHeld = computed(() => chat.value?.operator !== undefined && chat.value.operator?.id === session.operator?.id)
  /** Whether one serves it: holds it, or takes part. */
  const isMine = computed(() => isHeld.value || chat.value?.participants.some(({ id }) => id === session.operator?.id) === true)

  /** Chats whose next page in one direction is on its way. */
  const [older, newer] = [reactive(new Set<string>()), reactive(new Set<string>())]
  async function loadOlder(): Promise<void> {
    if (timeline.value?.hasOlder) await loadPage(older, timelines.loadOlder)
  }
  async function loadNewer(): Promise<void> {
    if (timeline.value?.hasNewer) await loadPage(newer, timelines.loadNewer)
  }
  /** Whoever stands at the end of what is here asks again as soon as this is over: where nothing could be had, after a moment. */
  async function loadPage(loading: Set<string>, load: (id: string) => Promise<void>): Promise<void> {
    const id = chatId.value
    if (!id || loading.has(id)) return
    loading.add(id)
    await load(id).catch(() => new Promise((resolve) => setTimeout(resolve, againAfterMs)))
    loading.delete(id)
  }
  /** Comes back from an old place to the end. */
  async function loadEnd(): Promise<void> {
    if (chatId.value && timeline.value?.hasNewer) await timelines.load(chatId.value).catch(() => {})
  }

  /** The message that the hub is being told of. */
  let reading: string | null = null
  /** Tells the hub that the newest message has been seen, if this operator serves the chat. */
  function markRead(): void {
    if (timeline.value?.hasNewer) return
    const last = timeline.value?.items.findLast((item) => item.__typename === 'Message' && item.direction === 'in')
    // A chat that was given to one is opened once, also where a colleague had read it before.
    const isNew = isHeld.value && chat.value?.heldSeen === false
    if (!chat.value || !isMine.value || (chat.value.unread === 0 && !isNew) || !last) return
    if (reading === last.id) return
    reading = last.id
    readChat(chat.value.id, last.id)
      .catch(() => {})
      .finally(() => {
        reading = null
      })
  }

  watch(chatId, (id) => id && connection.cursor !== undefined && void open(id), { immediate: true })
  watch(
    spot,
    (now) =>
      now && chatId.value && status.value === 'ready' && ensureSpot(chatId.value, now).catch(() => settle(chatId.value ?? '', 'failed')),
  )
  // Who holds the chat decides what one may do with it; the feed does not tell, so it is asked.
  watch(
    () =>
      chat.value &&
      [
        chat.value.id,
        chat.value.state,
        chat.value.operator?.id,
        chat.value.group?.id,
        chat.value.participants.map(({ id }) => id).join(),
        chat.value.calmedAt !== null,
        chat.value.closedFully,
        chat.value.may === null,
      ].join(' '),
    (now, before) => {
      const isSameChat = before?.split(' ')[0] === now?.split(' ')[0]
      if (chat.value && (isSameChat || chat.value.may === null)) chats.loadRights(chat.value.id).catch(() => {})
    },
    { immediate: true },
  )
  // After a reset of the feed, and when the line comes up for the first time, everything is asked for anew.
  watch(
    () => connection.cursor !== undefined && chatId.value !== null && (!timeline.value || !chat.value) && status.value !== 'missing',
    (wanted) => wanted && chatId.value && void open(chatId.value),
  )
  watch(
    () => connection.status,
    (now) => {
      if (now !== 'live' || !chatId.value) return
      if (status.value === 'failed') void open(chatId.value)
      if (chat.value) chats.loadRights(chatId.value).catch(() => {})
    },
  )

  return {
    chat,
    timeline,
    rows,
    status,
    unreadFromId,
    isMine,
    loadOlder,
    loadingOlder: computed(() => chatId.value !== null && older.has(chatId.value)),
    loadNewer,
    loadingNewer: computed(() => chatId.value !== null && newer.has(chatId.value)),
    loadEnd,
    markRead,
    retry: () => chatId.value && void open(chatId.value),
  }
}
