import { defineStore } from 'pinia'

/** How often something has changed since the desk was opened: whoever shows it asks anew. */
export const useChanges = defineStore('changes', { state: () => ({ blocks: 0, requests: 0 }) })
