import { computed, ref } from 'vue'
import { createChannel, updateChannel } from '../api/channels.ts'
import { useChannels } from '../stores/channels.ts'
import { useAction } from './useAction.ts'

/** Connecting channels and changing them. */
export function useChannelSettings() {
  const channels = useChannels()
  const failed = ref(false)
  const modules = computed(() => channels.settings?.channelModules ?? [])
  const detailsOf = (id: string) => channels.settings?.channels.find((channel) => channel.id === id)
  async function load(): Promise<void> {
    failed.value = false
    await channels.loadSettings().catch(() => (failed.value = true))
  }
  void load()
  return { channels, modules, detailsOf, failed, load, create: useAction(createChannel), update: useAction(updateChannel) }
}
