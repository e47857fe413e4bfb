import type { Gateway } from './context'
import type { NotifyPlan } from './notify/schedule'
import type { Obstacle } from './orders/payable'
import type { Order } from './orders/order'
import { LATE_MS, REPEAT_MS } from './notify/schedule'
import { obstacle } from './orders/payable'

/** What a payer, or somebody testing, can do in the cashier. */
export const ACTIONS = ['pay', 'refuse', 'pay-silent', 'pay-twice', 'pay-late', 'pay-tampered'] as const
export type Action = typeof ACTIONS[number]

export function isAction(value: unknown): value is Action {
  return (ACTIONS as readonly unknown[]).includes(value)
}

/** How the payer left the cashier: paid, declined, or could not pay. */
export type ActResult = { done: 'paid' | 'refused' } | { done: 'nothing', why: Obstacle }

const AT_ONCE: NotifyPlan = { delayMs: 0, tamperFirst: false }

/** How the merchant hears of it; nothing for a payment it must find out by asking. */
function planFor(action: Action, speed: number, delayMs: number | undefined): NotifyPlan | undefined {
  switch (action) {
    case 'refuse':
    case 'pay-silent': return undefined
    case 'pay': return AT_ONCE
    case 'pay-twice': return { ...AT_ONCE, repeatAfterMs: REPEAT_MS / speed }
    case 'pay-late': return { ...AT_ONCE, delayMs: delayMs ?? LATE_MS / speed }
    case 'pay-tampered': return { ...AT_ONCE, tamperFirst: true }
  }
}

/** Does what the payer chose. `delayMs` belongs to `pay-late`, real milliseconds, default 30 s ÷ speed. */
export function act(gateway: Gateway, order: Order, action: Action, delayMs?: number): ActResult {
  const why = obstacle(order, gateway.clock.now())
  if (why)
    return { done: 'nothing', why }
  gateway.log({ event: 'payer', out_trade_no: order.outTradeNo, action })
  if (action === 'refuse') {
    // whoever refuses at the desk ends the charge; everybody else may come back
    if (order.tradeState === 'USERPAYING')
      order.tradeState = 'PAYERROR'
    return { done: 'refused' }
  }
  gateway.orders.markPaid(order)
  gateway.logOrder(order)
  const plan = planFor(action, gateway.speed, delayMs)
  if (plan && order.notifyUrl !== '')
    gateway.notifier.start(order, plan)
  return { done: 'paid' }
}
