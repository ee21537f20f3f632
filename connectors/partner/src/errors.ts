import type { SendFailure, SendOutcome } from '@parley/schema/connector'
import { type FailureCode, failureCodes } from '@parley/schema/vocabulary'

/** What the other side answered that is not 2xx. */
export class Refused extends Error {
  readonly status: number
  readonly failure: SendFailure
  readonly retryAfterMs: number
  constructor(status: number, body: string, retryAfter: string | null) {
    const said = read(body)
    super(said.message ?? `The other side answered ${status}.`)
    this.status = status
    this.failure = { code: said.code ?? codeOf(status), message: this.message, platformCode: String(status) }
    this.retryAfterMs = Math.min(3_600, Number(retryAfter) || 1) * 1000
  }
}

function read(body: string): { code?: FailureCode; message?: string } {
  try {
    const { code, message } = JSON.parse(body) as { code?: unknown; message?: unknown }
    return {
      ...(failureCodes.includes(code as FailureCode) && { code: code as FailureCode }),
      ...(typeof message === 'string' && message.trim() && { message: message.slice(0, 500) }),
    }
  } catch {
    return {}
  }
}

const byStatus: Record<number, FailureCode> = {
  401: 'auth',
  403: 'forbidden_by_peer',
  404: 'no_such_peer',
  413: 'too_large',
  429: 'rate_limited',
  501: 'unsupported',
}
const codeOf = (status: number): FailureCode => byStatus[status] ?? (status >= 500 ? 'platform_down' : 'content_rejected')

const ofChannel: FailureCode[] = ['auth', 'account_limited', 'payment']
const ofThread: FailureCode[] = ['forbidden_by_peer', 'no_such_peer', 'window_closed']

/** 503 says that nothing was done; of other 5xx nobody knows what stands behind them. */
export function outcomeOf(error: unknown): SendOutcome {
  if (!(error instanceof Refused)) return silence(error)
  const { status, failure, retryAfterMs } = error
  if (status === 429) return { outcome: 'retry', failure, afterMs: retryAfterMs, scope: 'thread' }
  if (status === 503) return { outcome: 'retry', failure, scope: 'part' }
  if (status >= 500 && status !== 501) return { outcome: 'unknown', failure }
  const scope = ofChannel.includes(failure.code) ? 'channel' : ofThread.includes(failure.code) ? 'thread' : 'part'
  return { outcome: 'failed', failure, scope }
}

/** Before a connection stands, nothing has left this machine. */
const neverConnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_DESTINATION_REFUSED']

function silence(error: unknown): SendOutcome {
  const { code: own, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } }
  const code = String(cause?.code ?? own ?? 'no answer')
  const failure: SendFailure = { code: 'network', message: `The other side cannot be reached (${code}).`, platformCode: code }
  return neverConnected.includes(code) ? { outcome: 'retry', failure, scope: 'channel' } : { outcome: 'unknown', failure }
}

/** The state of the channel after such an error, in words. */
export function troubleOf(error: unknown) {
  if (error instanceof Refused && error.status === 401)
    return { state: 'logged_out' as const, reason: 'The other side does not accept our signature.', action: 'reconfigure' as const }
  if (error instanceof Refused && error.status < 500)
    return { state: 'failed' as const, reason: `The other side answered ${error.status}: ${error.message}`, action: 'reconfigure' as const }
  if (error instanceof Refused)
    return { state: 'degraded' as const, reason: `The other side answered ${error.status}.`, action: 'wait' as const }
  return { state: 'disconnected' as const, reason: 'The other side cannot be reached.', action: 'wait' as const }
}
