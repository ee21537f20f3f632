import type { Filter } from '@parley/schema/filter'
import { defineStore } from 'pinia'

/** Chats of the list that are chosen, to do something to all of them. */
export const useSelection = defineStore('selection', {
  state: () => ({
    ids: new Set<string>(),
    /** Choosing has begun, though nothing may be chosen yet. */
    begun: false,
    /** The chat that was chosen last: a range begins there. */
    anchor: null as string | null,
    /** Chosen is all that fits, whether this screen has loaded it or not. */
    all: null as { filter: Filter; count: number; isCapped: boolean } | null,
    /** Counted with each choice: an answer to an earlier one chooses nothing more. */
    turn: 0,
  }),
  actions: {
    clear(): void {
      const { turn } = this
      this.$reset()
      this.turn = turn + 1
    },
    /** Something is being done to these; what else has been chosen stays so. */
    end(ids: string[], all: (typeof this)['all']): void {
      for (const id of ids) this.ids.delete(id)
      if (this.all === all) this.all = null
      if (this.ids.size === 0 && this.all === null) this.clear()
    },
  },
})
