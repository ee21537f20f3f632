import { defineStore } from 'pinia'
import type { Group } from '../api/fragments.ts'
import { listGroups } from '../api/operators.ts'
import { inTurn } from './inTurn.ts'

const groups = inTurn(listGroups)

/** The groups of the workspace with their people. */
export const useGroups = defineStore('groups', {
  state: () => ({ byId: {} as Record<string, Group>, loaded: false }),
  getters: {
    all: (state) => Object.values(state.byId).sort((a, b) => a.name.localeCompare(b.name)),
  },
  actions: {
    async load(): Promise<void> {
      const all = await groups.ask()
      if (!all) return
      this.byId = Object.fromEntries(all.map((group) => [group.id, group]))
      this.loaded = true
    },
  },
})
