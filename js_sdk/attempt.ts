import type { PayEvent, PayState } from './flow'
import type { PayOutcome, PollPolicy, ProviderId } from './types'

/** Which order is being paid, and how. */
export interface AttemptView {
  out_trade_no: string
  provider: ProviderId
  /** fen */
  total_fee: number
  /** To be drawn while the payer is to scan it. */
  codeUrl?: string
  /** When the code ends, milliseconds since 1970. */
  expiresAt?: number
}

/**
 * What an attempt comes to when the server says that nothing was paid, by what the cashier's side
 * claims: that the payer left it, or that it failed. Whatever else it claims is asked about again.
 */
export const endings: Partial<Record<PayOutcome, PayEvent>> = { cancel: 'DISMISSED', fail: 'REJECTED' }

export const outcomes: Partial<Record<PayState, PayOutcome>> = { succeeded: 'success', failed: 'fail', cancelled: 'cancel', pending: 'pending' }

/** Where no payment is expected, a server that cannot be reached is asked so many times. */
const BRIEF_ATTEMPTS = 3
export const briefPollPolicy: PollPolicy = attempt => attempt < BRIEF_ATTEMPTS ? attempt * 500 : 'stop'
