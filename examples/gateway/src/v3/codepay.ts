import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Order } from '../orders/order'
import { empty, json } from '../http/message'
import { transactionOf } from '../orders/transaction'
import { ApiError } from './api-error'
import { parseCharge, readOwner } from './parse-order'
import { bodyOf, existing } from './transactions'

/** Above this the payer always confirms on the phone. */
const CONFIRM_FROM_FEN = 100_000

/** The code a scanner read, for its one use. Throws {@link ApiError} otherwise. */
function spend(gateway: Gateway, authCode: string): 'paid' | 'confirm' {
  const code = gateway.codes.find(authCode)
  if (!code || code.used)
    throw new ApiError(400, 'AUTH_CODE_ERROR', '付款码无效，请扫描用户最新的付款码')
  if (gateway.clock.now() >= code.expiresAtMs)
    throw new ApiError(400, 'AUTH_CODE_EXPIRED', '付款码已过期，请用户刷新后重试')
  code.used = true
  if (code.kind === 'poor')
    throw new ApiError(403, 'NOT_ENOUGH', '用户余额不足')
  return code.kind
}

/** POST …/codepay: collects at once, or says that the payer has to confirm. Nothing is ever notified. */
export function charge(gateway: Gateway, partner = false): Handler {
  return (request) => {
    const { authCode, ...parsed } = parseCharge(bodyOf(request), gateway.account, partner)
    const known = gateway.orders.byNumber(parsed.outTradeNo, 'wxpay')
    if (known)
      throw known.tradeState === 'SUCCESS' ? new ApiError(400, 'ORDERPAID', '该订单已支付') : new ApiError(400, 'OUT_TRADE_NO_USED', '201 商户订单号重复')
    const kind = spend(gateway, authCode)
    const order = gateway.orders.accept(parsed, gateway.account.mchid)
    if (kind === 'confirm' || order.totalFen > CONFIRM_FROM_FEN)
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
