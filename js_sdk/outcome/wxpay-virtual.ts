import type { OutcomeRow } from './types'

/** WeChat's payment for virtual goods, `wx.requestVirtualPayment`: codes, and texts for what has none. */
export const wxpayVirtualRows: readonly OutcomeRow[] = [
  // #ifdef MP-WEIXIN
  ['success', 'errMsg', /^requestVirtualPayment:ok$/, 'success', 'verify'],
  ['fail', 'errCode', /^-2$/, 'cancel', 'user'],
  // -5 signing a contract and -15003 their system: nobody knows how it ended
  ['fail', 'errCode', /^-(?:5|15003)$/, 'pending', 'unknown'],
  ['fail', 'errCode', /^-150(?:0[15689]|1[0346-9])$/, 'fail', 'config'],
  ['fail', 'errCode', /^-15002$/, 'fail', 'duplicate'],
  // may go through when tried again; -15004 and -15011 are explained nowhere
  ['fail', 'errCode', /^-150(?:0[47]|1[12]|2[01])$/, 'fail', 'unknown'],
  ['fail', 'errMsg', /^requestVirtualPayment:fail (?:INVALID_PLATFORM|no permission)$|parameter\.signature should be String|暂不支持非中国大陆地区苹果账号支付。/, 'fail', 'config'],
  // #endif
]
