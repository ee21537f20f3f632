import { defineStore } from 'pinia'
import type { Operator, OperatorNews } from '../api/fragments.ts'
import { listOperators } from '../api/operators.ts'
import { inTurn } from './inTurn.ts'
import { useSession } from './session.ts'

const operators = inTurn(listOperators)

/** The operators of the workspace, those without access included. */
export const useOperators = defineStore('operators', {
  /** `told`: how much had been told when each was last told of; what the feed tells while they are asked for is newer than the answer. */
  state: () => ({ byId: {} as Record<string, Operator>, loaded: false, heard: 0, told: new Map<string, number>() }),
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
      const heard = this.heard
      const listed = await operators.ask()
      if (!listed) return
      this.byId = Object.fromEntries(
        listed.map((operator) => [
          operator.id,
          (this.told.get(operator.id) ?? 0) > heard ? { ...operator, ...this.byId[operator.id], email: operator.email } : operator,
        ]),
      )
      this.loaded = true
      // What became of oneself before the feed began was told to nobody.
      const session = useSession()
      const self = this.byId[session.operator?.id ?? '']
      if (self) session.putOperator(self)
    },
    put(news: OperatorNews): void {
      this.told.set(news.id, ++this.heard)
      this.byId[news.id] = { ...news, email: this.byId[news.id]?.email ?? null }
    },
  },
})
