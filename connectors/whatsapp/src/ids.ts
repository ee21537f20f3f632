import { createHash } from 'node:crypto'

/**
 * The id a part gets at WhatsApp: made from its key, so that after a crash the page can be asked whether it went out. Longer
 * than WhatsApp's own, and with a check, so that an echo is known as ours without a list.
 */
export function idOf(key: string): string {
  const body = hash(key).slice(0, 20)
  return `3EB0${body}${checkOf(body)}`
}

export const isOurs = (id: string): boolean => /^3EB0[0-9A-F]{28}$/.test(id) && id.slice(24) === checkOf(id.slice(4, 24))

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').toUpperCase()
const checkOf = (body: string): string => hash(`parley ${body}`).slice(0, 8)
