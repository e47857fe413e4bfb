const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long WeChat Pay waits after each refused delivery; after the last it gives up. */
export const RETRY_DELAYS_MS: readonly number[] = [
  15 * SECOND_MS,
  15 * SECOND_MS,
  30 * SECOND_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  6 * HOUR_MS,
]

/** The same of Alipay: at most eight tries. */
export const ALIPAY_RETRY_DELAYS_MS: readonly number[] = [
  4 * MINUTE_MS,
  10 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  15 * HOUR_MS,
]

/** Before a late notification, and between the two of a double one; both are divided by the speed. */
export const LATE_MS = 30 * SECOND_MS
export const REPEAT_MS = SECOND_MS

/** How a payment is told to the merchant. */
export interface NotifyPlan {
  /** Before the first delivery. */
  delayMs: number
  /** The first delivery has a changed byte; the true one takes the next rung of the ladder, whatever the merchant answered. */
  tamperFirst: boolean
  /** The true one is sent a second time after this. */
  repeatAfterMs?: number
}
