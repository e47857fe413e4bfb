import type { Handler } from '../http/router'
import type { Order, OrderRequest, TradeType } from '../orders/order'
import type { Gateway } from '../context'
import type { Request } from '../http/message'
import { empty, json, jsonObject } from '../http/message'
import { transactionOf } from '../orders/transaction'
import { ApiError, paramError } from './api-error'
import { parseOrder, payerIsLocal } from './parse-order'

/** What may not change when a number is used again. */
const FIXED: readonly (keyof OrderRequest)[] = ['tradeType', 'appid', 'description', 'totalFen', 'attach', 'openid', 'shop']

export function bodyOf(request: Request): Record<string, unknown> {
  const body = jsonObject(request)
  if (!body)
    throw new ApiError(400, 'PARAM_ERROR', '请求体不是合法的JSON对象')
  return body
}

function refuseReuse(known: Order, request: OrderRequest): void {
  if (known.tradeState === 'SUCCESS')
    throw new ApiError(400, 'ORDERPAID', '该订单已支付')
  if (known.tradeState === 'CLOSED' || known.tradeState === 'REVOKED')
    throw new ApiError(400, 'ORDER_CLOSED', '该订单已关闭，请重新下单')
  if (FIXED.some(field => JSON.stringify(known[field]) !== JSON.stringify(request[field])))
    throw new ApiError(400, 'OUT_TRADE_NO_USED', '201 商户订单号重复')
}

function answer(gateway: Gateway, order: Order): Record<string, string> {
  if (order.tradeType === 'NATIVE')
    return { code_url: order.prepay.codeUrl ?? '' }
  if (order.tradeType !== 'H5')
    return { prepay_id: order.prepay.id }
  const link = gateway.orders.issueH5Link(order)
  return { h5_url: `${gateway.url()}/cashier/h5?prepay_id=${link.prepayId}&package=${link.token}` }
}

/** POST /v3/pay/transactions/{jsapi,native,h5,app} */
export function createTransaction(gateway: Gateway, tradeType: TradeType, partner = false): Handler {
  return (request) => {
    const body = bodyOf(request)
    const parsed = parseOrder(body, tradeType, gateway.account, gateway.clock.now(), partner)
    if (tradeType === 'H5' && payerIsLocal(body))
      gateway.log({ event: 'warning', message: `${parsed.outTradeNo}: payer_client_ip is this machine's; the real channel wants the payer's public address` })
    const known = gateway.orders.byNumber(parsed.outTradeNo, 'wxpay')
    if (known)
      refuseReuse(known, parsed)
    const order = gateway.orders.accept(parsed, gateway.account.mchid)
    gateway.logOrder(order)
    return json(200, answer(gateway, order))
  }
}

/** Who asks: a service provider names itself and the shop. */
function checkMchid(gateway: Gateway, given: (field: string) => unknown, location: 'body' | 'query', partner: boolean): void {
  const { mchid, shop } = gateway.account
  const wanted: [string, string][] = partner ? [['sp_mchid', mchid], ['sub_mchid', shop.mchid]] : [['mchid', mchid]]
  const wrong = wanted.find(([field, value]) => given(field) !== value)
  if (wrong)
    throw paramError(location === 'body' ? `/${wrong[0]}` : wrong[0], '必填，应与Authorization中的mchid及其特约商户一致', location)
}

/** A shop's orders are seen by the names of its service provider, a merchant's own by its own. */
export function existing(order: Order | undefined, partner: boolean): Order {
  if (!order || (order.shop !== undefined) !== partner)
    throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在')
  return order
}

/** GET …/out-trade-no/{n} and …/id/{id} */
export function queryTransaction(gateway: Gateway, find: (id: string) => Order | undefined, partner = false): Handler {
  return (request, params) => {
    checkMchid(gateway, field => request.query.get(field), 'query', partner)
    return json(200, transactionOf(existing(find(params.id ?? ''), partner)))
  }
}

/** POST …/out-trade-no/{n}/close; closing twice is fine. */
export function closeTransaction(gateway: Gateway, partner = false): Handler {
  return (request, params) => {
    const body = bodyOf(request)
    checkMchid(gateway, field => body[field], 'body', partner)
    const order = existing(gateway.orders.byNumber(params.id ?? '', 'wxpay'), partner)
    if (order.tradeType === 'MICROPAY')
      throw new ApiError(400, 'INVALID_REQUEST', '付款码支付的订单请调用撤销接口')
    if (order.tradeState === 'SUCCESS')
      throw new ApiError(400, 'ORDERPAID', '该订单已支付')
    order.tradeState = 'CLOSED'
    gateway.logOrder(order)
    return empty(204)
  }
}
