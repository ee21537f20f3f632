import { defineStore } from 'pinia'
import type { Operator, OperatorNews } from '../api/fragments.ts'
import { listOperators } from '../api/operators.ts'
import { useSession } from './session.ts'

/** The operators of the workspace, those without access included. */
export const useOperators = defineStore('operators', {
  state: () => ({ byId: {} as Record<string, Operator>, loaded: false }),
  getters: {
    all: (state) => Object.values(state.byId).sort((a, b) => a.name.localeCompare(b.name)),
    /** Those a chat may be handed to now. */
    takers(): Operator[] {
      const offlineToo = useSession().workspace?.transferOffline ?? false
      return this.all.filter(({ active, presence }) => active && (offlineToo || presence !== 'offline'))
    },
  },
  actions: {
    async load(): Promise<void> {
      this.byId = Object.fromEntries((await listOperators()).map((operator) => [operator.id, operator]))
      this.loaded = true
    },
    put(news: OperatorNews): void {
      this.byId[news.id] = { ...news, email: this.byId[news.id]?.email ?? null }
    },
  },
})
