import type { ConnectionReport, SendFailure, SendOutcome } from '@parley/schema/connector'
import type { FailureCode } from '@parley/schema/vocabulary'
import { type Json, listOf, objectOf } from './reading.ts'

/** What Meta answered instead of doing it. */
export class GraphRefused extends Error {
  override name = 'GraphRefused'
  readonly status: number
  readonly code: number
  readonly subcode: number
  readonly transient: boolean
  readonly regainMs: number | undefined

  constructor(status: number, error: Json | undefined, headers?: Headers) {
    const details = objectOf(error?.error_data)?.details
    const words = typeof error?.error_user_msg === 'string' ? error.error_user_msg : error?.message
    super([words, details].filter((one) => typeof one === 'string').join(' ') || `Error ${status}`)
    this.status = status
    this.code = Number(error?.code) || 0
    this.subcode = Number(error?.error_subcode) || 0
    this.transient = error?.is_transient === true
    this.regainMs = headers && regainMsOf(headers)
  }
}

/** The hub gave up waiting, or is stopping; told apart from an error of the network by its name. */
export class GaveUp extends Error {
  override name = 'GaveUp'
}

/** The file to be sent could not be read to its end, so the platform never saw a whole request. */
export class FileUnreadable extends Error {
  override name = 'FileUnreadable'
}

/** A failure that is not one of a call. */
export class OwnTrouble extends Error {
  readonly report: ConnectionReport
  constructor(report: ConnectionReport) {
    super(report.reason)
    this.report = report
  }
}

/** What went wrong with one call. `certain`: the platform certainly did not act on it. */
export interface Trouble {
  code: FailureCode
  message: string
  platformCode?: string
  retryAfterMs?: number
  certain: boolean
  /** A limit that holds for one conversation only. */
  ofThread?: boolean
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
  'ERR_DESTINATION_REFUSED',
])

/** Subcodes say more than codes. Sources: Meta's error references of Messenger Platform, Instagram and WhatsApp Cloud API. */
const bySubcode: Record<number, FailureCode> = {
  2018278: 'window_closed',
  2534022: 'window_closed',
  2018001: 'no_such_peer',
  1545041: 'forbidden_by_peer',
  1893063: 'account_limited',
}
const byCode: Record<number, FailureCode> = {
  ...codes('auth', 3, 10, 102, 190, 131005),
  ...codes('rate_limited', 4, 17, 32, 341, 613, 80002, 80006, 80007, 130429, 131056, 133016),
  ...codes('platform_down', 1, 2, 1200, 131000, 131016, 131057, 133004),
  ...codes('window_closed', 131047),
  ...codes('forbidden_by_peer', 200, 551, 131050, 130497, 131049),
  ...codes('no_such_peer', 131026, 131030, 133010),
  ...codes('unsupported', 131051, 131060),
  ...codes('account_limited', 368, 131031, 131045, 131048),
  ...codes('payment', 131042),
}

function codes(code: FailureCode, ...numbers: number[]): Record<number, FailureCode> {
  return Object.fromEntries(numbers.map((number) => [number, code]))
}

/** Another app holds the thread; a message may be sent once it is taken back. */
export const isControlledElsewhere = (error: unknown): boolean => error instanceof GraphRefused && error.subcode === 2018300

/** Reads any error of a call. Its words never hold a secret. */
export function troubleOf(error: unknown, secrets: string[]): Trouble {
  if (error instanceof GraphRefused) return refusalOf(error, scrub(error.message, secrets))
  if (error instanceof FileUnreadable) return { code: 'internal', message: 'The file could not be read.', certain: true }
  if (error instanceof GaveUp) return { code: 'network', message: 'Meta did not answer in time.', certain: false }
  const code = codeOf(error)
  return { code: 'network', message: `Meta cannot be reached (${code}).`, platformCode: code, certain: neverConnected.has(code) }
}

function refusalOf({ status, code, subcode, transient, regainMs }: GraphRefused, message: string): Trouble {
  const platformCode = code ? `${code}${subcode ? `/${subcode}` : ''}` : String(status)
  const told = { message, platformCode, certain: true }
  // A gateway that gave up waiting says nothing about what stands behind it.
  if (!code && status === 504) return { ...told, code: 'platform_down', certain: false }
  if (!code && status >= 500) return { ...told, code: 'platform_down' }
  if (status === 413) return { ...told, code: 'too_large' }
  const known = bySubcode[subcode] ?? (transient ? 'platform_down' : failureOf(code, status, message))
  if (known === 'rate_limited') return { ...told, code: known, retryAfterMs: regainMs, ofThread: code === 131056 }
  return { ...told, code: known }
}

