import type { Handler } from '../http/router'
import type { Order, OrderRequest, TradeType } from '../orders/order'
import type { Gateway } from '../context'
import type { Request } from '../http/message'
import { empty, json, jsonObject } from '../http/message'
import { transactionOf } from '../orders/transaction'
import { ApiError, paramError } from './api-error'
import { parseOrder, payerIsLocal } from './parse-order'

/** What may not change when a number is used again. */
const FIXED: readonly (keyof OrderRequest)[] = ['tradeType', 'appid', 'description', 'totalFen', 'attach', 'openid']

function bodyOf(request: Request): Record<string, unknown> {
  const body = jsonObject(request)
  if (!body)
    throw new ApiError(400, 'PARAM_ERROR', '请求体不是合法的JSON对象')
  return body
}

function refuseReuse(known: Order, request: OrderRequest): void {
  if (known.tradeState === 'SUCCESS')
    throw new ApiError(400, 'ORDERPAID', '该订单已支付')
  if (known.tradeState === 'CLOSED')
    throw new ApiError(400, 'ORDER_CLOSED', '该订单已关闭，请重新下单')
  if (FIXED.some(field => known[field] !== request[field]))
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
export function createTransaction(gateway: Gateway, tradeType: TradeType): Handler {
  return (request) => {
    const body = bodyOf(request)
    const parsed = parseOrder(body, tradeType, gateway.account, gateway.clock.now())
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

function checkMchid(gateway: Gateway, value: unknown, location: 'body' | 'query'): void {
  if (value !== gateway.account.mchid)
    throw paramError(location === 'body' ? '/mchid' : 'mchid', '必填，应与Authorization中的mchid一致', location)
}

function existing(order: Order | undefined): Order {
  if (!order)
    throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在')
  return order
}

/** GET …/out-trade-no/{n} and …/id/{id} */
export function queryTransaction(gateway: Gateway, find: (id: string) => Order | undefined): Handler {
  return (request, params) => {
    checkMchid(gateway, request.query.get('mchid'), 'query')
    return json(200, transactionOf(existing(find(params.id ?? ''))))
  }
}

/** POST …/out-trade-no/{n}/close; closing twice is fine. */
export function closeTransaction(gateway: Gateway): Handler {
  return (request, params) => {
    checkMchid(gateway, bodyOf(request).mchid, 'body')
    const order = existing(gateway.orders.byNumber(params.id ?? '', 'wxpay'))
    if (order.tradeState === 'SUCCESS')
      throw new ApiError(400, 'ORDERPAID', '该订单已支付')
    order.tradeState = 'CLOSED'
    gateway.logOrder(order)
    return empty(204)
  }
}
