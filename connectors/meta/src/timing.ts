/** How long a connector waits for what; tests shorten it. */
export interface Timing {
  callMs: number
  sendMs: number
  uploadMs: number
  healthMs: number
  /** First and longest pause after a failure of the account. */
  retryMs: number
  retryMaxMs: number
  /** How often the account and its webhook are looked at. */
  recheckMs: number
  /** The pause after "too many calls" when Meta names none. */
  rateMs: number
  /** How long a stop waits for sends in flight before their outcome becomes unknown. */
  graceMs: number
}

export const usualTiming: Timing = {
  callMs: 15_000,
  sendMs: 20_000,
  uploadMs: 180_000,
  healthMs: 5_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  recheckMs: 50_000,
  rateMs: 30_000,
  graceMs: 5_000,
}
