import { createScript, type Recurring, type Scripted } from '../script.ts'
import type { Serving } from '../serving.ts'

/**
 * One scripted misfortune. It strikes calls of `method` (default: every send) to `chatId` (default: any), `times` times
 * (default 1), or, where `probability` is given, each call with that chance until it is cleared.
 *
 * - `answer`: an error in JSON as Telegram writes it; the call is not carried out
 * - `html`: an error page of the edge in front of it (status `code`, default 502); not carried out
 * - `reset`: the connection is cut before the call is carried out
 * - `lose_reply`: the call is carried out, then the connection is cut
 * - `slow`: the call is carried out and answered after `ms` milliseconds, or once `until` has come
 * - `break_off`: the file server sends `bytes` bytes and cuts the connection
 * - `whole`: the file server sends the whole file, whatever part was asked for
 */
export interface Fault extends Recurring {
  kind: 'answer' | 'html' | 'reset' | 'lose_reply' | 'slow' | 'break_off' | 'whole'
  /** A method, `send*` for every send, `*` for everything, `download` for the file server. */
  method?: string
  chatId?: number
  code?: number
  description?: string
  parameters?: { retry_after?: number; migrate_to_chat_id?: number }
  ms?: number
  until?: Promise<unknown>
  bytes?: number
}

export const tooManyRequests = (seconds: number): Fault => ({
  kind: 'answer',
  code: 429,
  description: `Too Many Requests: retry after ${seconds}`,
  parameters: { retry_after: seconds },
})
export const blockedByUser: Fault = { kind: 'answer', code: 403, description: 'Forbidden: bot was blocked by the user' }

export type Faults = Scripted<Fault, [method: string, chatId: number | undefined]>

export const createFaults = (random: () => number): Faults => createScript(concerns, random)

/** What a fault makes of the answer of the file server. */
export const servingOf = (fault: Fault | undefined): Serving => ({
  ...(fault?.kind === 'break_off' && { breakOffAfter: fault.bytes ?? 0 }),
  ...(fault?.kind === 'whole' && { whole: true }),
})

function concerns(fault: Fault, method: string, chatId: number | undefined): boolean {
  if (fault.chatId !== undefined && fault.chatId !== chatId) return false
  const wanted = fault.method ?? (fault.kind === 'break_off' || fault.kind === 'whole' ? 'download' : 'send*')
  if (wanted === '*') return true
  return wanted === 'send*' ? method.startsWith('send') && method !== 'sendChatAction' : wanted === method
}
