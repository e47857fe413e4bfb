import type { OutcomeRow } from './types'

/** Stripe on a page, for those who register it: the status of the payment intent, as asked for. */
export const stripeRows: readonly OutcomeRow[] = [
  // #ifdef H5
  ['query', 'status', '==', 'succeeded', 'success', 'verify'],
  ['query', 'status', '==', 'processing', 'pending', 'verify'],
  ['query', 'status', '==', 'requires_payment_method', 'fail', 'verify'],
  // not necessarily by the payer
  ['query', 'status', '==', 'canceled', 'cancel', 'unknown'],
  // #endif
]
