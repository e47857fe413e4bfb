import type { OutcomeRow } from './types'

/** PayPal in an app, for those who register it: approved is not yet captured. */
export const paypalRows: readonly OutcomeRow[] = [
  // #ifdef APP-PLUS
  ['success', '', 'any', '', 'pending', 'verify'],
  // #endif
]
