import type { OutcomeRow } from './types'

/** QQ, `qq.requestPayment`: taken to speak as WeChat does. */
export const qqRows: readonly OutcomeRow[] = [
  // #ifdef MP-QQ
  ['success', 'errMsg', '==', 'requestPayment:ok', 'success', 'verify'],
  ['fail', 'errMsg', '==', 'requestPayment:fail cancel', 'cancel', 'user'],
  ['fail', 'errMsg', '^=', 'requestPayment:fail', 'fail', 'verify'],
  // #endif
]
