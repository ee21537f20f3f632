import type { ConnectionReport, SendFailure, SendOutcome } from '@parley/schema/connector'
import type { FailureCode } from '@parley/schema/vocabulary'

/** What went wrong with one call. `certain`: the platform certainly did not act on it. */
export interface Trouble {
  code: FailureCode
  message: string
  platformCode?: string
  retryAfterMs?: number
  certain: boolean
}

/** The hub gave up waiting, or is stopping; told apart from an error of the network by its name. */
export class GaveUp extends Error {
  override name = 'GaveUp'
}

/** The file to be sent could not be read to its end, so the platform never saw a whole request. */
export class FileUnreadable extends Error {
  override name = 'FileUnreadable'
}

/** Errors of Node before a connection stands: nothing left this machine. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Telegram has no codes beside HTTP's; its words are the only way to tell refusals apart. */
const refusals: [RegExp, FailureCode][] = [
  [/too long|too big|too large|entity too large/i, 'too_large'],
  [/chat not found|user not found|peer_id_invalid|user is deactivated|group chat was upgraded/i, 'no_such_peer'],
  [/blocked by the user|not enough rights|write_forbidden|was kicked|can't initiate conversation/i, 'forbidden_by_peer'],
  [/can't be (edited|deleted)/i, 'too_old'],
  [/message to (edit|delete|react|be replied)|message_id_invalid|message not found|wrong file_id|invalid file_id/i, 'not_found'],
]

/** Reads any error of a call. Its words never hold the bot token. */
export function troubleOf(error: unknown, botToken: string): Trouble {
  const answer = (error as { response?: { error_code?: unknown; description?: unknown; parameters?: { retry_after?: unknown } } } | null)
    ?.response
  if (typeof answer?.error_code === 'number')
    return refusalOf(answer.error_code, scrub(String(answer.description ?? ''), botToken), answer.parameters)
  if (error instanceof FileUnreadable) return { code: 'internal', message: 'The file could not be read.', certain: true }
  if (error instanceof GaveUp) return { code: 'network', message: 'Telegram did not answer in time.', certain: false }
  const code = codeOf(error)
  return { code: 'network', message: `Telegram cannot be reached (${code}).`, platformCode: code, certain: neverConnected.has(code) }
}

function refusalOf(status: number, description: string, parameters?: { retry_after?: unknown }): Trouble {
  const told = { message: description || `Error ${status}`, platformCode: String(status), certain: true }
  if (status === 429) return { ...told, code: 'rate_limited', retryAfterMs: secondsOf(parameters?.retry_after) * 1000 }
  // A gateway that gave up waiting says nothing about what stands behind it.
  if (status === 504) return { ...told, code: 'platform_down', certain: false }
  if (status >= 500) return { ...told, code: 'platform_down' }
  // 404 is what Telegram answers to a token it cannot read.
  if (status === 401 || status === 404) return { ...told, code: 'auth' }
  if (status === 409) return { ...told, code: 'account_limited' }
  const known = refusals.find(([words]) => words.test(description))?.[1]
  return { ...told, code: known ?? (status === 403 ? 'forbidden_by_peer' : 'content_rejected') }
}

function secondsOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, 86_400) : 1
}

function codeOf(error: unknown): string {
  const { code, type, cause } = (error ?? {}) as { code?: unknown; type?: unknown; cause?: { code?: unknown } }
  if (typeof code === 'string') return code
  if (typeof cause?.code === 'string') return cause.code
  return typeof type === 'string' ? type : 'no answer'
}

/** What becomes of a part whose call failed. */
export function outcomeOf(trouble: Trouble): SendOutcome {
  const failure: SendFailure = { code: trouble.code, message: trouble.message, platformCode: trouble.platformCode }
  if (!trouble.certain) return { outcome: 'unknown', failure }
  switch (trouble.code) {
    case 'rate_limited':
      return { outcome: 'retry', failure, afterMs: trouble.retryAfterMs, scope: 'thread' }
    case 'platform_down':
    case 'internal':
      return { outcome: 'retry', failure, scope: 'part' }
    case 'network':
    case 'account_limited':
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

/** What the channel page shows while receiving does not work. */
export function reportOf(trouble: Trouble): ConnectionReport {
  if (trouble.code === 'auth')
    return { state: 'logged_out', reason: `Telegram does not accept the bot token: ${trouble.message}`, action: 'reconfigure' }
  // A webhook somebody left set never goes by itself; a new start takes the bot over.
  if (trouble.platformCode === '409')
    return { state: 'conflict', reason: trouble.message, action: /webhook/.test(trouble.message) ? 'restart' : 'wait' }
  if (trouble.code === 'rate_limited' || trouble.code === 'platform_down')
    return { state: 'degraded', reason: trouble.message, action: 'wait' }
  if (trouble.code === 'network') return { state: 'disconnected', reason: trouble.message, action: 'wait' }
  return { state: 'failed', reason: trouble.message, action: 'reconfigure' }
}

/** Takes the token out of words that are shown or logged; Telegram's addresses hold it in clear. */
export function scrub(words: string, botToken: string): string {
  return words
    .replaceAll(botToken, '[token]')
    .replace(/\/bot\d+:[^/\s]+/g, '/bot[token]')
    .slice(0, 500)
}
