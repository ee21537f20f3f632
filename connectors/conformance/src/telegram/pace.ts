import { ApiError } from './answer.ts'

/** Sends per second, of the bot and to one chat. */
export interface Pace {
  perSecond?: number
  perChatPerSecond?: number
}

/** Refuses with 429 what comes faster, as Telegram does. */
export function createPace({ perSecond, perChatPerSecond }: Pace = {}): (method: string, chatId: number) => void {
  const all = createWindow(perSecond)
  const chats = new Map<number, () => boolean>()
  return (method, chatId) => {
    if (!method.startsWith('send') || method === 'sendChatAction') return
    const chat = chats.get(chatId) ?? createWindow(perChatPerSecond)
    chats.set(chatId, chat)
    if (!all() || !chat()) throw new ApiError(429, 'Too Many Requests: retry after 1', { retry_after: 1 })
  }
}

/** Answers whether one more fits into the last second. */
function createWindow(max = Number.POSITIVE_INFINITY): () => boolean {
  let recent: number[] = []
  if (max === Number.POSITIVE_INFINITY) return () => true
  return () => {
    const now = Date.now()
    recent = recent.filter((at) => now - at < 1000)
    if (recent.length >= max) return false
    recent.push(now)
    return true
  }
}
