import type { Gateway } from '../context'
import type { Order, OrderRequest } from '../orders/order'
import type { V2Request } from './request'
import type { Params } from './xml'
import { isOpen } from '../orders/order'
import { parseOrder } from './parse-order'
import { tradeView } from './trade-view'
import { V2Error } from './v2-error'

/** What may not change when a number is used again. */
const FIXED: readonly (keyof OrderRequest)[] = ['tradeType', 'appid', 'description', 'totalFen', 'attach', 'openid', 'shop']

export function refuseReuse(known: Order, request: OrderRequest): void {
  if (known.tradeState === 'SUCCESS')
    throw new V2Error('ORDERPAID', '该订单已支付')
  if (known.tradeState === 'CLOSED' || known.tradeState === 'REVOKED')
    throw new V2Error('ORDERCLOSED', '该订单已关闭，请重新下单')
  if (FIXED.some(field => JSON.stringify(known[field]) !== JSON.stringify(request[field])))
    throw new V2Error('OUT_TRADE_NO_USED', '商户订单号重复')
}

/** POST /pay/unifiedorder */
export function unifiedOrder(gateway: Gateway, request: V2Request): Params {
  const parsed = parseOrder(request, gateway)
  if (parsed.tradeType === 'H5' && /^(?:127\.|::1$)/.test(request.params.spbill_create_ip ?? ''))
    gateway.log({ event: 'warning', message: `${parsed.outTradeNo}: spbill_create_ip is this machine's; the real channel wants the payer's public address` })
  const known = gateway.orders.byNumber(parsed.outTradeNo, 'wxpay')
  if (known)
    refuseReuse(known, parsed)
  const order = gateway.orders.accept(parsed, gateway.account.mchid)
  gateway.logOrder(order)
  return { trade_type: request.params.trade_type ?? '', prepay_id: order.prepay.id, ...linkTo(gateway, order) }
}

function linkTo(gateway: Gateway, order: Order): Params {
  if (order.tradeType === 'NATIVE')
    return { code_url: order.prepay.codeUrl ?? '' }
  if (order.tradeType !== 'H5')
    return {}
  const link = gateway.orders.issueH5Link(order)
  return { mweb_url: `${gateway.url()}/cashier/h5?prepay_id=${link.prepayId}&package=${link.token}` }
}

/** The order a request names, by either number. */
export function orderOf(gateway: Gateway, { transaction_id: transactionId, out_trade_no: outTradeNo, sub_mch_id: subMchid }: Params): Order {
  const order = transactionId ? gateway.orders.byTransaction(transactionId) : gateway.orders.byNumber(outTradeNo ?? '', 'wxpay')
  if (!order || order.shop?.mchid !== subMchid)
    throw new V2Error('ORDERNOTEXIST', '订单不存在')
  return order
}

/** POST /pay/orderquery */
export function queryOrder(gateway: Gateway, { params }: V2Request): Params {
  return tradeView(orderOf(gateway, params))
}

/** POST /pay/closeorder; closing twice is an error of its own. */
export function closeOrder(gateway: Gateway, { params }: V2Request): Params {
  const order = orderOf(gateway, { ...params, transaction_id: '' })
  if (order.tradeState === 'SUCCESS')
    throw new V2Error('ORDERPAID', '订单已支付')
  if (!isOpen(order))
    throw new V2Error('ORDERCLOSED', '订单已关闭')
  order.tradeState = 'CLOSED'
  gateway.logOrder(order)
  return {}
}
