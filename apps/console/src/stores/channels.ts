import type { Capabilities } from '@parley/schema/connector'
import { defineStore } from 'pinia'
import { type ChannelSettings, listChannelSettings, listChannels } from '../api/channels.ts'
import type { Channel } from '../api/fragments.ts'
import { inTurn } from './inTurn.ts'

const channels = inTurn(listChannels)

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
      const all = await channels.ask()
      if (!all) return
      this.byId = Object.fromEntries(all.map((channel) => [channel.id, channel]))
      this.loaded = true
    },
    async loadSettings(): Promise<void> {
      this.settings = await listChannelSettings()
    },
    put(channel: Channel): void {
      if (channel.removedAt) delete this.byId[channel.id]
      else this.byId[channel.id] = channel
      channels.told(this.load)
    },
    /** What the channel can; undefined while it is not known. */
    capabilities(id: string): Capabilities | undefined {
      return this.byId[id]?.capabilities as Capabilities | undefined
    },
  },
})
