import type { ChannelVerdict } from '../../core/errors'
import { ChannelError, PayCode, safeText } from '../../core/errors'
import { lookup } from '../../core/lookup'

interface Meaning {
  code: number
  verdict: ChannelVerdict
  /** What the developer should look at. */
  hint: string
}

/** Error codes of the APIv3 order interfaces, and what they tell us about the order. */
const meanings: Record<string, Meaning> = {
  SIGN_ERROR: { code: PayCode.signature, verdict: 'refused', hint: '请求签名错误，请检查商户私钥、证书与商户号是否匹配' },
  NO_AUTH: { code: PayCode.notAllowed, verdict: 'refused', hint: '商户号没有此接口权限' },
  NOAUTH: { code: PayCode.notAllowed, verdict: 'refused', hint: '商户号没有此接口权限' },
  PARAM_ERROR: { code: PayCode.parameter, verdict: 'refused', hint: '参数错误' },
  INVALID_REQUEST: { code: PayCode.parameter, verdict: 'refused', hint: '请求不被接受' },
  APPID_MCHID_NOT_MATCH: { code: PayCode.parameter, verdict: 'refused', hint: 'appId 与 mchId 没有绑定' },
  MCH_NOT_EXISTS: { code: PayCode.parameter, verdict: 'refused', hint: 'mchId 不存在' },
  OPENID_MISMATCH: { code: PayCode.parameter, verdict: 'refused', hint: 'openid 不属于该 appId' },
  RULE_LIMIT: { code: PayCode.notAllowed, verdict: 'refused', hint: '触发业务规则限制' },
  TRADE_ERROR: { code: PayCode.notAllowed, verdict: 'refused', hint: '交易被拒绝' },
  NOT_ENOUGH: { code: PayCode.balance, verdict: 'refused', hint: '余额不足；退款和转账请充值后用原单号重试' },
  NOTENOUGH: { code: PayCode.balance, verdict: 'refused', hint: '用户余额不足' },
  AUTH_CODE_EXPIRED: { code: PayCode.parameter, verdict: 'refused', hint: '付款码已过期，请用户刷新后换新的 out_trade_no 重试' },
  AUTH_CODE_ERROR: { code: PayCode.parameter, verdict: 'refused', hint: '付款码无效，请用户刷新后换新的 out_trade_no 重试' },
  AUTH_CODE_INVALID: { code: PayCode.parameter, verdict: 'refused', hint: '付款码无效，请用户刷新后换新的 out_trade_no 重试' },
  AUTHCODEEXPIRE: { code: PayCode.parameter, verdict: 'refused', hint: '付款码已过期，请用户刷新后换新的 out_trade_no 重试' },
  NOTSUPORTCARD: { code: PayCode.notAllowed, verdict: 'refused', hint: '不支持用户使用的银行卡' },
  USERPAYING: { code: PayCode.busy, verdict: 'unknown', hint: '等待用户输入支付密码' },
  ACCOUNT_ERROR: { code: PayCode.notAllowed, verdict: 'refused', hint: '账户异常' },
  QUOTA_EXCEED: { code: PayCode.notAllowed, verdict: 'refused', hint: '超过限额' },
  USER_ACCOUNT_ABNORMAL: { code: PayCode.notAllowed, verdict: 'refused', hint: '用户账户异常，不能原路退款' },
  OUT_TRADE_NO_USED: { code: PayCode.parameter, verdict: 'number-taken', hint: '商户订单号重复' },
  ORDER_CLOSED: { code: PayCode.parameter, verdict: 'number-taken', hint: '订单已关闭' },
  ORDERCLOSED: { code: PayCode.parameter, verdict: 'number-taken', hint: '订单已关闭' },
  ORDER_REVERSED: { code: PayCode.parameter, verdict: 'number-taken', hint: '订单已撤销' },
  ORDERREVERSED: { code: PayCode.parameter, verdict: 'number-taken', hint: '订单已撤销' },
  ALREADY_EXISTS: { code: PayCode.parameter, verdict: 'number-taken', hint: '单号已被其他内容的请求使用' },
  ORDERPAID: { code: PayCode.alreadyPaid, verdict: 'paid', hint: '订单已支付' },
  ORDER_NOT_EXIST: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '订单不存在' },
  ORDERNOTEXIST: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '订单不存在' },
  RESOURCE_NOT_EXISTS: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '订单不存在' },
  NOT_FOUND: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '记录不存在' },
  NO_STATEMENT_EXIST: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '账单不存在' },
  STATEMENT_CREATING: { code: PayCode.busy, verdict: 'unknown', hint: '账单生成中，微信支付在次日 10 点后提供' },
  FREQUENCY_LIMITED: { code: PayCode.tooOften, verdict: 'unknown', hint: '请求过于频繁' },
  FREQUENCY_LIMIT_EXCEED: { code: PayCode.tooOften, verdict: 'unknown', hint: '请求过于频繁' },
  RATELIMIT_EXCEEDED: { code: PayCode.tooOften, verdict: 'unknown', hint: '请求过于频繁' },
  SYSTEM_ERROR: { code: PayCode.busy, verdict: 'unknown', hint: '微信支付系统繁忙' },
  BANK_ERROR: { code: PayCode.busy, verdict: 'unknown', hint: '银行系统繁忙' },
}

/** Also said as INVALID_REQUEST: "201 商户订单号重复". */
const NUMBER_REPEATED = /201\s*商户订单号重复|商户订单号重复/

function unknownMeaning(status: number): Meaning {
  return status === 429
    ? { code: PayCode.tooOften, verdict: 'unknown', hint: '请求过于频繁' }
    : { code: PayCode.busy, verdict: 'unknown', hint: '微信支付没有给出可用的应答' }
}

export interface Refusal {
  status: number
  /** Body of the answer, parsed. */
  json: Record<string, unknown>
  /** Whether the platform signed it. */
  verified: boolean
}

/** The error of an answer that is not 2xx. What nobody signed proves nothing about the order. */
export function refusalError({ status, json, verified }: Refusal): ChannelError {
  const upstream = typeof json.code === 'string' ? json.code : `HTTP ${status}`
  const text = typeof json.message === 'string' ? json.message : ''
  const repeated = upstream === 'INVALID_REQUEST' && NUMBER_REPEATED.test(text)
  const meaning = lookup(meanings, repeated ? 'OUT_TRADE_NO_USED' : upstream) ?? unknownMeaning(status)
  return new ChannelError(
    meaning.code,
    `微信支付：${meaning.hint}（${safeText(`${upstream} ${text}`, 120)}）`,
    verified ? meaning.verdict : 'unknown',
    { extra: { channel_code: safeText(upstream, 60) } },
  )
}
