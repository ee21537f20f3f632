import type { Capabilities } from '@parley/schema/connector'
import { defineStore } from 'pinia'
import { type ChannelSettings, listChannelSettings, listChannels } from '../api/channels.ts'
import type { Channel } from '../api/fragments.ts'

interface State {
  byId: Record<string, Channel>
  loaded: boolean
  settings: ChannelSettings | null
}

/** The channels of the workspace; `settings` is what admins see beside them, asked by the settings page. */
export const useChannels = defineStore('channels', {
  state: (): State => ({ byId: {}, loaded: false, settings: null }),
  getters: {
    all: (state) => Object.values(state.byId).sort((a, b) => a.name.localeCompare(b.name)),
  },
  actions: {
    async load(): Promise<void> {
      this.byId = Object.fromEntries((await listChannels()).map((channel) => [channel.id, channel]))
      this.loaded = true
    },
    async loadSettings(): Promise<void> {
      this.settings = await listChannelSettings()
    },
    put(channel: Channel): void {
      if (channel.removedAt) delete this.byId[channel.id]
      else this.byId[channel.id] = channel
    },
    /** What the channel can; undefined while it is not known. */
    capabilities(id: string): Capabilities | undefined {
      return this.byId[id]?.capabilities as Capabilities | undefined
    },
  },
})
