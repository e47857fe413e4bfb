import type { Account } from '../account/account'
import type { Courier } from '../notify/courier'
import type { Delivery } from '../notify/delivery'
import type { Order } from '../orders/order'
import type { AlipayKeyring } from './keyring'
import type { Params } from './signing'
import { createHash } from 'node:crypto'
import { ALIPAY_RETRY_DELAYS_MS } from '../notify/schedule'
import { signedByAlipay } from './signing'
import { alipayTime, buyerOf, isAlipay, tradeStatus, yuanText } from './trades'

/** The same over all deliveries of one payment. */
function notifyId(order: Order): string {
  return createHash('sha256').update(`${order.outTradeNo}\n${order.paidAtMs}`).digest('hex').slice(0, 34)
}

function fieldsOf(order: Order, account: Account, nowMs: number): Params {
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
    trade_status: tradeStatus(order),
    subject: order.description,
    total_amount: total,
    receipt_amount: total,
    invoice_amount: total,
    buyer_pay_amount: total,
    point_amount: '0.00',
    fund_bill_list: JSON.stringify([{ amount: total, fundChannel: 'ALIPAYACCOUNT' }]),
    gmt_create: alipayTime(order.createdAtMs),
    gmt_payment: alipayTime(order.paidAtMs ?? nowMs),
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
      const mode = isAlipay(order) ? order.alipay.mode : 'key'
      const signed = signedByAlipay(fieldsOf(order, account, now()), keys, mode)
      return {
        kind,
        id: notifyId(order),
        url: order.notifyUrl,
        headers: { 'content-type': 'application/x-www-form-urlencoded; text/html; charset=utf-8', 'user-agent': 'Mozilla/4.0' },
        body: new URLSearchParams(kind === 'tampered' ? tampered(signed) : signed).toString(),
      }
    },
  }
}
