import type { Order } from './order'
import { PAY_WINDOW_MS } from './order'

/** Why a payer cannot pay now, with the words the cashier shows. */
export interface Obstacle {
  code: 'ORDERPAID' | 'ORDER_CLOSED' | 'ORDER_EXPIRED' | 'PREPAY_EXPIRED'
  message: string
}

/** What keeps the payer from paying this order now; nothing when it can be paid. */
export function obstacle(order: Order, nowMs: number): Obstacle | undefined {
  if (order.tradeState === 'SUCCESS')
    return { code: 'ORDERPAID', message: '该订单已支付' }
  if (order.tradeState !== 'NOTPAY' && order.tradeState !== 'USERPAYING')
    return { code: 'ORDER_CLOSED', message: '该订单已关闭' }
  if (nowMs >= (order.expiresAtMs ?? order.createdAtMs + PAY_WINDOW_MS))
    return { code: 'ORDER_EXPIRED', message: '已过支付截止时间，请返回商家重新下单' }
  if (nowMs >= order.prepay.expiresAtMs)
    return { code: 'PREPAY_EXPIRED', message: '支付链接已过期，请返回商家重新下单' }
  return undefined
}
