import type { ConnectionReport, SendFailure, SendOutcome } from '@parley/schema/connector'
import type { FailureCode } from '@parley/schema/vocabulary'
import { codeOf } from './inbound.ts'

export interface Trouble {
  code: FailureCode
  message: string
  platformCode?: string
  /** Nothing was sent. */
  certain: boolean
}

/** A letter was not, or perhaps not, taken. `handedOver`: all of it was written when the line broke. */
export class Unsent extends Error {
  readonly handedOver: boolean
  constructor(cause: unknown, handedOver: boolean) {
    super('A letter was not taken.', { cause })
    this.handedOver = handedOver
  }
}

/** The file of a part could not be read: nothing was said to the server. */
export class FileUnreadable extends Error {}

/** The hub's database did not take what arrived. */
export class NotStored extends Error {}

interface ServerError {
  code?: unknown
  responseCode?: unknown
  response?: unknown
  message?: unknown
  authenticationFailed?: unknown
  responseText?: unknown
  responseStatus?: unknown
}

/** Reads any failure of either server. Its words never hold the password. */
export function troubleOf(error: unknown, password: string): Trouble {
  if (error instanceof FileUnreadable) return { code: 'internal', message: 'The file could not be read.', certain: true }
  if (error instanceof NotStored)
    return { code: 'internal', message: 'The hub could not store what arrived. The mailbox keeps it until it can.', certain: true }
  const smtp = error instanceof Unsent
  const seen = ((smtp ? error.cause : error) ?? {}) as ServerError
  const words = scrub(String((smtp ? seen.response : seen.responseText) || seen.message || ''), password)
  if (seen.authenticationFailed || (seen.code === 'EAUTH' && Number(seen.responseCode ?? 535) >= 500))
    return { code: 'auth', message: words || 'The server refused the password.', certain: true }
  if (smtp && typeof seen.responseCode === 'number') return refusalOf(seen.responseCode, words)
  if (!smtp && typeof seen.responseStatus === 'string')
    return { code: 'platform_down', message: words || 'The server refused.', certain: true }
  const platformCode = typeof seen.code === 'string' ? seen.code : 'no answer'
  const certain = !(smtp && error.handedOver)
  if (platformCode === 'ERR_DESTINATION_REFUSED') return { code: 'network', message: words, platformCode, certain }
  const certificate = /CERT|SIGNATURE|ALTNAME|ETLS/.test(platformCode) ? `: ${words}` : ''
  return { code: 'network', message: `The mail server cannot be reached (${platformCode})${certificate}.`, platformCode, certain }
}

/** RFC 5321: 4 passes, 5 does not; RFC 3463 says what with. */
function refusalOf(status: number, words: string): Trouble {
  const told = { message: words || `Error ${status}`, platformCode: String(status), certain: true }
  const detail = /\b[45]\.\d\.\d{1,3}\b/.exec(words)?.[0]
  if (status < 500) {
    const slower = detail?.startsWith('4.7.') || /rate|too many|too fast|limit/i.test(words)
    return { ...told, code: slower ? 'rate_limited' : 'platform_down' }
  }
  if (detail) return { ...told, code: codeOf(detail) }
  return { ...told, code: status === 552 ? 'too_large' : status === 550 || status === 553 ? 'no_such_peer' : 'content_rejected' }
}

export function outcomeOf(trouble: Trouble): SendOutcome {
  const failure: SendFailure = {
    code: trouble.code,
    message: trouble.message,
    ...(trouble.platformCode && { platformCode: trouble.platformCode }),
  }
  if (!trouble.certain) return { outcome: 'unknown', failure }
  switch (trouble.code) {
    case 'rate_limited':
      return { outcome: 'retry', failure, scope: 'thread' }
    case 'platform_down':
    case 'internal':
      return { outcome: 'retry', failure, scope: 'part' }
    case 'network':
      return { outcome: 'retry', failure, scope: 'channel' }
    case 'auth':
      return { outcome: 'failed', failure, scope: 'channel' }
    case 'forbidden_by_peer':
    case 'no_such_peer':
      return { outcome: 'failed', failure, scope: 'thread' }
    default:
      return { outcome: 'failed', failure, scope: 'part' }
  }
}

/** What the channel page shows. */
export function reportOf({ code, message, platformCode }: Trouble): ConnectionReport {
  if (code === 'auth')
    return { state: 'logged_out', reason: `The mail server does not accept user name and password: ${message}`, action: 'reconfigure' }
  if (platformCode === 'ERR_DESTINATION_REFUSED') return { state: 'failed', reason: message, action: 'reconfigure' }
  if (code === 'network') return { state: 'disconnected', reason: message, action: 'wait' }
  return { state: 'degraded', reason: message, action: 'wait' }
}

export function scrub(words: string, password: string): string {
  return words.replaceAll(password, '[password]').replace(/\s+/g, ' ').trim().slice(0, 500)
}
