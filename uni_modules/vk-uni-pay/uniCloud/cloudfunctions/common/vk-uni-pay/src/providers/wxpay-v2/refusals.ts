import type { ChannelVerdict } from '../../core/errors'
import { ChannelError, PayCode, safeText } from '../../core/errors'
import { lookup } from '../../core/lookup'

interface Meaning {
  code: number
  verdict: ChannelVerdict
  /** What the developer should look at. */
  hint: string
}

const refused = (code: number, hint: string): Meaning => ({ code, verdict: 'refused', hint })
const unknown = (code: number, hint: string): Meaning => ({ code, verdict: 'unknown', hint })

/** `err_code` of the v2 interfaces (unifiedorder, orderquery, closeorder, refund, refundquery, micropay, reverse), and what it tells about the order. */
const meanings: Record<string, Meaning> = {
  SIGNERROR: refused(PayCode.signature, '请求签名错误，请检查 key 与 signType'),
  CERT_ERROR: refused(PayCode.keyFile, '商户 API 证书校验失败，请检查 pfx'),
  NOAUTH: refused(PayCode.notAllowed, '商户号没有此接口权限'),
  NO_AUTH: refused(PayCode.notAllowed, '商户号没有此接口权限'),
  APPID_NOT_EXIST: refused(PayCode.parameter, 'appId 不存在'),
  MCHID_NOT_EXIST: refused(PayCode.parameter, 'mchId 不存在'),
  APPID_MCHID_NOT_MATCH: refused(PayCode.parameter, 'appId 与 mchId 没有绑定'),
  LACK_PARAMS: refused(PayCode.parameter, '缺少参数'),
  PARAM_ERROR: refused(PayCode.parameter, '参数错误'),
  XML_FORMAT_ERROR: refused(PayCode.parameter, 'XML 格式错误'),
  POST_DATA_EMPTY: refused(PayCode.parameter, '请求内容为空'),
  NOT_UTF8: refused(PayCode.parameter, '请求不是 UTF-8 编码'),
  REQUIRE_POST_METHOD: refused(PayCode.parameter, '请求必须是 POST'),
  INVALID_REQUEST: refused(PayCode.parameter, '请求不被接受'),
  INVALID_TRANSACTIONID: refused(PayCode.parameter, '微信订单号无效'),
  TRADE_ERROR: refused(PayCode.notAllowed, '交易被拒绝'),
  RULELIMIT: refused(PayCode.notAllowed, '触发业务规则限制'),

  ORDERPAID: { code: PayCode.alreadyPaid, verdict: 'paid', hint: '订单已支付' },
  ORDERCLOSED: { code: PayCode.parameter, verdict: 'number-taken', hint: '订单已关闭' },
  ORDERREVERSED: { code: PayCode.parameter, verdict: 'number-taken', hint: '订单已撤销' },
  OUT_TRADE_NO_USED: { code: PayCode.parameter, verdict: 'number-taken', hint: '商户订单号重复' },
  ORDERNOTEXIST: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '订单不存在' },
  REFUNDNOTEXIST: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '退款单不存在' },

  // the payer's side of a charge
  AUTHCODEEXPIRE: refused(PayCode.parameter, '付款码已过期，请用户刷新后重新扫码'),
  AUTH_CODE_ERROR: refused(PayCode.parameter, '付款码无效'),
  AUTH_CODE_INVALID: refused(PayCode.parameter, '不是微信付款码'),
  BUYER_MISMATCH: refused(PayCode.parameter, '同一笔订单的支付用户不一致，请更换商户订单号'),
  NOTSUPORTCARD: refused(PayCode.notAllowed, '不支持此银行卡'),

  // refunds
  NOTENOUGH: refused(PayCode.balance, '账户余额不足'),
  USER_ACCOUNT_ABNORMAL: refused(PayCode.notAllowed, '用户账户异常，不能原路退款'),
  TRADE_OVERDUE: refused(PayCode.notAllowed, '订单已超过可退款期限'),
  REFUND_FEE_MISMATCH: refused(PayCode.parameter, '同一退款单号的退款金额与之前不一致'),
  ORDER_NOT_READY: unknown(PayCode.busy, '订单正在处理，请稍后用原退款单号重试'),
  BIZERR_NEED_RETRY: unknown(PayCode.busy, '退款业务繁忙，请用原退款单号重试'),
  REVERSE_EXPIRE: refused(PayCode.notAllowed, '订单已超过可撤销期限'),

  USERPAYING: unknown(PayCode.busy, '用户正在输入密码'),
  BANKERROR: unknown(PayCode.busy, '银行系统繁忙'),
  SYSTEMERROR: unknown(PayCode.busy, '微信支付系统繁忙'),
  ERROR: unknown(PayCode.busy, '微信支付业务错误'),
  FREQUENCY_LIMITED: unknown(PayCode.tooOften, '请求过于频繁'),
  INVALID_REQ_TOO_MUCH: unknown(PayCode.tooOften, '无效请求过多，被频率限制'),
}

/** Said as INVALID_REQUEST, too: "201 商户订单号重复". */
const NUMBER_REPEATED = /商户订单号重复/

/** The error of a signed answer whose `result_code` is not SUCCESS. */
export function refusalError(errCode: string, description: string): ChannelError {
  const repeated = errCode === 'INVALID_REQUEST' && NUMBER_REPEATED.test(description)
  const meaning = lookup(meanings, repeated ? 'OUT_TRADE_NO_USED' : errCode) ?? unknown(PayCode.busy, '微信支付没有给出可用的应答')
  return channelError(meaning, errCode || 'result_code', description)
}

function channelError({ code, hint, verdict }: Meaning, upstream: string, text: string): ChannelError {
  return new ChannelError(code, `微信支付：${hint}（${safeText(`${upstream} ${text}`, 120)}）`, verdict, { extra: { channel_code: safeText(upstream, 60) } })
}

/** What `return_msg` says of a request that was not taken. It carries no signature: nobody vouches for it, so it proves nothing about the order. */
const complaints: readonly [RegExp, Meaning][] = [
  [/签名|sign/i, unknown(PayCode.signature, '请求签名错误，请检查 key 与 signType')],
  [/证书|cert/i, unknown(PayCode.keyFile, '商户 API 证书校验失败，请检查 pfx')],
  [/appid|mch_?id|参数|缺少|param/i, unknown(PayCode.parameter, '请求不被接受')],
]

/** The error of an answer whose `return_code` is not SUCCESS. */
export function unsignedRefusal(message: string): ChannelError {
  const meaning = complaints.find(([pattern]) => pattern.test(message))?.[1] ?? unknown(PayCode.busy, '微信支付没有受理请求')
  return channelError(meaning, 'return_code FAIL', message)
}
