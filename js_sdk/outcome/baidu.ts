import type { OutcomeRow } from './types'

/** Baidu, `swan.requestPolymerPayment`. Its code for "cancelled" is not known, so that any other failure is asked about. */
export const baiduRows: readonly OutcomeRow[] = [
  // #ifdef MP-BAIDU
  ['success', '', 'any', '', 'success', 'verify'],
  ['fail', 'data.subErrCode', '==', [20014], 'fail', 'not-installed'],
  ['fail', 'errMsg', '^=', 'requestPayment:fail 参数 orderInfo 数据结构不正确', 'fail', 'config'],
  ['fail', '', 'any', '', 'fail', 'verify'],
  // #endif
]
