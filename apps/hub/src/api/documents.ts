import type { DocumentNode } from 'graphql'

/** All documents of the console and the widget together are a fraction of this; a parsed one weighs some 300 times its text. */
const mostCharacters = 256 * 1024

/**
 * Parsed documents by their text, the longest unused dropped first. Bounded by what is kept, not by how many: anybody may send
 * a thousand long documents, each another one.
 */
export function createDocumentCache(most = mostCharacters) {
  const documents = new Map<string, DocumentNode>()
  let size = 0
  const drop = (text: string) => {
    if (documents.delete(text)) size -= text.length
  }
  return {
    get(text: string): DocumentNode | undefined {
      const document = documents.get(text)
      if (!document) return undefined
      documents.delete(text)
      documents.set(text, document)
      return document
    },
    set(text: string, document: DocumentNode): void {
      if (text.length > most / 4) return
      drop(text)
      documents.set(text, document)
      size += text.length
      for (const [oldest] of documents) {
        if (size <= most) return
        drop(oldest)
      }
    },
    size: () => size,
  }
}

/** Keeps nothing: a document that cannot be read is read again, so that it gets the same answer by every way. */
export const noErrorCache = { get: () => undefined, set: () => {} }
