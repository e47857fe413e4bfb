import type { Order } from '../orders/order'
import { channelOf } from '../orders/order'

/** An order as `GET /gateway/orders/{n}` shows it. Times in ms, money in fen. */
export function orderView(order: Order): Record<string, unknown> {
  return {
    out_trade_no: order.outTradeNo,
    channel: channelOf(order),
    version: order.alipay ? undefined : order.v2 ? 2 : 3,
    trade_type: order.tradeType,
    trade_state: order.tradeState,
    transaction_id: order.transactionId,
    description: order.description,
    total: order.totalFen,
    appid: order.appid,
    prepay_id: order.prepay.id,
    code_url: order.prepay.codeUrl,
    trade_no: order.alipay?.tradeNo,
    creates: order.creates,
    created_at: order.createdAtMs,
    paid_at: order.paidAtMs,
    notifications: order.deliveries,
    refunds: order.refunds.map(({ outRefundNo, refundId, fen, status, calls, deliveries }) => ({ out_refund_no: outRefundNo, refund_id: refundId, refund: fen, status, calls, notifications: deliveries })),
  }
}
