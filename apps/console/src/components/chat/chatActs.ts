import type { HandOverTarget } from '@parley/schema/vocabulary'

/** What a person wishes to be done with the open chat: said by its header, handed on by the thread, done by the page. */
export interface ChatActs {
  take: []
  takeOver: []
  transfer: []
  share: []
  letGo: [operatorId: string]
  leave: []
  close: []
  closeWith: []
  toRequest: []
  transcript: []
  reopen: []
  snooze: []
  wake: []
  calm: []
  handOver: [to: HandOverTarget]
  block: []
  context: []
  moves: []
  find: []
}
