import type { SendFailure, SendOutcome } from '@parley/schema/connector'

/** The page was never asked: nothing can have gone out. */
export class NotReady extends Error {
  override name = 'NotReady'
}

/** The phone no longer knows this device. */
export class LoggedOut extends Error {
  override name = 'LoggedOut'
}

const refusals: [RegExp, SendFailure['code']][] = [
  [/No LID for user|wid error|invalid wid|is not on WhatsApp/i, 'no_such_peer'],
  [/cannot be (edited|removed) any more/i, 'too_old'],
  [/does not know this message/i, 'not_found'],
]

/** After a throw out of the page a message may be on its way all the same, except where the page said it did not begin. */
export function outcomeOf(error: unknown): SendOutcome {
  const message = wordsOf(error)
  if (error instanceof NotReady) return { outcome: 'retry', failure: { code: 'network', message }, scope: 'channel', afterMs: 1_000 }
  if (error instanceof LoggedOut) return { outcome: 'failed', failure: { code: 'auth', message }, scope: 'channel' }
  const code = refusals.find(([words]) => words.test(message))?.[1]
  if (code) return { outcome: 'failed', failure: { code, message }, scope: code === 'no_such_peer' ? 'thread' : 'part' }
  return { outcome: 'unknown', failure: { code: 'network', message } }
}

/** The first line, without what a browser adds about itself. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return (words.split('\n')[0] ?? '').replace(/^(Evaluation failed: )?(Error: )?/, '').slice(0, 300)
}
