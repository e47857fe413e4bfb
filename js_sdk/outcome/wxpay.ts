import type { OutcomeRow } from './types'

/** WeChat Pay. A build carries only the rows of its own platform. */
export const wxpayRows: readonly OutcomeRow[] = [
  // #ifdef MP-WEIXIN
  // wx.requestPayment: an old shape has a code, otherwise the text is all there is (apiv3 documents, chapter 3.5.4)
  ['success', 'errMsg', /^requestPayment:ok$/, 'success', 'verify'],
  ['fail', 'err_code', /^-1$/, 'fail', 'config'],
  // the payer left; but wrong parameters, and payments that went through, have been seen with this text, too
  ['fail', 'errMsg', /^requestPayment:fail cancel$/, 'cancel', 'user'],
  ['fail', 'errMsg', /^requestPayment:fail banne|\[touristappid\]/, 'fail', 'config'],
  ['fail', 'errMsg', /^requestPayment:fail/, 'fail', 'verify'],
  // #endif
  // #ifdef APP-PLUS
  // the outer code is -100 for every native error; the inner one stands in the text
  ['success', 'errMsg', '==', 'requestPayment:ok', 'success', 'verify'],
  ['fail', 'errMsg', '*=', '[payment微信:-2]', 'cancel', 'user'],
  ['fail', 'errMsg', '*=', ['[payment微信:-1]', '[payment微信:-4]', '[payment微信:-6]'], 'fail', 'config'],
  ['fail', 'errMsg', '*=', '[payment微信:-3]', 'fail', 'unknown'],
  ['fail', 'errMsg', '*=', ['[payment微信:-5]', '[payment微信:-8]'], 'fail', 'not-installed'],
  // #endif
  // #ifdef H5
  // getBrandWCPayRequest answers in one callback (merchant documents 4011935213)
  ['single', 'err_msg', '==', 'get_brand_wcpay_request:ok', 'success', 'verify'],
  ['single', 'err_msg', '==', 'get_brand_wcpay_request:cancel', 'cancel', 'user'],
  // an expired prepay_id, or one of another appid; the text comes alone or beside `:fail`
  ['single', 'err_desc', '*=', '调用支付JSAPI缺少参数', 'fail', 'config'],
  ['single', 'err_msg', '*=', '调用支付JSAPI缺少参数', 'fail', 'config'],
  ['single', 'err_msg', '^=', 'get_brand_wcpay_request:fail', 'fail', 'verify'],
  ['fail', 'errMsg', '==', 'WeixinJSBridge is undefined', 'fail', 'not-installed'],
  // #endif
]