function failureOf(code: number, status: number, message: string): FailureCode {
  if (code === 0) return status === 401 || status === 403 ? 'auth' : status === 429 ? 'rate_limited' : 'content_rejected'
  if (code === 10 && /outside of allowed window/i.test(message)) return 'window_closed'
  if (code === 10 && /controlling this thread/i.test(message)) return 'content_rejected'
  // "(#200) Requires pages_messaging permission" speaks of the app, the rest of 200 of the person.
  if (code === 200 && /permission/i.test(message)) return 'auth'
  return byCode[code] ?? 'content_rejected'
}

/** The failure WhatsApp tells in a status, read like one of a call. */
export function failureFrom(error: Json | undefined): SendFailure {
  const { code, message, platformCode } = refusalOf(new GraphRefused(400, error), new GraphRefused(400, error).message.slice(0, 500))
  return { code, message, ...(platformCode && { platformCode }) }
}

/** Minutes until calls are allowed again, as the header of the business's use tells them. */
function regainMsOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after'))
  if (seconds > 0) return Math.min(seconds, 3_600) * 1000
  try {
    const use = objectOf(JSON.parse(headers.get('x-business-use-case-usage') ?? '{}')) ?? {}
    const minutes = Object.values(use)
      .flatMap(listOf)
      .map((one) => Number(objectOf(one)?.estimated_time_to_regain_access))
      .filter((one) => one > 0)
    return minutes.length > 0 ? Math.min(Math.max(...minutes), 60) * 60_000 : undefined
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } }
  if (typeof code === 'string') return code
  return typeof cause?.code === 'string' ? cause.code : 'no answer'
}

const quarterOfAnHour = 15 * 60_000

/** What becomes of a part whose call failed. `rateMs`: the pause when Meta names none. */
export function outcomeOf(trouble: Trouble, rateMs: number): SendOutcome {
  const failure: SendFailure = { code: trouble.code, message: trouble.message, platformCode: trouble.platformCode }
  if (!trouble.certain) return { outcome: 'unknown', failure }
  switch (trouble.code) {
    case 'rate_limited':
      return { outcome: 'retry', failure, afterMs: trouble.retryAfterMs ?? rateMs, scope: trouble.ofThread ? 'thread' : 'channel' }
    case 'platform_down':
    case 'internal':
      return { outcome: 'retry', failure, scope: 'part' }
    case 'network':
      return { outcome: 'retry', failure, scope: 'channel' }
    case 'account_limited':
    case 'payment':
      return { outcome: 'retry', failure, afterMs: quarterOfAnHour, scope: 'channel' }
    case 'auth':
      return { outcome: 'failed', failure, scope: 'channel' }
    case 'forbidden_by_peer':
    case 'no_such_peer':
    case 'window_closed':
      return { outcome: 'failed', failure, scope: 'thread' }
    default:
      return { outcome: 'failed', failure, scope: 'part' }
  }
}

/** What the channel page shows while the account does not work. */
export function reportOf(trouble: Trouble): ConnectionReport {
  if (trouble.code === 'auth')
    return { state: 'logged_out', reason: `Meta does not accept the access token: ${trouble.message}`, action: 'reconfigure' }
  if (trouble.code === 'rate_limited' || trouble.code === 'platform_down')
    return { state: 'degraded', reason: trouble.message, action: 'wait' }
  if (trouble.code === 'network') return { state: 'disconnected', reason: trouble.message, action: 'wait' }
  if (trouble.code === 'account_limited' || trouble.code === 'payment')
    return { state: 'degraded', reason: trouble.message, action: 'reconfigure' }
  return { state: 'failed', reason: trouble.message, action: 'reconfigure' }
}

/** Takes secrets out of words that are shown or logged. */
function scrub(words: string, secrets: string[]): string {
  return secrets.reduce((text, secret) => (secret ? text.replaceAll(secret, '[secret]') : text), words).slice(0, 500)
}
