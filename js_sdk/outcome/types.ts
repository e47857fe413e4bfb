import type { CashierReport, OutcomeReason, PayOutcome } from '../types'

/** Where a raw result arrives. `any` = wherever. */
export type Via = CashierReport['via'] | 'any'

/** How a field is compared: equal, begins with, contains (with `''`: is there at all), contains in whatever case; `any` compares nothing. */
export type Op = '==' | '^=' | '*=' | '~' | 'any'

/**
 * One row: where it arrives, field (`a.b` for one inside another), comparison, value or values,
 * what it means, why. The first match wins, so rows of codes stand before rows of text.
 * Numbers and text compare as text. A pattern instead of comparison and value says both.
 */
export type OutcomeRow
  = | readonly [via: Via, field: string, op: Op, value: string | readonly (string | number)[], outcome: PayOutcome, reason: OutcomeReason]
    | readonly [via: Via, field: string, pattern: RegExp, outcome: PayOutcome, reason: OutcomeReason]

/** What a raw result means *until the server answers*. */
export interface Judgement {
  outcome: PayOutcome
  reason: OutcomeReason
}
