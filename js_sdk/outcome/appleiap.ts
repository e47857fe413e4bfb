import type { OutcomeRow } from './types'

/** Apple's in-app purchase. A transaction is judged by its state, whether bought now or restored. */
export const appleiapRows: readonly OutcomeRow[] = [
  // #ifdef APP-PLUS
  // may become paid all the same: the payer adds a card in the App Store, and the purchase goes on there
  ['fail', 'errCode', '==', [2], 'cancel', 'user'],
  // 0 purchasing, 4 waiting for somebody's leave; 1 purchased, 3 restored; 2 failed
  ['any', 'transactionState', '==', [0, 4], 'pending', 'verify'],
  ['any', 'transactionState', '==', [1, 3], 'success', 'verify'],
  ['any', 'transactionState', '==', [2], 'fail', 'verify'],
  // #endif
]
