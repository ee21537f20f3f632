import { defineStore } from 'pinia'

/** `loading`: on the line, not all is here yet. `live`: what is shown is how it is now. */
export type ConnectionStatus = 'connecting' | 'loading' | 'live' | 'lost'

/** Whether the desk is on the line with the hub, and how far it has followed the feed. */
export const useConnection = defineStore('connection', {
  state: () => ({
    status: 'connecting' as ConnectionStatus,
    /** The number of the last event applied. */
    cursor: undefined as number | undefined,
    /** Why the first load failed, until it works. */
    trouble: false,
  }),
})
