import { parsed } from '../../shared/parsed.ts'
import { pause } from '../net/backoff.ts'
import type { Chat } from '../store/chat.ts'
import type { Given } from '../types.ts'

/** Takes what the page says of its visitor to the hub. What the hub does not take is left out, and said to whoever builds the page. */
export async function describe(chat: Chat, fields: string): Promise<boolean> {
  let values: Given[] = Object.entries(parsed(fields) ?? {}).map(([field, value]) => ({ field, values: wordsOf(value) }))
  for (let tries = 0; values.length; ) {
    const answer = await chat.describe(values, true)
    if (answer.kind === 'done') return true
    if (answer.kind === 'signedOut') return false
    const { field, message } = (answer.kind === 'refused' && answer.refusal) || {}
    if (field) {
      // biome-ignore lint/suspicious/noConsole: nobody else can be told
      console.warn(`Parley: set “${field}”: ${message}`)
      const rest = values.filter((each) => each.field !== field)
      // The hub may know it by another name than the page does.
      values = rest.length < values.length ? rest : values.slice(1)
    } else await pause(tries++)
  }
  return true
}

/** As the hub writes values: yes or no in words, a date without its time. */
function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf)
  if (value === null || value === '') return []
  return [typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}`.replace(/^(\d{4}-\d\d-\d\d)T.*Z$/, '$1')]
}
