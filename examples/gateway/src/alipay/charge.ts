import type { Gateway } from '../context'
import type { SignedRequest } from './request'
import type { AlipayOrder, Methods } from './trades'
import { act } from '../actions'
import { refundedFen } from '../orders/refund'
import { badField, failed } from './alipay-error'
import { textOf } from './parse-order'
import { giveBack } from './refunds'
import { acceptOrder, alipayTime, buyerOf, isAlipay, yuanText } from './trades'

type Content = Record<string, unknown>

/** What the code's last digit stands for at this gateway; every other one pays at once. */
const ENDS = { waits: '3', invalid: '4', poor: '5' } as const

function authCode(content: Content): string {
  if (content.scene !== 'bar_code')
    throw badField('scene', '应为 bar_code')
  const code = textOf(content, 'auth_code', 64) ?? ''
  if (!/^(?:2[5-9]|30)\d{14,22}$/.test(code) || code.endsWith(ENDS.invalid))
    throw failed('PAYMENT_AUTH_CODE_INVALID', '支付授权码无效')
  return code
}

/** One code pays for one number. */
function claim(gateway: Gateway, code: string, number: unknown): void {
  const other = gateway.orders.list().find(order => order.alipay?.authCode === code)
  if (other && other.outTradeNo !== number)
    throw failed('PAYMENT_AUTH_CODE_INVALID', '支付授权码已被使用')
}

function paidView(order: AlipayOrder): Content {
  const { openid, userId } = buyerOf(order)
  const total = yuanText(order.totalFen)
  return { total_amount: total, receipt_amount: total, buyer_pay_amount: total, gmt_payment: alipayTime(order.paidAtMs ?? 0), buyer_logon_id: 'pay***@local.test', buyer_open_id: openid, buyer_user_id: userId, fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: total }] }
}

/** Pays with the answer, or asks the payer for the password (`code` 10003). */
function pay(gateway: Gateway, request: SignedRequest): Content {
  const code = authCode(request.content)
  claim(gateway, code, request.content.out_trade_no)
  const order = acceptOrder(gateway, request)
  order.alipay.authCode = code
  const ids = { out_trade_no: order.outTradeNo, trade_no: gateway.orders.openTrade(order) }
  if (code.endsWith(ENDS.poor))
    throw failed('BUYER_BALANCE_NOT_ENOUGH', '买家余额不足')
  if (code.endsWith(ENDS.waits))
    return { code: '10003', msg: 'order success pay inprocess', ...ids }
  act(gateway, order, 'pay')
  return { ...ids, ...paidView(order) }
}

/** Closes or gives back whole; of what nobody knows there is nothing to do. */
function cancel(gateway: Gateway, { content }: SignedRequest): Content {
  const { out_trade_no: number, trade_no: tradeNo } = content
  const order = typeof tradeNo === 'string' ? gateway.orders.byTradeNo(tradeNo) : gateway.orders.byNumber(String(number), 'alipay')
  if (!isAlipay(order) || order.alipay.tradeNo === undefined)
    return { out_trade_no: number, retry_flag: 'N' }
  const left = order.totalFen - refundedFen(order.refunds)
  const paid = order.tradeState === 'SUCCESS'
  if (paid && left > 0)
    giveBack(gateway, order, order.outTradeNo, left)
  if (!paid)
    order.tradeState = 'CLOSED'
  gateway.logOrder(order)
  return { out_trade_no: order.outTradeNo, trade_no: order.alipay.tradeNo, retry_flag: 'N', action: paid ? 'refund' : 'close' }
}

/** Of payment codes. */
export const CHARGE_METHODS: Methods = {
  'alipay.trade.pay': pay,
  'alipay.trade.cancel': cancel,
}
