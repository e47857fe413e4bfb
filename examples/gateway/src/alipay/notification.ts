import type { Account } from '../account/account'
import type { Courier } from '../notify/courier'
import type { Gateway } from '../context'
import type { Delivery, DeliveryKind, Parcel } from '../notify/delivery'
import type { Order } from '../orders/order'
import type { AlipayKeyring } from './keyring'
import type { Params } from './signing'
import { createHash } from 'node:crypto'
import { ALIPAY_RETRY_DELAYS_MS } from '../notify/schedule'
import { signedByAlipay } from './signing'
import { alipayTime, buyerOf, isAlipay, yuanText } from './trades'

/** The same over all deliveries of one payment, or of one refund. */
function notifyId(order: Order, outRefundNo = ''): string {
  return createHash('sha256').update(`${order.outTradeNo}\n${order.paidAtMs}\n${outRefundNo}`).digest('hex').slice(0, 34)
}

/** What a refund adds to the notification of its payment; `refundedFen` is the sum of all until then. */
export interface RefundNews {
  outRefundNo: string
  refundedFen: number
  at: number
}

function refundFields(order: Order, news: RefundNews | undefined): Record<string, string> {
  if (!news)
    return {}
  return {
    notify_id: notifyId(order, news.outRefundNo),
    trade_status: news.refundedFen >= order.totalFen ? 'TRADE_CLOSED' : 'TRADE_SUCCESS',
    refund_fee: yuanText(news.refundedFen),
    gmt_refund: `${alipayTime(news.at)}.000`,
    out_biz_no: news.outRefundNo,
    ...(news.refundedFen >= order.totalFen ? { gmt_close: alipayTime(news.at) } : {}),
  }
}

function fieldsOf(order: Order, account: Account, nowMs: number, news?: RefundNews): Params {
  const { openid, userId } = buyerOf(order)
  const total = yuanText(order.totalFen)
  const fields: Record<string, string | undefined> = {
    notify_time: alipayTime(nowMs),
    notify_type: 'trade_status_sync',
    notify_id: notifyId(order),
    app_id: order.appid,
    auth_app_id: order.appid,
    charset: 'utf-8',
    version: '1.0',
    trade_no: order.alipay?.tradeNo,
    out_trade_no: order.outTradeNo,
    buyer_open_id: openid,
    buyer_id: userId,
    buyer_logon_id: 'pay***@local.test',
    seller_id: account.alipay.sellerId,
    // as it was when it was paid, also in a repetition after a refund
    trade_status: 'TRADE_SUCCESS',
    subject: order.description,
    total_amount: total,
    receipt_amount: total,
    invoice_amount: total,
    buyer_pay_amount: total,
    point_amount: '0.00',
    fund_bill_list: JSON.stringify([{ amount: total, fundChannel: 'ALIPAYACCOUNT' }]),
    gmt_create: alipayTime(order.createdAtMs),
    gmt_payment: alipayTime(order.paidAtMs ?? nowMs),
    ...refundFields(order, news),
  }
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined))
}

/** More money than was paid, under the same signature. */
function tampered(params: Params): Params {
  const { total_amount: total = '' } = params
  return { ...params, total_amount: `${total.startsWith('9') ? '8' : '9'}${total.slice(1)}` }
}

/** Tells merchants of Alipay's payments: form posts, until the answer is exactly `success`. */
export function alipayCourier(account: Account, keys: AlipayKeyring, now: () => number): Courier {
  return {
    retryDelaysMs: ALIPAY_RETRY_DELAYS_MS,
    probes: false,
    accepted: ({ status, answer }: Delivery) => status === 200 && answer === 'success',
    pack(order, kind) {
      const signed = signedFor(order, fieldsOf(order, account, now()), keys)
      return parcel(order, kind, notifyId(order), kind === 'tampered' ? tampered(signed) : signed)
    },
  }
}

function signedFor(order: Order, fields: Params, keys: AlipayKeyring): Params {
  return signedByAlipay(fields, keys, isAlipay(order) ? order.alipay.mode : 'key')
}

function parcel(order: Order, kind: DeliveryKind, id: string, fields: Params): Parcel {
  return {
    kind,
    id,
    url: order.notifyUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded; text/html; charset=utf-8', 'user-agent': 'Mozilla/4.0' },
    body: new URLSearchParams(fields).toString(),
  }
}

/** A refund's notification: the payment's, with what went back. Signed anew for each delivery. */
export function packRefundNews({ account, clock, keys }: Gateway, order: Order, news: RefundNews): () => Parcel {
  return () => parcel(order, 'notify', notifyId(order, news.outRefundNo), signedFor(order, fieldsOf(order, account, clock.now(), news), keys.alipay))
}
