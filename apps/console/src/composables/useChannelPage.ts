import { computed, onScopeDispose, ref, watch } from 'vue'
import {
  type ChannelHealth,
  checkChannel,
  findChannelHealth,
  previewRemoval,
  type RemovalPreview,
  removeChannel,
  sendTestMessage,
} from '../api/channelHealth.ts'
import { renewIdentitySecret, updateChannel } from '../api/channels.ts'
import type { Message } from '../api/fragments.ts'
import { findMessage } from '../api/messages.ts'
import { useChannels } from '../stores/channels.ts'
import { inTurn } from '../stores/inTurn.ts'
import { useAction } from './useAction.ts'

const figuresEveryMs = 10_000
const lookEveryMs = 700
const followMs = 60_000

/** One channel: how it is, kept fresh while it is looked at, and what an admin does with it. */
export function useChannelPage(channelId: () => string) {
  const channels = useChannels()
  const health = ref<ChannelHealth | null>(null)
  const status = ref<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  const removal = ref<RemovalPreview | null>(null)
  /** Made just now; shown until the page is left. */
  const identitySecret = ref<string | null>(null)
  /** The feed knows the channel's state before the next look does. */
  const channel = computed(() => channels.byId[channelId()] ?? health.value?.channel ?? null)

  const latest = inTurn(() => findChannelHealth(channelId()))
  async function load(): Promise<void> {
    const id = channelId()
    const told = channels.byId[id]
    try {
      const found = await latest.ask()
      if (!found || id !== channelId()) return
      health.value = found
      // What the feed told meanwhile is newer.
      if (channels.byId[id] === told) channels.put(found.channel)
      status.value = 'ready'
    } catch {
      if (id !== channelId()) return
      if (channels.loaded && !channels.byId[id]) status.value = 'missing'
      else if (status.value !== 'ready') status.value = 'failed'
    }
  }
  watch(
    channelId,
    () => {
      status.value = 'loading'
      health.value = null
      identitySecret.value = null
      void load()
    },
    { immediate: true },
  )
  const timer = setInterval(() => void load(), figuresEveryMs)
  onScopeDispose(() => clearInterval(timer))

  const test = useAction(sendTestMessage)
  const tested = ref<{ delivery: Message['delivery']; words: string | null; id: string } | null>(null)
  /** Sends it and follows what becomes of it. */
  async function tryOut(chatId: string): Promise<void> {
    tested.value = null
    const sent = await test.run(chatId)
    if (sent?.__typename !== 'Message') return
    for (const end = Date.now() + followMs; Date.now() < end; ) {
      const message = await findMessage(sent.id).catch(() => null)
      if (message)
        tested.value = { id: sent.id, delivery: message.delivery, words: message.failure?.platform ?? message.failure?.words ?? null }
      if (!message || !['queued', 'sending', 'sent'].includes(message.delivery ?? '')) return
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  }
  const renewal = useAction(renewIdentitySecret)
  async function renewSecret(): Promise<void> {
    const made = await renewal.run(channelId())
    if (made?.__typename !== 'IdentitySecret') return
    identitySecret.value = made.secret
    await load()
  }
  async function askRemoval(): Promise<void> {
    removal.value = null
    removal.value = await previewRemoval(channelId()).catch(() => null)
  }
  return {
    channel,
    health,
    status,
    load,
    update: useAction(updateChannel),
    check: useAction(checkChannel),
    test,
    tested,
    tryOut,
    renewal,
    identitySecret,
    renewSecret,
    removal,
    askRemoval,
    remove: useAction(removeChannel),
  }
}
