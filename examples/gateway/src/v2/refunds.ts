import type { Gateway } from '../context'
import type { Order } from '../orders/order'
import type { Refund } from '../orders/refund'
import type { V2Request } from './request'
import type { Params } from './xml'
import { refundedFen } from '../orders/refund'
import { findRefund, openRefund } from '../v3/refunds'
import { fen, notifyUrl } from './parse-order'
import { refundTime, STATUS } from './refund-words'
import { orderOf } from './transactions'
import { paramError, V2Error } from './v2-error'

function refundNumber({ out_refund_no: number = '' }: Params): string {
  if (!/^[\w\-|*@]{1,64}$/.test(number))
    throw paramError('out_refund_no', '应为1-64个字符，只能是数字、大小写字母_-|*@')
  return number
}

function reasonOf({ refund_desc: reason }: Params): string | undefined {
  if (reason !== undefined && [...reason].length > 80)
    throw paramError('refund_desc', '长度有误，应为1-80')
  return reason === '' ? undefined : reason
}

function paidOrder(gateway: Gateway, params: Params): Order {
  const order = orderOf(gateway, params)
  if (order.tradeState !== 'SUCCESS')
    throw new V2Error('ORDERNOTEXIST', '订单未支付或已撤销')
  return order
}

/** POST /secapi/pay/refund, "申请退款"; the same call again answers the same refund. */
export function refund(gateway: Gateway, { params }: V2Request): Params {
  const order = paidOrder(gateway, params)
  const outRefundNo = refundNumber(params)
  const [amount, total] = [fen(params, 'refund_fee'), fen(params, 'total_fee')]
  const call = { outRefundNo, fen: amount, reason: reasonOf(params), notifyUrl: notifyUrl(params, false) }
  const known = findRefund(gateway, outRefundNo)
  if (total !== order.totalFen)
    throw new V2Error('INVALID_REQUEST', '订单金额不一致')
  if (known && (known.order !== order || known.refund.fen !== amount))
    throw new V2Error('REFUND_FEE_MISMATCH', '同一个out_refund_no退款金额要一致')
  if (!known && refundedFen(order.refunds) + amount > order.totalFen)
    throw new V2Error('INVALID_REQUEST', '累计退款金额大于支付金额')
  const made = known?.refund ?? openRefund(gateway, order, { ...call, v2: true })
  made.calls += 1
  return {
    transaction_id: order.transactionId ?? '',
    out_trade_no: order.outTradeNo,
    out_refund_no: outRefundNo,
    refund_id: made.refundId,
    refund_channel: '',
    refund_fee: String(made.fen),
    total_fee: String(order.totalFen),
    cash_fee: String(order.totalFen),
    cash_refund_fee: String(made.fen),
    coupon_refund_count: '0',
    coupon_refund_fee: '0',
  }
}

function numbered(one: Refund, index: number): Params {
  return {
    [`out_refund_no_${index}`]: one.outRefundNo,
    [`refund_id_${index}`]: one.refundId,
    [`refund_fee_${index}`]: String(one.fen),
    [`refund_status_${index}`]: STATUS[one.status],
    [`refund_account_${index}`]: 'REFUND_SOURCE_UNSETTLED_FUNDS',
    [`refund_recv_accout_${index}`]: '支付用户零钱',
    ...(one.successAtMs === undefined ? {} : { [`refund_success_time_${index}`]: refundTime(one.successAtMs) }),
  }
}

function wanted(gateway: Gateway, params: Params): { order: Order, refunds: readonly Refund[] } {
  if (params.out_refund_no) {
    const found = findRefund(gateway, params.out_refund_no)
    if (!found || found.order.shop?.mchid !== params.sub_mch_id)
      throw new V2Error('REFUNDNOTEXIST', '退款订单查询失败')
    return { order: found.order, refunds: [found.refund] }
  }
  const order = orderOf(gateway, params)
  if (order.refunds.length === 0)
    throw new V2Error('REFUNDNOTEXIST', '退款订单查询失败')
  return { order, refunds: order.refunds }
}

/** POST /pay/refundquery, "查询退款": one refund, or all of an order, numbered from 0. */
export function queryRefund(gateway: Gateway, { params }: V2Request): Params {
  const { order, refunds } = wanted(gateway, params)
  return {
    transaction_id: order.transactionId ?? '',
    out_trade_no: order.outTradeNo,
    total_fee: String(order.totalFen),
    cash_fee: String(order.totalFen),
    refund_count: String(refunds.length),
    ...Object.assign({}, ...refunds.map(numbered)) as Params,
  }
}
