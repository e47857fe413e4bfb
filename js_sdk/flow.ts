/**
 * The state machine of a payment, as one table. Tests and documentation are made from it.
 *
 * | state | meaning |
 * | --- | --- |
 * | idle | nothing is under way |
 * | creating | the server is asked for a payment |
 * | invoking | the cashier is open, or being opened |
 * | confirming | the cashier is done with; the server is asked what is true |
 * | succeeded | the server said paid; final |
 * | failed, cancelled | the server said not paid, after the cashier failed or the payer left |
 * | pending | nobody can know yet; may still become paid |
 */
const again = { START: 'creating', RECHECK: 'confirming' } as const
const begun = { RETURNED: 'confirming', REJECTED: 'failed' } as const
const ended = { ...again, PAID: 'succeeded' } as const
const table = {
  idle: again,
  creating: { ...begun, CREATED: 'invoking' },
  invoking: { ...begun, PAID: 'succeeded' },
  confirming: { DISMISSED: 'cancelled', REJECTED: 'failed', CLOSED: 'failed', TIMED_OUT: 'pending', PAID: 'succeeded' },
  pending: { ...ended, CLOSED: 'failed' },
  cancelled: ended,
  failed: ended,
  succeeded: {},
} as const

export type PayState = keyof typeof table

/**
 * What can happen to a payment.
 * - `START` a payment was asked for
 * - `CREATED` the server answered with what the cashier needs
 * - `RETURNED` the cashier came back, fell silent, or cannot come back: ask the server
 * - `DISMISSED` the payer left, and the server said not paid
 * - `REJECTED` it was refused, and the server said not paid, or no cashier had opened
 * - `TIMED_OUT` the server could not tell in time
 * - `RECHECK` ask the server once more
 * - `CLOSED` the server said the order is closed
 * - `PAID` the server said paid
 */
export type PayEvent
  = 'START' | 'CREATED' | 'RETURNED' | 'DISMISSED' | 'REJECTED' | 'TIMED_OUT' | 'RECHECK' | 'CLOSED' | 'PAID'

/** State → event → next state. An event that is not listed changes nothing. */
export const flow: Readonly<Record<PayState, Readonly<Partial<Record<PayEvent, PayState>>>>> = table

/** The state after `event`; the same state where the table has no entry, and where nothing happened. */
export function nextState(state: PayState, event: PayEvent | undefined): PayState {
  return (event && flow[state][event]) || state
}

/** Whether a payment in this state occupies its button. */
export function isBusy(state: PayState): boolean {
  return state === 'creating' || state === 'invoking' || state === 'confirming'
}
