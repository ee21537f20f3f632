import { randomBytes } from 'node:crypto'
import { badRequest } from './answer.ts'

/** Bytes, or only their number: then they are made up when somebody fetches them. */
export type FileContent = Uint8Array | { size: number }

export const downloadLimit = 20 * 1024 * 1024

/** The files customers sent, as the Bot API's file server keeps them. */
export interface Files {
  /** Answers the file_id. */
  keep(content: FileContent, name: string): { file_id: string; file_unique_id: string; file_size: number }
  /** What `getFile` says; refuses what is over 20 MB or was dropped. */
  describe(fileId: string): { file_id: string; file_unique_id: string; file_size: number; file_path: string }
  /** Makes the platform lose it. */
  drop(fileId: string): void
  /** What was lost is there again. */
  find(fileId: string): void
  /** Another file of the same size stands in its place. */
  swap(fileId: string, content: Uint8Array): void
  open(path: string): Uint8Array | undefined
  ids(): string[]
}

export function createFiles(): Files {
  const kept = new Map<string, { content: FileContent; size: number; path: string }>()
  const lost = new Set<string>()
  return {
    keep(content, name) {
      const file_id = `F${randomBytes(9).toString('hex')}`
      const size = content instanceof Uint8Array ? content.byteLength : content.size
      kept.set(file_id, { content, size, path: `files/${file_id}/${name}` })
      return { file_id, file_unique_id: `u${file_id}`, file_size: size }
    },
    describe(fileId) {
      const file = kept.get(fileId)
      if (!file || lost.has(fileId)) throw badRequest('wrong file_id or the file is temporarily unavailable')
      if (file.size > downloadLimit) throw badRequest('file is too big')
      return { file_id: fileId, file_unique_id: `u${fileId}`, file_size: file.size, file_path: file.path }
    },
    ids: () => [...kept.keys()],
    drop: (fileId) => void lost.add(fileId),
    find: (fileId) => void lost.delete(fileId),
    swap(fileId, content) {
      const file = kept.get(fileId)
      if (file) kept.set(fileId, { ...file, content })
    },
    open(path) {
      const [, file] = [...kept].find(([id, one]) => one.path === path && !lost.has(id)) ?? []
      return file && (file.content instanceof Uint8Array ? file.content : Buffer.alloc(file.size, 7))
    },
  }
}
