import { defineStore } from 'pinia'
import { listAlerts } from '../api/alerts.ts'
import type { Alert, Operator } from '../api/fragments.ts'
import { called } from './called.ts'
import { useConnection } from './connection.ts'
import { inTurn } from './inTurn.ts'

const pageSize = 30
const newest = inTurn(() => listAlerts({ first: pageSize, after: null }))

/** What calls this operator to chats, the newest first. */
export const useAlerts = defineStore('alerts', {
  state: () => ({
    all: [] as Alert[],
    unread: 0,
    hasNext: false,
    endCursor: null as string | null,
    /** The last one that came, for those who make a sound of it or show it. */
    last: null as Alert | null,
  }),
  actions: {
    /** Loads the newest. */
    async load(): Promise<void> {
      const page = await newest.ask()
      if (!page) return
      const first = page.alerts.edges[0]?.node
      this.append(
        this.all.filter(({ at }) => first !== undefined && at > first.at),
        page,
      )
      this.unread = page.unreadAlerts
    },
    /** Loads what comes below those that are there. */
    async loadMore(): Promise<void> {
      const after = this.endCursor
      const page = await listAlerts({ first: pageSize, after })
      if (after === this.endCursor) this.append(this.all, page)
    },
    append(above: Alert[], { alerts }: Awaited<ReturnType<typeof listAlerts>>): void {
      const rows = alerts.edges.map(({ node }) => node)
      const known = new Set(rows.map(({ id }) => id))
      this.all = [...above.filter(({ id }) => !known.has(id)), ...rows]
      this.hasNext = alerts.pageInfo.hasNextPage
      this.endCursor = alerts.pageInfo.endCursor
    },
    /** An alert as an event told it. */
    put(alert: Alert): void {
      const known = this.all.find(({ id }) => id === alert.id)
      if (!known && useConnection().status !== 'loading') this.last = alert
      const wasUnread = known ? known.readAt === null : false
      this.all = known ? this.all.map((one) => (one.id === alert.id ? alert : one)) : [alert, ...this.all]
      this.unread = Math.max(0, this.unread + Number(alert.readAt === null) - Number(wasUnread))
      newest.told(this.load)
    },
    /** A colleague who is called otherwise now, or looks otherwise. */
    putOperator(operator: Operator): void {
      this.all = called(this.all, operator)
    },
    unreadIn(chatId: string): Alert[] {
      return this.all.filter((alert) => alert.chatId === chatId && alert.readAt === null)
    },
    clear(): void {
      this.$reset()
    },
  },
})
