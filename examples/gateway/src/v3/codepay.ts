import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Order } from '../orders/order'
import { empty, json } from '../http/message'
import { spendCode } from '../orders/spend-code'
import { transactionOf } from '../orders/transaction'
import { ApiError } from './api-error'
import { parseCharge, readOwner } from './parse-order'
import { bodyOf, existing } from './transactions'

/** Why a code cannot pay, in the words of v3. */
const REFUSALS = {
  invalid: [400, 'AUTH_CODE_ERROR', '付款码无效，请扫描用户最新的付款码'],
  expired: [400, 'AUTH_CODE_EXPIRED', '付款码已过期，请用户刷新后重试'],
  poor: [403, 'NOT_ENOUGH', '用户余额不足'],
} as const

/** POST …/codepay: collects at once, or says that the payer has to confirm. Nothing is ever notified. */
export function charge(gateway: Gateway, partner = false): Handler {
  return (request) => {
    const { authCode, ...parsed } = parseCharge(bodyOf(request), gateway.account, partner)
    const known = gateway.orders.byNumber(parsed.outTradeNo, 'wxpay')
    if (known)
      throw known.tradeState === 'SUCCESS' ? new ApiError(400, 'ORDERPAID', '该订单已支付') : new ApiError(400, 'OUT_TRADE_NO_USED', '201 商户订单号重复')
    const spent = spendCode(gateway, authCode, parsed.totalFen)
    if (spent !== 'paid' && spent !== 'confirm') {
      const [status, errCode, message] = REFUSALS[spent]
      throw new ApiError(status, errCode, message)
    }
    const order = gateway.orders.accept(parsed, gateway.account.mchid)
    if (spent === 'confirm')
      order.tradeState = 'USERPAYING'
    else
      gateway.orders.markPaid(order)
    gateway.logOrder(order)
    return json(200, order.tradeState === 'USERPAYING' ? { trade_state: 'USERPAYING' } : transactionOf(order))
  }
}

function takeBack(gateway: Gateway, order: Order): void {
  if (order.tradeState === 'REVOKED')
    return
  order.reversedAtMs = gateway.clock.now()
  order.tradeState = 'REVOKED'
  gateway.logOrder(order)
}

/** POST …/out-trade-no/{n}/reverse: closes a charge, or gives its money back; twice is fine. */
export function reverseTransaction(gateway: Gateway, partner = false): Handler {
  return (request, params) => {
    readOwner(bodyOf(request), gateway.account, partner)
    const order = existing(gateway.orders.byNumber(params.id ?? '', 'wxpay'), partner)
    if (order.tradeType !== 'MICROPAY')
      throw new ApiError(400, 'INVALID_REQUEST', '只有付款码支付的订单可以撤销')
    takeBack(gateway, order)
    return empty(204)
  }
}
