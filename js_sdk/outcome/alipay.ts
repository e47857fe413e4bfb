import type { OutcomeRow } from './types'

/** Alipay. A build carries only the rows of its own platform. */
export const alipayRows: readonly OutcomeRow[] = [
  // #ifdef MP-ALIPAY
  // my.tradePay: the code stands inside *success*, where uni-app writes requestPayment:ok whatever it is
  ['success', 'resultCode', '==', [9000], 'success', 'verify'],
  ['success', 'resultCode', '==', [8000], 'pending', 'verify'],
  ['success', 'resultCode', '==', [6004], 'pending', 'unknown'],
  ['success', 'resultCode', '==', [6001, 99], 'cancel', 'user'],
  ['success', 'resultCode', '==', [6002], 'pending', 'network'],
  ['success', 'resultCode', '==', [4000], 'fail', 'verify'],
  ['success', 'resultCode', '==', [4], 'fail', 'config'],
  ['success', 'resultCode', '==', [5000], 'pending', 'duplicate'],
  ['fail', '', 'any', '', 'fail', 'config'],
  // #endif
  // #ifdef APP-PLUS
  // as with WeChat, the code is inside the text
  ['success', 'errMsg', '==', 'requestPayment:ok', 'success', 'verify'],
  ['fail', 'errMsg', '*=', '[payment支付宝:62001]', 'cancel', 'user'],
  ['fail', 'errMsg', '*=', '[payment支付宝:62000]', 'fail', 'not-installed'],
  ['fail', 'errMsg', '*=', ['[payment支付宝:62003]', '[payment支付宝:62005]', '[payment支付宝:62010]'], 'fail', 'config'],
  ['fail', 'errMsg', '*=', ['[payment支付宝:62002]', '[payment支付宝:62004]'], 'fail', 'unknown'],
  ['fail', 'errMsg', '*=', '[payment支付宝:62008]', 'pending', 'network'],
  ['fail', 'errMsg', '*=', ['[payment支付宝:62006]', '[payment支付宝:62007]', '[payment支付宝:62009]'], 'pending', 'unknown'],
  // #endif
  // #ifdef APP-HARMONY
  // runtimes below 4.31 report a payment that went through in this way
  ['fail', 'errMsg', '*=', 'Other payment errors.', 'pending', 'unknown'],
  // #endif
  // #ifdef H5
  // a QR code before anybody scanned it: unpaid, not unknown
  ['query', 'sub_code', '==', 'ACQ.TRADE_NOT_EXIST', 'pending', 'verify'],
  // #endif
]
