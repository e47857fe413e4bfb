import type { Gateway } from '../context'
import type { Refund } from '../orders/refund'
import type { SignedRequest } from './request'
import type { AlipayOrder, Methods } from './trades'
import { refundedFen } from '../orders/refund'
import { badField, failed } from './alipay-error'
import { packRefundNews } from './notification'
import { amountOf, textOf } from './parse-order'
import { alipayTime, existing, yuanText } from './trades'

type Content = Record<string, unknown>

/** Gives money back at once, and tells the merchant where its payment was told. */
export function giveBack(gateway: Gateway, order: AlipayOrder, outRefundNo: string, fen: number, reason?: string): Refund {
  const at = gateway.clock.now()
  const refund: Refund = { outRefundNo, refundId: outRefundNo, fen, reason, createdAtMs: at, successAtMs: at, status: 'SUCCESS', calls: 0, deliveries: [] }
  order.refunds.push(refund)
  gateway.logOrder(order)
  if (order.notifyUrl !== '') {
    const news = { outRefundNo, refundedFen: refundedFen(order.refunds), at }
    gateway.notifier.tell({ courier: 'alipay', outTradeNo: order.outTradeNo, deliveries: refund.deliveries, pack: packRefundNews(gateway, order, news) })
  }
  return refund
}

/** Without a number it is a refund of everything, under the number of the order. */
function refundNumber(content: Content, order: AlipayOrder, fen: number): string {
  const number = textOf(content, 'out_request_no', 64)
  if (number === undefined && fen !== order.totalFen)
    throw badField('out_request_no', '部分退款时必填')
  return number ?? order.outTradeNo
}

/** Refuses what cannot be refunded (any more). */
function checkLeft(order: AlipayOrder, fen: number): void {
  const left = order.totalFen - refundedFen(order.refunds)
  if (order.tradeState !== 'SUCCESS' || left === 0)
    throw failed('TRADE_STATUS_ERROR', '交易状态不合法')
  if (fen > left)
    throw failed('REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限')
}

function refund(gateway: Gateway, request: SignedRequest): Content {
  const order = existing(gateway, request)
  const fen = amountOf(request.content.refund_amount, 'refund_amount')
  const number = refundNumber(request.content, order, fen)
  const known = order.refunds.find(one => one.outRefundNo === number)
  if (known && known.fen !== fen)
    throw failed('DISCORDANT_REPEAT_REQUEST', '不一致的请求')
  if (!known)
    checkLeft(order, fen)
  const done = known ?? giveBack(gateway, order, number, fen, textOf(request.content, 'refund_reason', 256))
  done.calls += 1
  return {
    out_trade_no: order.outTradeNo,
    trade_no: order.alipay.tradeNo,
    buyer_logon_id: 'pay***@local.test',
    // whether money moved because of this very call
    fund_change: known ? 'N' : 'Y',
    refund_fee: yuanText(refundedFen(order.refunds)),
    gmt_refund_pay: alipayTime(done.successAtMs ?? gateway.clock.now()),
  }
}

/** Of a refund that never came the answer is a success without content. */
function query(gateway: Gateway, request: SignedRequest): Content {
  const order = existing(gateway, request)
  const number = textOf(request.content, 'out_request_no', 64)
  if (number === undefined)
    throw badField('out_request_no', '必填')
  const found = order.refunds.find(one => one.outRefundNo === number)
  if (!found)
    return {}
  const { query_options: options } = request.content
  return {
    out_trade_no: order.outTradeNo,
    trade_no: order.alipay.tradeNo,
    out_request_no: number,
    total_amount: yuanText(order.totalFen),
    refund_amount: yuanText(found.fen),
    refund_status: 'REFUND_SUCCESS',
    ...(Array.isArray(options) && options.includes('gmt_refund_pay') ? { gmt_refund_pay: alipayTime(found.successAtMs ?? 0) } : {}),
  }
}

/** Of money that goes back. */
export const REFUND_METHODS: Methods = {
  'alipay.trade.refund': refund,
  'alipay.trade.fastpay.refund.query': query,
}
