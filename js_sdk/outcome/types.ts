import type { OutcomeReason, PayOutcome } from '../types'

/** Where a raw result arrives. `any` = in whichever callback. */
export type Via = 'success' | 'fail' | 'single' | 'any'

/** How a field is compared: equal, begins with, contains. Numbers and text compare as text. */
export type Op = '==' | '^=' | '*=' | 'any'

/** One row: where it arrives, field, comparison, value, what it means, why. The first match wins. */
export type OutcomeRow = readonly [via: Via, field: string, op: Op, value: string, outcome: PayOutcome, reason: OutcomeReason]

/** What a raw result means *until the server answers*. */
export interface Judgement {
  outcome: PayOutcome
  reason: OutcomeReason
}
