import type { OutcomeRow } from './types'

/** `wx.chooseWXPay` of the JS-SDK: cancel and errors cannot be told apart in its `fail`. */
export const chooseWXPayRows: readonly OutcomeRow[] = [
  // #ifdef H5
  ['success', '', 'any', '', 'success', 'verify'],
  ['fail', '', 'any', '', 'fail', 'verify'],
  // #endif
]
