import type { RefusalCode, RefusalDetails } from './words/index.ts'

/**
 * A refusal the caller can do something about. `code` and `details` choose the words in the reader's language; `field`
 * names the input at fault. Anything else that is thrown is a defect.
 */
export class HubError extends Error {
  readonly code: RefusalCode
  readonly field: string | undefined
  readonly details: RefusalDetails

  constructor(code: RefusalCode, { field, ...details }: RefusalDetails & { field?: string } = {}) {
    super(field ? `${code} (${field})` : code)
    this.code = code
    this.field = field
    this.details = details
  }
}

/** What is refused looks like what does not exist. */
export const notFound = (): HubError => new HubError('not_found')

/** Refuses a text that is empty or longer than `max` characters; answers with it trimmed. */
export function textOf(value: string, field: string, max: number): string {
  const text = value.trim()
  if (!text) throw new HubError('required', { field })
  if (text.length > max) throw new HubError('too_long', { field, max })
  return text
}
