import { defineStore } from 'pinia'
import type { Group } from '../api/fragments.ts'
import { listGroups } from '../api/operators.ts'

/** The groups of the workspace with their people. */
export const useGroups = defineStore('groups', {
  state: () => ({ byId: {} as Record<string, Group>, loaded: false }),
  getters: {
    all: (state) => Object.values(state.byId).sort((a, b) => a.name.localeCompare(b.name)),
  },
  actions: {
    async load(): Promise<void> {
      this.byId = Object.fromEntries((await listGroups()).map((group) => [group.id, group]))
      this.loaded = true
    },
  },
})
