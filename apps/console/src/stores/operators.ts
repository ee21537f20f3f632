import { defineStore } from 'pinia'
import type { Operator, OperatorNews } from '../api/fragments.ts'
import { listOperators } from '../api/operators.ts'
import { useSession } from './session.ts'

/** The operators of the workspace, those without access included. */
export const useOperators = defineStore('operators', {
  /** `told`: those the feed told of while they were asked for; what it tells is newer than the answer. */
  state: () => ({ byId: {} as Record<string, Operator>, loaded: false, told: new Set<string>() }),
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
      const told = new Set<string>()
      this.told = told
      const listed = await listOperators()
      this.byId = Object.fromEntries(
        listed.map((operator) => [
          operator.id,
          told.has(operator.id) ? { ...operator, ...this.byId[operator.id], email: operator.email } : operator,
        ]),
      )
      this.loaded = true
      // What became of oneself before the feed began was told to nobody.
      const session = useSession()
      const self = this.byId[session.operator?.id ?? '']
      if (self) session.putOperator(self)
    },
    put(news: OperatorNews): void {
      this.told.add(news.id)
      this.byId[news.id] = { ...news, email: this.byId[news.id]?.email ?? null }
    },
  },
})
