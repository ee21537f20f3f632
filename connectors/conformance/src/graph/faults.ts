import { createScript, type Recurring, type Scripted } from '../script.ts'
import type { Serving } from '../serving.ts'
import { type GraphRefusal, graphErrors } from './errors.ts'

/**
 * One scripted misfortune. It strikes the calls named (default: sends) to a person (default: any), `times` times (default 1),
 * or, where `probability` is given, each call with that chance until it is cleared.
 *
 * - `answer`: `refusal` as the Graph API writes it; the call is not carried out
 * - `html`: an error page of the edge in front of it (status `status`, default 502); not carried out
 * - `reset`: the connection is cut before the call is carried out
 * - `lose_reply`: the call is carried out, then the connection is cut
 * - `slow`: the call is carried out and answered after `ms` milliseconds
 * - `break_off`: the file server sends `bytes` bytes and cuts the connection
 * - `whole`: the file server sends the whole file, whatever part was asked for
 */
export interface Fault extends Recurring {
  kind: 'answer' | 'html' | 'reset' | 'lose_reply' | 'slow' | 'break_off' | 'whole'
  /** The name of a call as the ledger counts it, `*` for everything, `download` for the file server. */
  call?: string
  to?: string
  refusal?: GraphRefusal
  status?: number
  ms?: number
  bytes?: number
}

export const refusing = (refusal: GraphRefusal): Fault => ({ kind: 'answer', refusal })
export const tooManyCalls: Fault = refusing(graphErrors.callsExceeded)
export const personUnavailable: Fault = refusing(graphErrors.personUnavailable)

export type Faults = Scripted<Fault, [call: string, to: string | undefined]>

export const createFaults = (random: () => number): Faults => createScript(concerns, random)

/** What a fault makes of the answer of the file server. */
export const servingOf = (fault: Fault | undefined): Serving => ({
  ...(fault?.kind === 'break_off' && { breakOffAfter: fault.bytes ?? 0 }),
  ...(fault?.kind === 'whole' && { whole: true }),
})

function concerns(
  { kind, call = kind === 'break_off' || kind === 'whole' ? 'download' : 'send', to }: Fault,
  asked: string,
  person: string | undefined,
): boolean {
  if (to !== undefined && to !== person) return false
  return call === '*' || call === asked
}
