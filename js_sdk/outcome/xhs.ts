import type { OutcomeRow } from './types'

/** Xiaohongshu, `xhs.requestGuaranteeOrderPayment`: iOS and Android call back differently, and not always. */
export const xhsRows: readonly OutcomeRow[] = [
  // #ifdef MP-XHS
  ['fail', 'errMsg', '==', 'requestGuaranteeOrderPayment:fail cancel', 'cancel', 'user'],
  // #endif
]
