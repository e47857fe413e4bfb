import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Order } from '../orders/order'
import { act, isAction } from '../actions'
import { json, jsonObject } from '../http/message'
import { obstacle } from '../orders/payable'
import { AlipayError } from './alipay-error'
import { ORDER_STRING_VALID_MS, readRequest } from './request'
import { acceptOrder, isAlipay } from './trades'

type Fields = Record<string, unknown>

/** How the payer left: paid, left, or was turned away for a reason. */
type End = 'paid' | 'left' | { why: string }

function payWith(gateway: Gateway, order: Order, { action = 'pay', delayMs }: Fields): End {
  if (!isAction(action))
    return { why: `action ${String(action)}` }
  const result = act(gateway, order, action, typeof delayMs === 'number' ? delayMs : undefined)
  if (result.done === 'nothing')
    return { why: result.why.message }
  return result.done === 'paid' ? 'paid' : 'left'
}

const whyOf = (end: End): string | undefined => typeof end === 'object' ? end.why : undefined

/** POST /gateway/client/alipay `{ tradeNO }`: what my.tradePay does. Its codes come through the success callback. */
export function miniProgramDoor(gateway: Gateway): Handler {
  return (request) => {
    const fields = jsonObject(request) ?? {}
    const { tradeNO } = fields
    if (typeof tradeNO !== 'string' || tradeNO === '') {
      gateway.log({ event: 'client', door: 'alipay', errMsg: 'error 2' })
      return json(200, { error: 2, errorMessage: '接口参数无效：tradeNO' })
    }
    const order = gateway.orders.byTradeNo(tradeNO)
    const known = isAlipay(order) && order.tradeType === 'ALIPAY_MINI'
    // a number that is nobody's looks like a payer who left
    const end: End = known ? payWith(gateway, order, fields) : 'left'
    const resultCode = end === 'paid' ? '9000' : end === 'left' ? '6001' : '4000'
    const reason = known ? whyOf(end) : 'no such tradeNO'
    gateway.log({ event: 'client', door: 'alipay', errMsg: reason ? `${resultCode} (${reason})` : resultCode })
    return json(200, { resultCode, ...(reason && { reason }) })
  }
}

/** The order of an order string, its signature checked; or why there is none. */
function orderOf(gateway: Gateway, orderStr: unknown): Order | string {
  if (typeof orderStr !== 'string')
    return 'orderStr must be a string'
  try {
    const params = Object.fromEntries(new URLSearchParams(orderStr))
    const request = readRequest(gateway, params, ORDER_STRING_VALID_MS)
    if (request.method !== 'alipay.trade.app.pay')
      return 'not an order string of alipay.trade.app.pay'
    const order = acceptOrder(gateway, request)
    gateway.orders.openTrade(order)
    return obstacle(order, gateway.clock.now())?.message ?? order
  }
  catch (error) {
    if (error instanceof AlipayError)
      return `${error.subCode} ${error.message}`
    throw error
  }
}

/** POST /gateway/client/alipay-app `{ orderStr }`: what the Alipay app does, in the words of the app runtime. */
export function alipayAppDoor(gateway: Gateway): Handler {
  return (request) => {
    const fields = jsonObject(request) ?? {}
    const order = orderOf(gateway, fields.orderStr)
    const end: End = typeof order === 'string' ? { why: order } : payWith(gateway, order, fields)
    const errMsg = end === 'paid'
      ? 'requestPayment:ok'
      : end === 'left' ? 'requestPayment:fail [payment支付宝:62001]用户中途取消支付操作' : 'requestPayment:fail [payment支付宝:62005]订单信息错误'
    const reason = whyOf(end)
    gateway.log({ event: 'client', door: 'alipay-app', errMsg: reason ? `${errMsg} (${reason})` : errMsg })
    return json(200, { errMsg, ...(reason && { reason }) })
  }
}
