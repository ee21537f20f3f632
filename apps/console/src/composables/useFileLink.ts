import { filesOf } from '../stores/timelineItems.ts'
import { useTimelines } from '../stores/timelines.ts'

/** The hub's links live five minutes; one younger than this is still good for a click. */
const goodForMs = 4 * 60_000

/** Answers with a link to a file of a message or a comment that is certainly still good, renewing it first where needed. */
export function useFileLink() {
  const timelines = useTimelines()
  const linkOf = (chatId: string, itemId: string, fileId: string) => {
    const item = timelines.byChat.get(chatId)?.items.find((known) => known.id === itemId)
    return filesOf(item).find((file) => file.id === fileId)?.url ?? null
  }
  return async (chatId: string, itemId: string, fileId: string): Promise<string | null> => {
    // Of a file that was fetched while the chat was open the feed told no link.
    if (Date.now() - timelines.heardAt(itemId) > goodForMs || !linkOf(chatId, itemId, fileId))
      await timelines.refresh(chatId, itemId).catch(() => {})
    return linkOf(chatId, itemId, fileId)
  }
}
