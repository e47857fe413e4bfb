import type { CashierReport, OutcomeReason, PayOutcome } from '../../../js_sdk/types'
import type { UniTarget } from '../../support/compile-for'

/** One known raw result: the build it is met in, channel, where it arrives, the raw object, what it means, why, and whose report it is. */
export type RowCase = readonly [target: UniTarget | 'every', provider: string, via: CashierReport['via'], raw: Record<string, unknown> | undefined, outcome: PayOutcome, reason: OutcomeReason, note?: string]

/** Every known raw payment result, as its platform delivers it. Provider `*` stands for any. */
export const rowCases: readonly RowCase[] = [
  // wxpay on mp-weixin
  ['mp-weixin', 'wxpay', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail cancel' }, 'cancel', 'user', 'the payer left'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail cancel', errno: 0 }, 'cancel', 'user', 'the payer did not leave'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail cancel', errCode: 0 }, 'cancel', 'user', 'it went through'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail', err_code: '-1', err_desc: 'Invalid payment situation' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail banned' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail 系统错误，错误码：1,[20240101 00:00:00][touristappid]' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail (detail message)' }, 'fail', 'verify'],
  // wxpay-virtual on mp-weixin
  ['mp-weixin', 'wxpay-virtual', 'success', { errMsg: 'requestVirtualPayment:ok' }, 'success', 'verify'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail requestPayment:fail cancel', errno: -2, errCode: -2 }, 'cancel', 'user', 'on Windows'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail cancel', errCode: -2 }, 'cancel', 'user'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -5 }, 'pending', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15001 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15002 }, 'fail', 'duplicate'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15003 }, 'pending', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15004 }, 'fail', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail SIGNATURE_INVALID', errCode: -15005 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail PAY_SIG_INVALID', errCode: -15006 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15007 }, 'fail', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15008 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15009 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15010 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15011 }, 'fail', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15012 }, 'fail', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15013 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15014 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15016 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15017 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15018 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15019 }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15020 }, 'fail', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail reason', errCode: -15021 }, 'fail', 'unknown'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail INVALID_PLATFORM' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail no permission' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail 1001 parameter.signature should be String' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail 暂不支持非中国大陆地区苹果账号支付。' }, 'fail', 'config'],
  // wxpay on h5
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:ok' }, 'success', 'verify'],
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:cancel' }, 'cancel', 'user'],
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:cancel' }, 'cancel', 'user', 'WeChat 7.0.8, before an ok'],
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:cancel', err_desc: 'sign error' }, 'cancel', 'user', 'a wrong signature'],
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:fail' }, 'fail', 'verify'],
  ['h5', 'wxpay', 'single', { err_msg: '调用支付JSAPI缺少参数：total_fee' }, 'fail', 'config'],
  ['h5', 'wxpay', 'fail', { errMsg: 'WeixinJSBridge is undefined' }, 'fail', 'not-installed', 'told by our own provider'],
  ['h5', 'wxpay', 'none', undefined, 'pending', 'no-callback', 'inside WeChat'],
  // wxpay/chooseWXPay on h5
  ['h5', 'wxpay/chooseWXPay', 'success', { errMsg: 'chooseWXPay:ok' }, 'success', 'verify'],
  ['h5', 'wxpay/chooseWXPay', 'fail', { errMsg: 'chooseWXPay:fail' }, 'fail', 'verify'],
  // wxpay on h5
  ['h5', 'wxpay', 'none', undefined, 'pending', 'no-callback', 'MWEB'],
  ['h5', 'wxpay', 'none', undefined, 'pending', 'no-callback', 'QR code'],
  // wxpay on app
  ['app', 'wxpay', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-2]User canceled', errCode: -100, code: -100 }, 'cancel', 'user'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail:[payment微信:-2]General errors', errCode: -100, code: -100 }, 'cancel', 'user'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-1]General errors', errCode: -100, code: -100 }, 'fail', 'config'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-3]General errors', errCode: -100, code: -100 }, 'fail', 'unknown'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-4]General errors', errCode: -100, code: -100 }, 'fail', 'config'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-5]General errors', errCode: -100, code: -100 }, 'fail', 'not-installed'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-6]General errors', errCode: -100, code: -100 }, 'fail', 'config'],
  ['app', 'wxpay', 'fail', { errMsg: 'requestPayment:fail [payment微信:-8]General errors', errCode: -100, code: -100 }, 'fail', 'not-installed'],
  ['app', 'wxpay', 'none', undefined, 'pending', 'no-callback'],
  // alipay on app
  ['app', 'alipay', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62001]用户中途取消支付操作', errCode: -100, code: -100 }, 'cancel', 'user'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62000]General errors', errCode: -100, code: -100 }, 'fail', 'not-installed'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62002]General errors', errCode: -100, code: -100 }, 'fail', 'unknown'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62003]General errors', errCode: -100, code: -100 }, 'fail', 'config'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62004]General errors', errCode: -100, code: -100 }, 'fail', 'unknown'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62005]General errors', errCode: -100, code: -100 }, 'fail', 'config'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62010]General errors', errCode: -100, code: -100 }, 'fail', 'config'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62006]General errors', errCode: -100, code: -100 }, 'pending', 'unknown'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62007]General errors', errCode: -100, code: -100 }, 'pending', 'unknown'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62008]General errors', errCode: -100, code: -100 }, 'pending', 'network'],
  ['app', 'alipay', 'fail', { errMsg: 'requestPayment:fail [payment支付宝:62009]未知错误', errCode: -100, code: -100 }, 'pending', 'unknown'],
  // alipay on mp-alipay
  ['mp-alipay', 'alipay', 'success', { resultCode: '9000', errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '8000', errMsg: 'requestPayment:ok' }, 'pending', 'verify'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '6004', errMsg: 'requestPayment:ok' }, 'pending', 'unknown'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '6001', errMsg: 'requestPayment:ok' }, 'cancel', 'user'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '6002', errMsg: 'requestPayment:ok' }, 'pending', 'network'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '4000', errMsg: 'requestPayment:ok' }, 'fail', 'verify'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '4', errMsg: 'requestPayment:ok' }, 'fail', 'config'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '99', errMsg: 'requestPayment:ok' }, 'cancel', 'user'],
  ['mp-alipay', 'alipay', 'success', { resultCode: '5000', errMsg: 'requestPayment:ok' }, 'pending', 'duplicate'],
  ['mp-alipay', 'alipay', 'fail', { errMsg: 'requestPayment:fail 缺少参数 tradeNO' }, 'fail', 'config'],
  // alipay on h5
  ['h5', 'alipay', 'none', undefined, 'pending', 'no-callback'],
  ['h5', 'alipay', 'query', { sub_code: 'ACQ.TRADE_NOT_EXIST' }, 'pending', 'verify'],
  // * on app-harmony
  ['app-harmony', '*', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail The user canceled midway.', errCode: 700601 }, 'cancel', 'user'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700600 }, 'pending', 'verify'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 701100 }, 'fail', 'verify'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 701110 }, 'pending', 'duplicate'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700602 }, 'pending', 'network'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700603 }, 'pending', 'unknown'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700604 }, 'fail', 'not-installed'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700605 }, 'fail', 'config'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700607 }, 'pending', 'unknown'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700608 }, 'fail', 'config'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700800 }, 'fail', 'config'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700801 }, 'fail', 'config'],
  ['app-harmony', '*', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 700000 }, 'pending', 'unknown'],
  // alipay on app-harmony
  ['app-harmony', 'alipay', 'fail', { errMsg: 'requestPayment:fail Other payment errors.' }, 'pending', 'unknown'],
  // huawei on app-harmony
  ['app-harmony', 'huawei', 'fail', { code: 1001930000 }, 'cancel', 'user'],
  ['app-harmony', 'huawei', 'fail', { code: 1001930001 }, 'fail', 'verify'],
  ['app-harmony', 'huawei', 'fail', { code: 401 }, 'fail', 'config'],
  ['app-harmony', 'huawei', 'fail', { code: 1001930002 }, 'pending', 'verify'],
  ['app-harmony', 'huawei', 'fail', { code: 1001930010 }, 'pending', 'duplicate'],
  ['app-harmony', 'huawei', 'fail', { code: 1001930011 }, 'pending', 'network'],
  // huawei on mp-harmony
  ['mp-harmony', 'huawei', 'fail', { errMsg: 'requestPayment:fail requestPayment error.', errCode: 50000101 }, 'pending', 'unknown'],
  // huawei on quickapp-webview-huawei
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '0' }, 'success', 'verify'],
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '-1' }, 'fail', 'verify'],
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '30000' }, 'cancel', 'user'],
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '30001' }, 'fail', 'config'],
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '30004' }, 'pending', 'unknown'],
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '30010' }, 'pending', 'duplicate'],
  ['quickapp-webview-huawei', 'huawei', 'single', { code: '30011' }, 'pending', 'network'],
  // douyin on mp-toutiao
  ['mp-toutiao', 'douyin', 'success', { code: 0 }, 'success', 'verify'],
  ['mp-toutiao', 'douyin', 'success', { code: 1 }, 'pending', 'unknown'],
  ['mp-toutiao', 'douyin', 'success', { code: 2 }, 'fail', 'verify'],
  ['mp-toutiao', 'douyin', 'success', { code: 3 }, 'fail', 'verify'],
  ['mp-toutiao', 'douyin', 'success', { code: 4 }, 'cancel', 'user'],
  ['mp-toutiao', 'douyin', 'success', { code: 9 }, 'pending', 'verify'],
  ['mp-toutiao', 'douyin', 'fail', { errMsg: 'pay:fail permission denied', errorCode: 157406 }, 'fail', 'config'],
  ['mp-toutiao', 'douyin', 'fail', { errMsg: 'pay:fail Fail to get order info, 2010', errNo: 10401, errorCode: 157491 }, 'fail', 'config'],
  ['mp-toutiao', 'douyin', 'none', undefined, 'pending', 'no-callback'],
  // douyin/getOrderPayment on mp-toutiao
  ['mp-toutiao', 'douyin/getOrderPayment', 'fail', { errMsg: 'getOrderPayment:fail Cancel' }, 'cancel', 'user'],
  ['mp-toutiao', 'douyin/getOrderPayment', 'fail', { errMsg: 'getOrderPayment:fail' }, 'fail', 'verify'],
  // douyin/continueToPayLife on mp-toutiao
  ['mp-toutiao', 'douyin/continueToPayLife', 'fail', { errNo: 21550, errMsg: 'continueToPayLife:fail' }, 'fail', 'unknown'],
  ['mp-toutiao', 'douyin/continueToPayLife', 'fail', { errNo: 10001, errMsg: 'continueToPayLife:fail', orderId: '7000' }, 'fail', 'verify'],
  // baidu on mp-baidu
  ['mp-baidu', 'baidu', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['mp-baidu', 'baidu', 'fail', { errMsg: 'requestPayment:fail: 参数 orderInfo 数据结构不正确，必须为 JSON 字符串' }, 'fail', 'config'],
  ['mp-baidu', 'baidu', 'fail', { errCode: 1, errMsg: 'requestPayment:fail', data: { subErrCode: 20014 } }, 'fail', 'not-installed'],
  ['mp-baidu', 'baidu', 'fail', { errMsg: 'requestPayment:fail something' }, 'fail', 'verify'],
  ['mp-baidu', 'baidu', 'none', undefined, 'pending', 'no-callback'],
  // kuaishou on mp-kuaishou
  ['mp-kuaishou', 'kuaishou', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['mp-kuaishou', 'kuaishou', 'fail', { errMsg: 'requestPayment:fail something' }, 'fail', 'verify'],
  // xhs on mp-xhs
  ['mp-xhs', 'xhs', 'fail', { errMsg: 'requestGuaranteeOrderPayment:fail cancel' }, 'cancel', 'user'],
  ['mp-xhs', 'xhs', 'none', undefined, 'pending', 'no-callback'],
  // qq on mp-qq
  ['mp-qq', 'qq', 'success', { errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['mp-qq', 'qq', 'fail', { errMsg: 'requestPayment:fail cancel' }, 'cancel', 'user'],
  ['mp-qq', 'qq', 'fail', { errMsg: 'requestPayment:fail (detail)' }, 'fail', 'verify'],
  // jd on mp-jd
  ['mp-jd', 'jd', 'fail', { errMsg: 'requestPayment:fail' }, 'pending', 'unknown'],
  // appleiap on app
  ['app', 'appleiap', 'fail', { errMsg: 'requestPayment:fail reason', errCode: 2 }, 'cancel', 'user'],
  ['app', 'appleiap', 'success', { transactionState: '0', transactionIdentifier: '1', errMsg: 'requestPayment:ok' }, 'pending', 'verify'],
  ['app', 'appleiap', 'success', { transactionState: '1', transactionIdentifier: '1', errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['app', 'appleiap', 'success', { transactionState: '2', transactionIdentifier: '1', errMsg: 'requestPayment:ok' }, 'fail', 'verify'],
  ['app', 'appleiap', 'success', { transactionState: '3', transactionIdentifier: '1', errMsg: 'requestPayment:ok' }, 'success', 'verify'],
  ['app', 'appleiap', 'success', { transactionState: '4', transactionIdentifier: '1', errMsg: 'requestPayment:ok' }, 'pending', 'verify'],
  // paypal on app
  ['app', 'paypal', 'success', { errMsg: 'requestPayment:ok' }, 'pending', 'verify'],
  // stripe on h5
  ['h5', 'stripe', 'query', { status: 'succeeded' }, 'success', 'verify'],
  ['h5', 'stripe', 'query', { status: 'processing' }, 'pending', 'verify'],
  ['h5', 'stripe', 'query', { status: 'requires_payment_method' }, 'fail', 'verify'],
  ['h5', 'stripe', 'query', { status: 'canceled' }, 'cancel', 'unknown'],
  // * on app
  ['app', '*', 'fail', { errMsg: 'requestPayment:fail service not found' }, 'fail', 'config'],
  // * on every
  ['every', '*', 'none', undefined, 'pending', 'no-callback'],
  ['every', '*', 'fail', { errMsg: 'never seen before' }, 'pending', 'unknown'],
]

/** Other shapes of reports above: the second half of an "or", a prefix cut short, a field beside another. */
export const alsoSeen: readonly RowCase[] = [
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail banne' }, 'fail', 'config'],
  ['mp-weixin', 'wxpay', 'fail', { errMsg: 'requestPayment:fail:cancel' }, 'cancel', 'user'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errMsg: 'requestVirtualPayment:fail', errCode: -99999 }, 'pending', 'unknown'],
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:fail', err_desc: '调用支付JSAPI缺少参数：total_fee' }, 'fail', 'config'],
  ['h5', 'wxpay', 'single', { err_msg: 'get_brand_wcpay_request:fail_no permission' }, 'fail', 'verify'],
  ['mp-toutiao', 'douyin', 'fail', { errMsg: 'pay:fail', errNo: '10401' }, 'fail', 'config'],
  ['mp-toutiao', 'douyin', 'fail', { errMsg: 'pay:fail', errorCode: '157491' }, 'fail', 'config'],
  ['mp-toutiao', 'douyin/continueToPayLife', 'fail', { errNo: 1, errMsg: 'continueToPayLife:fail' }, 'pending', 'unknown'],
  // the code comes before a text that says something else
  ['app-harmony', 'alipay', 'fail', { errCode: 700601, errMsg: 'requestPayment:fail Other payment errors.' }, 'cancel', 'user'],
  ['mp-weixin', 'wxpay-virtual', 'fail', { errCode: -15002, errMsg: 'requestVirtualPayment:fail no permission' }, 'fail', 'duplicate'],
  ['mp-weixin', 'wxpay', 'fail', { err_code: -1, errMsg: 'requestPayment:fail cancel' }, 'fail', 'config'],
]
