import type { Services } from './api/context.ts'
import { seal, unseal } from './seal.ts'

/**
 * Shuts away what a visitor types while it travels between processes: PostgreSQL keeps what it passes on in files for a while,
 * and there nobody can read it.
 */
export function typedText(key: Uint8Array): Services['typedText'] {
  const placeOf = ({ workspaceId, chatId }: { workspaceId: string; chatId: string }) => ({
    workspace: workspaceId,
    channel: chatId,
    field: 'typed',
  })
  return {
    seal: (place, text) => seal(key, text, placeOf(place)),
    open: ({ typed, ...signal }) => ({ ...signal, ...(typed && { text: unseal(key, typed, placeOf(signal)) }) }),
  }
}
