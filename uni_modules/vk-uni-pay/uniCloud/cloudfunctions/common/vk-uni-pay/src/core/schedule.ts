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

/**
 * A charge by payment code is asked about while the payer stands at the desk: every 5 seconds, and
 * taken back when nobody knows its end after 45 (WeChat Pay, documents 4011937125 and 4012382150).
 */
const CHARGE_STEP_MS = 5 * SECOND_MS
const CHARGE_EXPIRES_AFTER_MS = 45 * SECOND_MS
/** WeChat Pay wants no charge taken back earlier. */
const CHARGE_NOT_TAKEN_BACK_BEFORE_MS = 15 * SECOND_MS
/** The platform of orders that are charged by payment code. */
export const CODEPAY = 'codepay'

const FIRST_RETRY_MS = 30 * SECOND_MS
const LAST_RETRY_MS = 6 * 60 * MINUTE_MS

/** What of an attempt decides when it is asked about and closed. */
export interface Dated {
  createDate: number
  timeExpire?: number
  platform?: string
}

const isCharge = ({ platform }: Dated): boolean => platform === CODEPAY

/** From when on a charge may be taken back. */
export const takeBackFrom = ({ createDate }: Dated): number => createDate + CHARGE_NOT_TAKEN_BACK_BEFORE_MS

/** The first time a new attempt is asked about. */
export const firstDue = (createDate: number): number => createDate + (ASK_AFTER_MS[0] ?? 0)

/** When an unpaid order is to be closed; the newest attempt speaks for it. */
export function expiryOf(attempt: Dated): number {
  const { createDate, timeExpire } = attempt
  if (isCharge(attempt))
    return Math.max(timeExpire ?? createDate + CHARGE_EXPIRES_AFTER_MS, takeBackFrom(attempt))
  return Math.max(timeExpire ?? createDate + EXPIRES_AFTER_MS, createDate + NOT_CLOSED_BEFORE_MS)
}

const nextMultiple = (age: number, step: number): number => (Math.floor(age / step) + 1) * step

/** The next time to ask after `now`, or the expiry when that is earlier. Missed times are not made up for. */
export function nextDue(attempt: Dated, now: number): number {
  const { createDate } = attempt
  const age = now - createDate
  const step = isCharge(attempt) ? nextMultiple(age, CHARGE_STEP_MS) : ASK_AFTER_MS.find(after => after > age) ?? nextMultiple(age, LATER_STEP_MS)
  return Math.min(createDate + step, expiryOf(attempt))
}

/**
 * How long to wait before the next try of something that has been owed since then: as long again as
 * it took so far, so that the waits double, between half a minute and six hours.
 */
export function retryDelay(since: number, now: number): number {
  return Math.min(Math.max(now - since, FIRST_RETRY_MS), LAST_RETRY_MS)
}
