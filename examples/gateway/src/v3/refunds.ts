import type { Gateway } from '../context'
import type { Handler } from '../http/router'
import type { Order } from '../orders/order'
import type { Refund, RefundStatus } from '../orders/refund'
import { beijingTime } from '../clock'
import { randomDigits } from '../crypto/random'
import { json, jsonObject } from '../http/message'
import { packRefund } from '../notify/refund-notification'
import { packRefundV2 } from '../v2/notification'
import { REFUND_MS, refundedFen } from '../orders/refund'
import { ApiError, paramError } from './api-error'

type Body = Record<string, unknown>

interface RefundCall { outRefundNo: string, fen: number, reason?: string, notifyUrl?: string, v2?: boolean }

const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value !== '' && [...value].length <= max

function refundNumber(value: unknown): string {
  if (typeof value !== 'string' || !/^[\w\-|*@]{1,64}$/.test(value))
    throw paramError('/out_refund_no', '应为1-64个字符，只能是数字、大小写字母_-|*@')
  return value
}

function optionalText(body: Body, field: string, max: number): string | undefined {
  const value = body[field]
  if (value !== undefined && !isText(value, max))
    throw paramError(`/${field}`, `应为1-${max}个字符的字符串`)
  return value
}

function orderOf(gateway: Gateway, body: Body): Order {
  const { transaction_id: transactionId, out_trade_no: outTradeNo } = body
  if ((transactionId === undefined) === (outTradeNo === undefined))
    throw paramError('/transaction_id', '与out_trade_no二选一')
  const order = transactionId === undefined ? gateway.orders.byNumber(String(outTradeNo), 'wxpay') : gateway.orders.byTransaction(String(transactionId))
  if (order?.tradeState !== 'SUCCESS')
    throw new ApiError(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
  return order
}

function parse(body: Body, order: Order): RefundCall {
  const { refund, total, currency } = (body.amount ?? {}) as Body
  if (!Number.isInteger(refund) || (refund as number) < 1)
    throw paramError('/amount/refund', '必填，应为大于0的整数，单位为分')
  if (currency !== 'CNY')
    throw paramError('/amount/currency', '必填，仅支持CNY')
  if (total !== order.totalFen)
    throw new ApiError(400, 'INVALID_REQUEST', '订单金额不一致')
  const notifyUrl = optionalText(body, 'notify_url', 255)
  if (notifyUrl !== undefined && !/^https?:\/\/[^?#]+$/.test(notifyUrl))
    throw paramError('/notify_url', '应为可访问的完整URL，不能携带参数')
  return { outRefundNo: refundNumber(body.out_refund_no), fen: refund as number, reason: optionalText(body, 'reason', 80), notifyUrl }
}

/** The refund as calls answer it. Documents 4012791862 and 4012791863. */
function refundView(order: Order, refund: Refund): Body {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...(refund.successAtMs === undefined ? {} : { success_time: beijingTime(refund.successAtMs) }),
    create_time: beijingTime(refund.createdAtMs),
    status: refund.status,
    funds_account: 'AVAILABLE',
    amount: { total: order.totalFen, refund: refund.fen, payer_total: order.totalFen, payer_refund: refund.fen, settlement_refund: refund.fen, settlement_total: order.totalFen, discount_refund: 0, currency: 'CNY' },
  }
}

/** A number belongs to one refund of one order of the merchant. */
export function findRefund(gateway: Gateway, outRefundNo: string): { order: Order, refund: Refund } | undefined {
  for (const order of gateway.orders.list()) {
    const refund = order.refunds.find(one => one.outRefundNo === outRefundNo)
    if (refund)
      return { order, refund }
  }
  return undefined
}

/** Ends a refund that is on its way, and tells the merchant until it says yes. */
export function endRefund(gateway: Gateway, order: Order, refund: Refund, status: Exclude<RefundStatus, 'PROCESSING'>, tell = true): void {
  if (refund.status !== 'PROCESSING')
    return
  refund.status = status
  refund.successAtMs = status === 'SUCCESS' ? gateway.clock.now() : undefined
  const { notifyUrl, deliveries } = refund
  if (tell && notifyUrl !== undefined)
    gateway.notifier.tell({ outTradeNo: order.outTradeNo, deliveries, courier: refund.v2 ? 'wxpay-v2' : 'wxpay', pack: (refund.v2 ? packRefundV2 : packRefund)(gateway, order, refund, notifyUrl) })
}

/** POST /v3/refund/domestic/refunds; the same call again answers the same refund. */
export function createRefund(gateway: Gateway): Handler {
  return (request) => {
    const body = jsonObject(request)
    if (!body)
      throw new ApiError(400, 'PARAM_ERROR', '请求体不是合法的JSON对象')
    const order = orderOf(gateway, body)
    if (order.shop?.mchid !== body.sub_mchid)
      throw paramError('/sub_mchid', '服务商退款时必填，应为下单时的特约商户号；普通商户不传')
    const call = parse(body, order)
    const before = findRefund(gateway, call.outRefundNo)
    if (before && (before.order !== order || before.refund.fen !== call.fen))
      throw new ApiError(400, 'INVALID_REQUEST', '退款单号已存在，订单或退款金额与之前的请求不一致')
    if (!before && refundedFen(order.refunds) + call.fen > order.totalFen)
      throw new ApiError(400, 'INVALID_REQUEST', '累计退款金额大于支付金额')
    const refund = before?.refund ?? openRefund(gateway, order, call)
    refund.calls += 1
    return json(200, refundView(order, refund))
  }
}

/** A new refund, whose money is back in a moment. */
export function openRefund(gateway: Gateway, order: Order, call: RefundCall): Refund {
  const refund: Refund = { ...call, refundId: `5030${randomDigits(24)}`, createdAtMs: gateway.clock.now(), status: 'PROCESSING', calls: 0, deliveries: [] }
  order.refunds.push(refund)
  gateway.clock.after(REFUND_MS / gateway.speed, () => endRefund(gateway, order, refund, 'SUCCESS'))
  return refund
}

/** GET /v3/refund/domestic/refunds/{out_refund_no} */
export function queryRefund(gateway: Gateway): Handler {
  return (request, params) => {
    const found = findRefund(gateway, params.id ?? '')
    if (!found || found.order.shop?.mchid !== (request.query.get('sub_mchid') ?? undefined))
      throw new ApiError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
    return json(200, refundView(found.order, found.refund))
  }
}
