import { defineStore } from 'pinia'
import type { FeedEvent } from '../api/feed.ts'
import type { Chat, ChatNews } from '../api/fragments.ts'

export interface News {
  event: FeedEvent
  /** How the chat was before; null when it was not known here. */
  before: Chat | null
  chat: ChatNews
}

/** What has just happened, for those who make a sound of it or say it aloud. Only the last one is kept. */
export const useNews = defineStore('news', {
  state: () => ({
    last: null as News | null,
    /** A chat that has just gone from this operator's sight. */
    lastGone: null as Chat | null,
    /** Counts what became of outgoing messages, for lists of them. */
    deliveries: 0,
  }),
  actions: {
    tell(news: News): void {
      this.last = news
    },
    gone(chat: Chat): void {
      this.lastGone = chat
    },
  },
})
