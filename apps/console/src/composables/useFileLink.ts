import { useTimelines } from '../stores/timelines.ts'

/** The hub's links live five minutes; one younger than this is still good for a click. */
const goodForMs = 4 * 60_000

/** Answers with a link to a file that is certainly still good, renewing it first where needed. */
export function useFileLink() {
  const timelines = useTimelines()
  const linkOf = (chatId: string, messageId: string, fileId: string) => {
    const item = timelines.byChat.get(chatId)?.items.find((known) => known.id === messageId)
    return item?.__typename === 'Message' ? (item.files.find((file) => file.id === fileId)?.url ?? null) : null
  }
  return async (chatId: string, messageId: string, fileId: string): Promise<string | null> => {
    if (Date.now() - timelines.heardAt(messageId) > goodForMs) await timelines.refresh(chatId, messageId).catch(() => {})
    return linkOf(chatId, messageId, fileId)
  }
}
