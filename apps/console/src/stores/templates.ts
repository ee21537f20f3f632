import { defineStore } from 'pinia'

/** How often templates and pictures have changed since the desk was opened: whoever shows them asks anew. */
export const useTemplateNews = defineStore('templateNews', {
  state: () => ({ templates: 0, library: 0 }),
  actions: {
    /** Nobody knows what has changed. */
    all(): void {
      this.$patch({ templates: this.templates + 1, library: this.library + 1 })
    },
  },
})
