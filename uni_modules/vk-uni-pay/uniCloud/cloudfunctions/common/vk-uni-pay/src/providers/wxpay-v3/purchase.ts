import type { ChannelContext, Prepay, Purchase } from '../../core/provider'
import { ChannelError, parameterError, PayCode } from '../../core/errors'
import { lookup } from '../../core/lookup'
import { callApi } from './client'
import type { Form } from './forms'
import { forms } from './forms'
import { merchantKeys } from './keys'
import { ownerOf, payerOf, transactionsPath } from './owner'
import { platformKey } from './platform-keys'
import { validateCharge } from './charge'

const LONGEST_SUBJECT = 127
const MINUTE_MS = 60_000
/** Fields of the order that are ours to fill. */
const ownFields = ['appid', 'mchid', 'sp_appid', 'sp_mchid', 'sub_appid', 'sub_mchid', 'description', 'out_trade_no', 'notify_url', 'amount', 'payer', 'time_expire']

export function formOf(context: ChannelContext): Form {
  const form = lookup(forms, context.platform)
  if (!form)
    throw parameterError('vk_platform', `微信支付不支持平台 ${context.platform}，可用：${Object.keys(forms).join('、')}`)
  return form
}

const objectOf = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}

/** @throws PayError naming the field, before anything is sent */
export function validate(context: ChannelContext, purchase: Purchase): void {
  merchantKeys(context.config)
  if ([...purchase.subject].length > LONGEST_SUBJECT)
    throw parameterError('subject', `subject（商品描述）在微信支付中最多 ${LONGEST_SUBJECT} 个字符`)
  const clash = ownFields.find(field => field in (purchase.other ?? {}))
  if (clash)
    throw parameterError(`other.${clash}`, `other 中不能包含 ${clash}，它由订单本身决定`)
  if (purchase.authCode !== undefined)
    return validateCharge(context, purchase, purchase.authCode)
  const form = formOf(context)
  if (form.needsOpenid && !purchase.openid)
    throw parameterError('openid', `平台 ${context.platform} 的微信支付必须提供 openid（支付用户在该 appId 下的标识）`)
  const minutes = form.api === 'native' ? 1 : 5
  if (purchase.timeExpire !== undefined && purchase.timeExpire < context.env.now() + minutes * MINUTE_MS)
    throw parameterError('time_expire', `time_expire 在微信支付中至少要在 ${minutes} 分钟之后`)
  if (form.api === 'h5')
    h5Info(context)
}

function h5Info(context: ChannelContext): Record<string, unknown> {
  const scene = objectOf(context.config.value('sceneInfo'))
  // 2.x configs have it as a JSON text
  const info = objectOf(scene.h5_info)
  if (typeof info.type !== 'string')
    throw parameterError(`${context.config.name}.sceneInfo`, `支付配置缺少 ${context.config.name}.sceneInfo.h5_info，例如 { h5_info: { type: 'Wap' } }`)
  return info
}

const isLocal = (ip: string): boolean => /^(?:127\.|::1$|::ffff:127\.|0\.0\.0\.0$|localhost$)/.test(ip)

/** The payer's address where it is known. Only a phone browser must name one: there a local one stands in. */
function sceneInfo(context: ChannelContext, purchase: Purchase): Record<string, unknown> | undefined {
  const given = objectOf(purchase.other?.scene_info)
  const known = purchase.clientIp && !isLocal(purchase.clientIp) ? { payer_client_ip: purchase.clientIp.replace(/^::ffff:/, '') } : {}
  if (formOf(context).api === 'h5')
    return { payer_client_ip: '127.0.0.1', ...given, ...known, h5_info: h5Info(context) }
  // elsewhere the whole object needs an address or is left out
  const scene: Record<string, unknown> = { ...given, ...known }
  return 'payer_client_ip' in scene ? scene : undefined
}

/** RFC 3339 in China's time. */
export const chinaTime = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`

/** The body of the order (APIv3: JSAPI, Native, H5, App 下单). */
function orderBody(context: ChannelContext, purchase: Purchase): Record<string, unknown> {
  const keys = merchantKeys(context.config)
  return {
    ...purchase.other,
    ...ownerOf(keys),
    description: purchase.subject,
    out_trade_no: purchase.outTradeNo,
    time_expire: purchase.timeExpire === undefined ? undefined : chinaTime(purchase.timeExpire),
    notify_url: purchase.notifyUrl,
    amount: { total: purchase.totalFee, currency: 'CNY' },
    payer: formOf(context).needsOpenid ? payerOf(keys, purchase.openid) : undefined,
    scene_info: sceneInfo(context, purchase),
  }
}

/** Makes the order at WeChat Pay. @throws ChannelError */
export async function create(context: ChannelContext, purchase: Purchase): Promise<Prepay> {
  const form = formOf(context)
  const madeAt = context.env.now()
  const answer = await callApi(context, { method: 'POST', target: `${transactionsPath(merchantKeys(context.config))}/${form.api}`, body: orderBody(context, purchase) }, serial => platformKey(context, serial))
  const value = answer[form.field]
  if (typeof value !== 'string' || value === '')
    throw new ChannelError(PayCode.other, `微信支付应答中没有 ${form.field}`, 'unknown')
  return { data: { [form.field]: value }, expiresAt: Math.min(madeAt + form.validMs, purchase.timeExpire ?? Infinity) }
}
