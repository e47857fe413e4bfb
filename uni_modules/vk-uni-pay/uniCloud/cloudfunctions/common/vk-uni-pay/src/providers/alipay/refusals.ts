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

/** Of `alipay.trade.refund`. */
const refundMeanings: Record<string, Meaning> = {
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': refused(PayCode.balance, '商户支付宝账户余额不足，请充值后用原退款单号重试'),
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': refused(PayCode.parameter, '退款金额超限'),
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': refused(PayCode.parameter, '退款金额无效'),
  'ACQ.REFUND_FEE_ERROR': refused(PayCode.parameter, '退款金额有误'),
  'ACQ.DISCORDANT_REPEAT_REQUEST': taken('退款单号已用于另一笔退款'),
  'ACQ.REASON_TRADE_BEEN_FREEZEN': refused(PayCode.notAllowed, '交易被冻结，请联系支付宝'),
  'ACQ.TRADE_NOT_ALLOW_REFUND': refused(PayCode.notAllowed, '当前交易不允许退款'),
}

/** Of `alipay.trade.pay`: nothing was paid, the payer has to show another code or pay otherwise. */
const codeMeanings: Record<string, Meaning> = {
  'ACQ.PAYMENT_AUTH_CODE_INVALID': refused(PayCode.parameter, '付款码无效或已过期，请让顾客刷新付款码'),
  'ACQ.BUYER_BALANCE_NOT_ENOUGH': refused(PayCode.balance, '买家余额不足'),
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH': refused(PayCode.balance, '买家银行卡余额不足'),
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE': refused(PayCode.notAllowed, '买家余额支付功能已关闭'),
  'ACQ.PULL_MOBILE_CASHIER_FAIL': refused(PayCode.other, '唤起买家收银台失败，请让顾客刷新付款码'),
  'ACQ.PAYMENT_FAIL': refused(PayCode.other, '支付失败，请让顾客刷新付款码'),
  'ACQ.PAYMENT_REQUEST_HAS_RISK': refused(PayCode.notAllowed, '支付有风险，请更换付款方式'),
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE': refused(PayCode.notAllowed, '买家没有可用的付款方式'),
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR': refused(PayCode.notAllowed, '买家付款日限额超限'),
  'ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR': refused(PayCode.notAllowed, '买家付款月限额超限'),
}

/** Of `alipay.fund.trans.*`, whose codes have no prefix. */
const transferMeanings: Record<string, Meaning> = {
  SYSTEM_ERROR: busy,
  INVALID_PARAMETER: refused(PayCode.parameter, '参数无效'),
  PAYER_BALANCE_NOT_ENOUGH: refused(PayCode.balance, '付款账户余额不足，请充值后用原单号重试'),
  BALANCE_IS_NOT_ENOUGH: refused(PayCode.balance, '付款账户余额不足，请充值后用原单号重试'),
  PAYMENT_INFO_INCONSISTENCY: taken('转账单号已用于另一笔转账'),
  PAYEE_NOT_EXIST: refused(PayCode.parameter, '收款账号不存在'),
  PAYEE_USER_INFO_ERROR: refused(PayCode.parameter, '收款账号与姓名不匹配'),
  PAYEE_ACC_OCUPIED: refused(PayCode.parameter, '收款登录号对应多个账户，请填写真实姓名'),
  PAYER_STATUS_ERROR: refused(PayCode.notAllowed, '付款账户状态异常'),
  PAYCARD_UNABLE_PAYMENT: refused(PayCode.notAllowed, '付款账户余额支付功能不可用'),
  MEMO_REQUIRED_IN_TRANSFER_ERROR: refused(PayCode.parameter, '转账金额达到 50000 元时必须填写备注'),
  REMARK_HAS_SENSITIVE_WORD: refused(PayCode.parameter, '转账备注包含敏感词'),
  EXCEED_LIMIT_SM_AMOUNT: refused(PayCode.parameter, '单笔额度超限'),
  EXCEED_LIMIT_SM_MIN_AMOUNT: refused(PayCode.parameter, '低于单笔最低额度'),
  EXCEED_LIMIT_DM_AMOUNT: refused(PayCode.notAllowed, '日累计额度超限'),
  EXCEED_LIMIT_MM_AMOUNT: refused(PayCode.notAllowed, '月累计额度超限'),
  PERMISSION_DENIED: refused(PayCode.notAllowed, '没有转账权限，请检查是否已签约转账产品'),
  ORDER_NOT_EXIST: { code: PayCode.noSuchOrder, verdict: 'no-such-order', hint: '转账单不存在' },
}

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
  ...refundMeanings,
  ...codeMeanings,
  ...transferMeanings,
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
