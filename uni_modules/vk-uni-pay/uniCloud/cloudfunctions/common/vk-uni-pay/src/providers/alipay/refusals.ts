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
const taken = (hint: string): Meaning => ({ code: PayCode.parameter, verdict: 'number-taken', hint })
const busy: Meaning = { code: PayCode.busy, verdict: 'unknown', hint: '支付宝系统繁忙' }

/** `sub_code` of the order interfaces and of the gateway before them, and what it tells about the order. */
const meanings: Record<string, Meaning> = {
  'ACQ.TRADE_HAS_SUCCESS': { code: PayCode.alreadyPaid, verdict: 'paid', hint: '交易已被支付' },
  'ACQ.TRADE_HAS_CLOSE': taken('交易已经关闭'),
  'ACQ.TRADE_HAS_FINISHED': { code: PayCode.alreadyPaid, verdict: 'paid', hint: '交易已经完结' },
  'ACQ.CONTEXT_INCONSISTENT': taken('商户订单号重复，且订单内容不一致'),
  'ACQ.DUP_OUT_ORDER': taken('商户订单号重复'),
  'ACQ.TRADE_NOT_EXIST': { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '交易不存在' },
  'ACQ.TRADE_STATUS_ERROR': { code: PayCode.other, verdict: 'unknown', hint: '交易状态不合法' },
  'ACQ.REASON_TRADE_STATUS_INVALID': { code: PayCode.other, verdict: 'unknown', hint: '交易状态不合法' },
  'ACQ.REASON_ILLEGAL_STATUS': { code: PayCode.other, verdict: 'unknown', hint: '交易状态异常' },
  'ACQ.INVALID_PARAMETER': refused(PayCode.parameter, '参数无效'),
  'ACQ.ACCESS_FORBIDDEN': refused(PayCode.notAllowed, '没有此接口权限，请检查是否已签约对应产品'),
  'ACQ.EXIST_FORBIDDEN_WORD': refused(PayCode.parameter, '订单信息中包含违禁词'),
  'ACQ.BUYER_SELLER_EQUAL': refused(PayCode.parameter, '买家与卖家不能是同一个账户'),
  'ACQ.BUYER_NOT_EXIST': refused(PayCode.parameter, 'openid 不是有效的支付宝用户'),
  'ACQ.INVALID_BUYER_ID': refused(PayCode.parameter, 'openid 不是有效的支付宝用户'),
  'ACQ.SELLER_NOT_EXIST': refused(PayCode.parameter, '卖家不存在'),
  'ACQ.TOTAL_FEE_EXCEED': refused(PayCode.parameter, '订单金额超过限额'),
  'ACQ.PRODUCT_AMOUNT_LIMIT_ERROR': refused(PayCode.notAllowed, '产品额度超限'),
  'ACQ.SYSTEM_ERROR': busy,
  'isp.unknow-error': busy,
  'aop.unknow-error': busy,
  'isv.invalid-signature': refused(PayCode.signature, '请求签名错误，请检查 privateKey 与开放平台上的应用公钥是否匹配'),
  'isv.invalid-app-id': refused(PayCode.parameter, 'appId 无效'),
  'isv.invalid-timestamp': refused(PayCode.parameter, '请求时间无效，请检查服务器时钟'),
  'isv.insufficient-isv-permissions': refused(PayCode.notAllowed, '应用没有此接口权限'),
  'isv.code-invalid': refused(PayCode.parameter, '授权码 code 无效'),
}

/** By `code` where the `sub_code` is none of the above. */
const families: Record<string, Meaning> = {
  20000: busy,
  20001: refused(PayCode.notAllowed, '授权权限不足'),
  40001: refused(PayCode.parameter, '缺少必选参数'),
  40002: refused(PayCode.parameter, '参数错误'),
  40006: refused(PayCode.notAllowed, '权限不足'),
}

const unclear: Meaning = { code: PayCode.busy, verdict: 'unknown', hint: '支付宝没有给出可用的应答' }
const textOf = (value: unknown): string => typeof value === 'string' ? value : ''

export interface Refusal {
  status: number
  /** The answer's content, if there was any. */
  json: Record<string, unknown>
  /** Whether Alipay signed it. */
  verified: boolean
}

/** The error of an answer that says no. What nobody signed proves nothing about the order. */
export function refusalError({ status, json, verified }: Refusal): ChannelError {
  const upstream = textOf(json.sub_code) || textOf(json.code) || `HTTP ${status}`
  const meaning = lookup(meanings, upstream) ?? lookup(families, textOf(json.code)) ?? unclear
  // a wrong signature is explained with all that was signed
  const text = (textOf(json.sub_msg) || textOf(json.msg)).replace(/，?网关生成的验签字符串[\s\S]*$/, '')
  return new ChannelError(
    meaning.code,
    `支付宝：${meaning.hint}（${safeText(`${upstream} ${text}`, 120)}）`,
    verified ? meaning.verdict : 'unknown',
    { extra: { channel_code: safeText(upstream, 60) } },
  )
}
