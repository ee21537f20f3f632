/** How long the connector waits for what, in milliseconds; tests shorten it. */
export interface Timing {
  /** A connection, a greeting, one command. */
  callMs: number
  /** Silence of the server while a letter is handed over. */
  sendMs: number
  healthMs: number
  /** How often a mailbox in which nothing happens is asked whether it is still there. */
  pingMs: number
  /** How long a letter of which nobody knows is looked for among those sent. */
  settleMs: number
  /** A second connection, for files and copies, is closed after so long without use. */
  idleMs: number
  retryMs: number
  retryMaxMs: number
  /** How often credentials that were refused are tried again. */
  recheckMs: number
  /** How long a stop waits for letters in flight. */
  graceMs: number
}

export const usualTiming: Timing = {
  callMs: 30_000,
  sendMs: 60_000,
  healthMs: 10_000,
  pingMs: 120_000,
  settleMs: 20_000,
  idleMs: 60_000,
  retryMs: 1_000,
  retryMaxMs: 60_000,
  recheckMs: 300_000,
  graceMs: 5_000,
}
