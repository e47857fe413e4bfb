import type { ChannelContext, Prepay, Purchase } from '../../core/provider'
import type { Form } from './forms'
import { ChannelError, parameterError, PayCode } from '../../core/errors'
import { yuanOf } from './amount'
import { alipayTime } from './china-time'
import { callBusiness } from './client'
import { formOf } from './forms'
import { alipayKeys } from './keys'

const LONGEST_SUBJECT = 256
const LONGEST_RETURN_URL = 256
const VALID_MS = 2 * 3_600_000
/** The same two hours in Alipay's words. */
const VALID_EXPRESS = '120m'
/** Fields of the order that are ours to fill. */
const ownFields = ['out_trade_no', 'total_amount', 'subject', 'buyer_id', 'buyer_open_id', 'op_app_id', 'time_expire', 'timeout_express', 'seller_id', 'notify_url', 'return_url']

/** @throws PayError naming the field, before anything is sent */
export function validate(context: ChannelContext, purchase: Purchase): void {
  const form = formOf(context, purchase)
  alipayKeys(context.config)
  checkNumberAndSubject(purchase)
  if (form.kind === 'remote' && form.needsOpenid && !purchase.openid)
    throw parameterError('openid', '支付宝小程序支付必须提供 openid（支付用户在该 appId 下的标识）')
  if (purchase.returnUrl !== undefined && !(/^https?:\/\/[^\s"<>]+$/.test(purchase.returnUrl) && purchase.returnUrl.length <= LONGEST_RETURN_URL))
    throw parameterError('return_url', `return_url 必须是 http(s):// 开头、不超过 ${LONGEST_RETURN_URL} 个字符的地址`)
  checkOther(form, purchase)
}

/** @throws PayError naming the field */
export function checkNumberAndSubject({ outTradeNo, subject }: Pick<Purchase, 'outTradeNo' | 'subject'>): void {
  if (!/^\w+$/.test(outTradeNo))
    throw parameterError('out_trade_no', 'out_trade_no 在支付宝中只能包含数字、字母和下划线')
  if ([...subject].length > LONGEST_SUBJECT)
    throw parameterError('subject', `subject（商品描述）在支付宝中最多 ${LONGEST_SUBJECT} 个字符`)
}

/** @throws PayError when `other` names what is ours to fill */
export function checkOwnFields(other: Record<string, unknown> = {}, more: readonly string[] = []): void {
  const clash = [...ownFields, ...more].find(field => field in other)
  if (clash)
    throw parameterError(`other.${clash}`, `other 中不能包含 ${clash}，它由订单本身决定`)
}

function checkOther({ productCode }: Form, { other = {} }: Purchase): void {
  checkOwnFields(other)
  if (productCode !== undefined && other.product_code !== undefined && other.product_code !== productCode)
    throw parameterError('other.product_code', `other.product_code 在此平台必须是 ${productCode}`)
}

/** User ids are 16 digits and start with 2088; anything else is an openid. */
function payer({ openid = '' }: Purchase): Record<string, string> {
  return /^2088\d{12}$/.test(openid) ? { buyer_id: openid } : { buyer_open_id: openid }
}

function expiry(form: Form, { timeExpire }: Purchase, madeAt: number): Record<string, string> {
  if (timeExpire !== undefined)
    return { time_expire: alipayTime(timeExpire) }
  // asked again after a lost answer, Alipay must hear the very same order: no moment of ours in it
  return form.kind === 'remote' ? { timeout_express: VALID_EXPRESS } : { time_expire: alipayTime(madeAt + VALID_MS) }
}

/** `biz_content` of the order. */
function contentOf(context: ChannelContext, form: Form, purchase: Purchase, madeAt: number): Record<string, unknown> {
  const { appid, sellerId } = alipayKeys(context.config)
  return {
    ...purchase.other,
    ...(form.productCode === undefined ? {} : { product_code: form.productCode }),
    out_trade_no: purchase.outTradeNo,
    total_amount: yuanOf(purchase.totalFee),
    subject: purchase.subject,
    ...expiry(form, purchase, madeAt),
    ...(sellerId === undefined ? {} : { seller_id: sellerId }),
    ...(form.kind === 'remote' && form.needsOpenid ? { ...payer(purchase), op_app_id: appid } : {}),
  }
}

/** Makes the order at Alipay, or writes down the request that will make it. @throws ChannelError */
export async function create(context: ChannelContext, purchase: Purchase): Promise<Prepay> {
  const form = formOf(context, purchase)
  const madeAt = context.env.now()
  const content = contentOf(context, form, purchase, madeAt)
  const expiresAt = Math.min(madeAt + VALID_MS, purchase.timeExpire ?? Infinity)
  if (form.kind === 'local')
    return { data: { method: form.method, biz_content: JSON.stringify(content), notify_url: purchase.notifyUrl }, expiresAt }
  const answer = await callBusiness(context, form.method, content, { notify_url: purchase.notifyUrl })
  const value = answer[form.field]
  if (typeof value !== 'string' || value === '' || answer.out_trade_no !== purchase.outTradeNo)
    throw new ChannelError(PayCode.other, `支付宝应答中没有此订单的 ${form.field}`, 'unknown')
  return { data: { [form.field]: value }, expiresAt }
}
