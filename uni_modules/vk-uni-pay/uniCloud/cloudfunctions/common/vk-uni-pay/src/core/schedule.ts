/** When reconciliation looks after an order. Pure: times in, times out. */

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

/** After the creation of an order, as WeChat Pay recommends to merchants (document 4012075249). */
export const ASK_AFTER_MS: readonly number[] = [5 * SECOND_MS, 30 * SECOND_MS, MINUTE_MS, 3 * MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS]
/** An order nobody gave a `time_expire`. */
const EXPIRES_AFTER_MS = 30 * MINUTE_MS
/** WeChat Pay wants no order closed earlier. */
const NOT_CLOSED_BEFORE_MS = 5 * MINUTE_MS
/** An order with a late `time_expire` is asked about this often after the last step. */
const LATER_STEP_MS = 30 * MINUTE_MS

const FIRST_RETRY_MS = 30 * SECOND_MS
const LAST_RETRY_MS = 6 * 60 * MINUTE_MS

/** What of an attempt decides when it is asked about and closed. */
export interface Dated {
  createDate: number
  timeExpire?: number
}

/** The first time a new attempt is asked about. */
export const firstDue = (createDate: number): number => createDate + (ASK_AFTER_MS[0] ?? 0)

/** When an unpaid order is to be closed; the newest attempt speaks for it. */
export function expiryOf({ createDate, timeExpire }: Dated): number {
  return Math.max(timeExpire ?? createDate + EXPIRES_AFTER_MS, createDate + NOT_CLOSED_BEFORE_MS)
}

/** The next time to ask after `now`, or the expiry when that is earlier. Missed times are not made up for. */
export function nextDue(attempt: Dated, now: number): number {
  const { createDate } = attempt
  const age = now - createDate
  const step = ASK_AFTER_MS.find(after => after > age) ?? (Math.floor(age / LATER_STEP_MS) + 1) * LATER_STEP_MS
  return Math.min(createDate + step, expiryOf(attempt))
}

/**
 * How long to wait before the next try of something that has been owed since then: as long again as
 * it took so far, so that the waits double, between half a minute and six hours.
 */
export function retryDelay(since: number, now: number): number {
  return Math.min(Math.max(now - since, FIRST_RETRY_MS), LAST_RETRY_MS)
}
