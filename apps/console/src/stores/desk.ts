import { defineStore } from 'pinia'

export const tabs = ['new', 'mine', 'others', 'all', 'closed', 'missed'] as const
export type Tab = (typeof tabs)[number]
/** A reply to the customer, or an internal comment. */
export type ComposerMode = 'reply' | 'comment'
export type Dialog =
  | 'commands'
  | 'keys'
  | 'transfer'
  | 'share'
  | 'takeOver'
  | 'handOver'
  | 'closing'
  | 'request'
  | 'snooze'
  | 'block'
  | null

/** What of the desk is open on this screen. */
export const useDesk = defineStore('desk', {
  state: () => ({
    tab: null as Tab | null,
    dialog: null as Dialog,
    filterOpen: false,
    contextDrawer: false,
    /** The chat looked at, and where in the list it stood when it was chosen. */
    chosen: null as { chatId: string; index: number } | null,
    /** Chats are being stepped through by key: the caret stays out of the composer, so that the next key is a command too. */
    byKey: false,
    /** Counted up to ask the composer for the caret. */
    replyAsked: 0,
    commentAsked: 0,
    /** What is being written in a chat, where it is not a reply. */
    modes: {} as Record<string, ComposerMode>,
  }),
})
