import type { Gateway } from '../context'
import type { Order } from '../orders/order'
import type { Refund } from '../orders/refund'
import type { Parcel } from './delivery'
import { randomUUID } from 'node:crypto'
import { beijingTime } from '../clock'
import { seal } from '../crypto/aead'
import { platformHeaders } from '../v3/sign-reply'

/** The refund as its notification carries it. */
function resourceOf(order: Order, refund: Refund): Record<string, unknown> {
  return {
    ...(order.shop ? { sp_mchid: order.mchid, sub_mchid: order.shop.mchid } : { mchid: order.mchid }),
    out_trade_no: order.outTradeNo,
    transaction_id: order.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: refund.status,
    ...(refund.successAtMs === undefined ? {} : { success_time: beijingTime(refund.successAtMs) }),
    user_received_account: '支付用户零钱',
    amount: { total: order.totalFen, refund: refund.fen, payer_total: order.totalFen, payer_refund: refund.fen },
  }
}

const SUMMARY = { SUCCESS: '退款成功', CLOSED: '退款关闭', ABNORMAL: '退款异常', PROCESSING: '退款处理中' }

/** One notification, signed anew for each delivery. */
export function packRefund(gateway: Gateway, order: Order, refund: Refund, url: string): () => Parcel {
  const { account, clock, notifySigner } = gateway
  const id = randomUUID()
  const body = JSON.stringify({
    id,
    create_time: beijingTime(clock.now()),
    resource_type: 'encrypt-resource',
    event_type: `REFUND.${refund.status}`,
    summary: SUMMARY[refund.status],
    resource: { original_type: 'refund', ...seal(account.apiV3Key, JSON.stringify(resourceOf(order, refund)), 'refund') },
  })
  return () => ({
    kind: 'notify',
    id,
    url,
    headers: { 'content-type': 'application/json', 'accept': '*/*', 'user-agent': 'Mozilla/4.0', ...platformHeaders(notifySigner, body, clock.now()) },
    body,
  })
}
