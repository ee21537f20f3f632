import { defineStore } from 'pinia'

/** How often something has changed since the desk was opened: whoever shows it asks anew. */
export const useChanges = defineStore('changes', {
  state: () => ({ blocks: 0, requests: 0, tagging: 0, merges: 0 }),
  actions: {
    /** Nobody knows what has changed. */
    all(): void {
      this.$patch({ blocks: this.blocks + 1, requests: this.requests + 1, tagging: this.tagging + 1, merges: this.merges + 1 })
    },
  },
})
