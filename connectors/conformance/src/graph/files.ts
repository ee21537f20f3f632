import { randomBytes } from 'node:crypto'

/** Bytes, or only their number: then they are made up when somebody fetches them. */
export type FileContent = Uint8Array | { size: number }

/** The files customers sent and the hub uploaded. */
export interface Files {
  /** Answers the file's id. */
  keep(content: FileContent, mime: string, name?: string): string
  find(id: string): { bytes: Uint8Array; mime: string } | undefined
  /** Makes the platform lose all it has. */
  lose(): void
}

export function createFiles(): Files {
  const kept = new Map<string, { content: FileContent; mime: string }>()
  return {
    keep(content, mime) {
      const id = String(10 ** 14 + randomBytes(6).readUIntBE(0, 6))
      kept.set(id, { content, mime })
      return id
    },
    find(id) {
      const file = kept.get(id)
      if (!file) return undefined
      const { content, mime } = file
      return { bytes: content instanceof Uint8Array ? content : Buffer.alloc(content.size, 7), mime }
    },
    lose: () => kept.clear(),
  }
}
