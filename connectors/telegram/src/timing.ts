/** How long the connector waits for what; tests shorten it. */
export interface Timing {
  /** Telegram answers a poll after this many seconds even if nothing came. */
  pollSeconds: number
  callMs: number
  sendMs: number
  uploadMs: number
  healthMs: number
  /** First and longest pause after a failure of receiving. */
  retryMs: number
  retryMaxMs: number
  /** How often a webhook, or a token Telegram refused, is looked at. */
  recheckMs: number
  /** How long a stop waits for sends in flight before their outcome becomes unknown. */
  graceMs: number
}

export const usualTiming: Timing = {
  pollSeconds: 25,
  callMs: 10_000,
  sendMs: 20_000,
  uploadMs: 120_000,
  healthMs: 5_000,
  retryMs: 500,
  retryMaxMs: 30_000,
  recheckMs: 60_000,
  graceMs: 5_000,
}
