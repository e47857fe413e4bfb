import type { ChannelContext, Charge, Purchase, Trade } from '../../core/provider'
import { ChannelError, parameterError } from '../../core/errors'
import { callApi } from './client'
import { merchantKeys } from './keys'
import { ownerOf, transactionsPath } from './owner'
import { platformKey } from './platform-keys'
import { paidFact, tradeState } from './trade'

/** Payment codes of WeChat Pay: 18 digits, beginning with 10 to 15. */
const AUTH_CODE = /^1[0-5]\d{16}$/
/** The desk a charge comes from, where the config or the caller names none. */
const DEFAULT_STORE = '0001'
const LOCAL = /^(?:127\.|::1$|0\.0\.0\.0$|localhost$)/

const objectOf = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}

/** @throws PayError naming the field */
export function validateCharge(context: ChannelContext, purchase: Purchase, authCode: string): void {
  if (!AUTH_CODE.test(authCode))
    throw parameterError('auth_code', 'auth_code 不是微信付款码：应为 18 位数字，以 10–15 开头')
  if (purchase.timeExpire !== undefined)
    throw parameterError('time_expire', '微信付款码支付不支持 time_expire，用户不确认时会自动撤销')
  const scene = sceneOf(context, purchase)
  if (typeof objectOf(scene.store_info).id !== 'string')
    throw parameterError(`${context.config.name}.sceneInfo`, `支付配置 ${context.config.name}.sceneInfo.store_info.id（门店编号）必须是字符串`)
}

/** `scene_info`, with a shop in it: from the caller's `other`, else from the config. */
function sceneOf(context: ChannelContext, purchase: Purchase): Record<string, unknown> {
  const { h5_info: _, ...configured } = objectOf(context.config.value('sceneInfo'))
  const given = objectOf(purchase.other?.scene_info)
  const ip = purchase.clientIp?.replace(/^::ffff:/, '')
  return { ...(ip && !LOCAL.test(ip) ? { device_ip: ip } : {}), store_info: { id: DEFAULT_STORE }, ...configured, ...given }
}

/**
 * "付款码支付" (document 4012382150). An answer without an end says USERPAYING and nothing else;
 * no notification ever comes. @throws ChannelError
 */
export async function charge(context: ChannelContext, request: Charge): Promise<Trade> {
  const keys = merchantKeys(context.config)
  const body = {
    ...request.other,
    ...ownerOf(keys),
    description: request.subject,
    out_trade_no: request.outTradeNo,
    amount: { total: request.totalFee, currency: 'CNY' },
    payer: { auth_code: request.authCode },
    scene_info: sceneOf(context, request),
  }
  try {
    const answer = await callApi(context, { method: 'POST', target: `${transactionsPath(keys)}/codepay`, body }, serial => platformKey(context, serial))
    const state = tradeState(answer.trade_state)
    const payment = state === 'SUCCESS' ? paidFact(answer, keys) : undefined
    if (state === 'SUCCESS')
      return payment?.outTradeNo === request.outTradeNo ? { state, payment } : { state: 'UNKNOWN' }
    return { state }
  }
  catch (error) {
    // also said as an error
    if (error instanceof ChannelError && error.extra?.channel_code === 'USERPAYING' && error.verdict !== 'refused')
      return { state: 'USERPAYING' }
    throw error
  }
}
