/** How long things may take, in milliseconds. */
export interface Timing {
  /** From the start of the browser to a page that can be asked. */
  openMs: number
  /** From the sign-in to a page that tells of messages. */
  readyMs: number
  /** For a code to be scanned or typed. */
  pairingMs: number
  pingMs: number
  callMs: number
  /** For the answer to a send; what takes longer is unknown, and the page gets three times as long before it counts as hung. */
  sendMs: number
  mediaMs: number
  /** For the page to come back before a send of unknown fate is looked up. */
  settleMs: number
  retryMs: number
  retryMaxMs: number
  graceMs: number
}

export const usualTiming: Timing = {
  openMs: 60_000,
  readyMs: 120_000,
  pairingMs: 5 * 60_000,
  pingMs: 15_000,
  callMs: 20_000,
  sendMs: 45_000,
  mediaMs: 300_000,
  settleMs: 90_000,
  retryMs: 1_000,
  retryMaxMs: 60_000,
  graceMs: 8_000,
}
