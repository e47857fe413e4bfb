import type { ChannelContext, Prepay, Purchase } from '../../core/provider'
import { ChannelError, parameterError, PayCode } from '../../core/errors'
import { compactTime } from './china-time'
import { callApi } from './client'
import { formOf } from './forms'
import { merchantKeys } from './keys'
import { isXmlText } from './xml'

const LONGEST_SUBJECT = 127
const MINUTE_MS = 60_000
/** The platform of charges by payment code, which open no cashier. */
const CODEPAY = 'codepay'
/** Fields of the order that are ours to fill. */
const ownFields = ['appid', 'mch_id', 'sub_appid', 'sub_mch_id', 'nonce_str', 'sign', 'sign_type', 'body', 'out_trade_no', 'total_fee', 'fee_type', 'notify_url', 'trade_type', 'openid', 'sub_openid', 'time_expire', 'auth_code', 'spbill_create_ip']

const objectOf = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}

/** @throws PayError naming the field, before anything is sent */
export function validate(context: ChannelContext, purchase: Purchase): void {
  merchantKeys(context.config)
  if ([...purchase.subject].length > LONGEST_SUBJECT)
    throw parameterError('subject', `subject（商品描述）在微信支付中最多 ${LONGEST_SUBJECT} 个字符`)
  if (!isXmlText(purchase.subject))
    throw parameterError('subject', 'subject（商品描述）中有微信支付 v2 不能传输的字符')
  const clash = ownFields.find(field => field in (purchase.other ?? {}))
  if (clash)
    throw parameterError(`other.${clash}`, `other 中不能包含 ${clash}，它由订单本身决定`)
  otherFields(purchase)
  if (context.platform !== CODEPAY)
    validateForm(context, purchase)
}

function validateForm(context: ChannelContext, purchase: Purchase): void {
  const form = formOf(context)
  if (form.needsOpenid && !purchase.openid)
    throw parameterError('openid', `平台 ${context.platform} 的微信支付必须提供 openid（支付用户在该 appId 下的标识）`)
  const minutes = form.tradeType === 'NATIVE' ? 1 : 5
  if (purchase.timeExpire !== undefined && purchase.timeExpire < context.env.now() + minutes * MINUTE_MS)
    throw parameterError('time_expire', `time_expire 在微信支付中至少要在 ${minutes} 分钟之后`)
  if (form.tradeType === 'MWEB')
    h5Info(context)
}

/** What kind of page asks for money, as the merchant registered it. @throws PayError */
function h5Info(context: ChannelContext): Record<string, unknown> {
  const info = objectOf(objectOf(context.config.value('sceneInfo')).h5_info)
  if (typeof info.type !== 'string' || info.type === '')
    throw parameterError(`${context.config.name}.sceneInfo`, `支付配置缺少 ${context.config.name}.sceneInfo.h5_info，例如 { h5_info: { type: 'Wap', wap_url: 'https://shop.example.com', wap_name: '商城' } }`)
  return info
}

/** `other` as the fields of a message: texts and numbers as they are, what has parts (`detail`, `scene_info`) as JSON. @throws PayError */
export function otherFields({ other = {} }: Pick<Purchase, 'other'>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(other).map(([name, value]) => {
    const text = value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value)
    if (!/^[a-z]\w{0,63}$/i.test(name) || (text !== undefined && !isXmlText(text)))
      throw parameterError('other', 'other 的字段名只能由字母、数字、下划线组成，值中不能有控制字符')
    return [name, text]
  }))
}

const isLocal = (ip: string): boolean => /^(?:127\.|::1$|::ffff:127\.|0\.0\.0\.0$|localhost$)/.test(ip)

/** The payer's address. One is required everywhere: where it is not known, or is this machine's, a local one stands in. */
export function payerAddress({ clientIp }: Pick<Purchase, 'clientIp'>): string {
  return clientIp && !isLocal(clientIp) ? clientIp.replace(/^::ffff:/, '') : '127.0.0.1'
}

function sceneInfo(context: ChannelContext, { other }: Purchase): string | undefined {
  const given = other?.scene_info
  if (formOf(context).tradeType !== 'MWEB')
    return given === undefined ? undefined : otherFields({ other: { scene_info: given } }).scene_info
  return JSON.stringify({ ...objectOf(given), h5_info: h5Info(context) })
}

/** The payer, by the id under the appid the client pays with. */
function payer(context: ChannelContext, { openid }: Purchase): Record<string, string | undefined> {
  if (!formOf(context).needsOpenid)
    return {}
  return merchantKeys(context.config).subAppid === undefined ? { openid } : { sub_openid: openid }
}

/** "统一下单": makes the order at WeChat Pay. @throws ChannelError */
export async function create(context: ChannelContext, purchase: Purchase): Promise<Prepay> {
  const form = formOf(context)
  const madeAt = context.env.now()
  const answer = await callApi(context, {
    path: '/pay/unifiedorder',
    fields: {
      // required of codes to scan, and of no use to us
      ...(form.tradeType === 'NATIVE' ? { product_id: purchase.outTradeNo } : {}),
      ...otherFields(purchase),
      body: purchase.subject,
      out_trade_no: purchase.outTradeNo,
      total_fee: String(purchase.totalFee),
      fee_type: 'CNY',
      spbill_create_ip: payerAddress(purchase),
      time_expire: purchase.timeExpire === undefined ? undefined : compactTime(purchase.timeExpire),
      notify_url: purchase.notifyUrl,
      trade_type: form.tradeType,
      scene_info: sceneInfo(context, purchase),
      ...payer(context, purchase),
    },
  })
  const value = answer.get(form.field)
  if (!value || answer.get('trade_type') !== form.tradeType)
    throw new ChannelError(PayCode.other, `微信支付应答中没有 ${form.field}，或不是 ${form.tradeType} 订单`, 'unknown')
  return { data: { [form.field]: value }, expiresAt: Math.min(madeAt + form.validMs, purchase.timeExpire ?? Infinity) }
}
