import type { OutcomeRow } from './types'

/** Douyin, `tt.pay`: the code stands inside *success*; `fail` means that the call itself was refused. */
export const douyinRows: readonly OutcomeRow[] = [
  // #ifdef MP-TOUTIAO
  ['success', 'code', '==', [0], 'success', 'verify'],
  ['success', 'code', '==', [1], 'pending', 'unknown'],
  ['success', 'code', '==', [2, 3], 'fail', 'verify'],
  ['success', 'code', '==', [4], 'cancel', 'user'],
  // "find out yourself"
  ['success', 'code', '==', [9], 'pending', 'verify'],
  ['fail', 'errorCode', '==', [157406, 157491], 'fail', 'config'],
  ['fail', 'errNo', '==', [10401], 'fail', 'config'],
  // #endif
]

/** `tt.requestOrder` and `tt.getOrderPayment`. */
export const getOrderPaymentRows: readonly OutcomeRow[] = [
  // #ifdef MP-TOUTIAO
  ['fail', 'errMsg', '~', 'cancel', 'cancel', 'user'],
  ['fail', '', 'any', '', 'fail', 'verify'],
  // #endif
]

/** `tt.continueToPayLife`: 21550 = not signed in; with an `orderId` the order exists, unpaid. */
export const continueToPayLifeRows: readonly OutcomeRow[] = [
  // #ifdef MP-TOUTIAO
  ['fail', 'errNo', '==', [21550], 'fail', 'unknown'],
  ['fail', 'orderId', '*=', '', 'fail', 'verify'],
  // #endif
]
